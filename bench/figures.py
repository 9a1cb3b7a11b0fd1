"""The figures of a bench run: medians over its rounds, and ratios against the yardstick of the same rounds."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Final

from bench.load_plan import LoadResult


@dataclass(frozen=True, slots=True)
class Measured:
    """One load with what it cost: processor time in microseconds a purchase, of the service and of PostgreSQL."""

    load: LoadResult
    service_cpu_us: float
    postgres_cpu_us: float


@dataclass(frozen=True, slots=True)
class Round:
    """Everything measured within a minute, in the order in which it was."""

    pgbench_tps: float
    spread: Measured
    hot: Measured
    bulk: Measured
    engine: Measured
    latency: Measured


MEASURES_A_ROUND: Final = len(fields(Round))


def figures_of(rounds: Sequence[Round]) -> dict[str, float]:
    """The published figures.

    A ratio is the median of the rounds' own ratios: both of its sides were measured within the same minute.
    """

    def median(of: Callable[[Round], float], digits: int) -> float:
        return round(statistics.median(map(of, rounds)), digits)

    return {
        "pgbench_tps": median(lambda each: each.pgbench_tps, 0),
        "http_single_per_s": median(lambda each: each.spread.load.per_s, 0),
        "http_bulk_per_s": median(lambda each: each.bulk.load.per_s, 0),
        "engine_per_s": median(lambda each: each.engine.load.per_s, 0),
        "hot_merchant_ratio": median(lambda each: each.hot.load.per_s / each.spread.load.per_s, 2),
        "http_p50_ms": median(lambda each: each.latency.load.p50_ms, 1),
        "http_p99_ms": median(lambda each: each.latency.load.p99_ms, 1),
        "http_single_ratio": median(lambda each: each.spread.load.per_s / each.pgbench_tps, 2),
        "http_bulk_ratio": median(lambda each: each.bulk.load.per_s / each.pgbench_tps, 2),
        "engine_ratio": median(lambda each: each.engine.load.per_s / each.pgbench_tps, 2),
    }
