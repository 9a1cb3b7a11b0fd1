"""What a load program is to do and what it found, as the JSON that passes between the processes of a measurement."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.funded_cards import FundedCard


class LoadPlan(msgspec.Struct, frozen=True):
    """Purchases to be sent. ``label`` makes their keys and references different from those of every other run.

    With ``items`` 1 each request is one purchase; with more it is a list of so many. ``tokens`` are the API keys of the
    merchants, who take turns.
    """

    label: str
    cards_file: str
    tokens: tuple[str, ...]
    requests: int
    connections: int
    items: int = 1
    port: int = 0
    seed: int = 0


class LoadResult(msgspec.Struct, frozen=True):
    """What happened: purchases made, wall time, the load program's own processor time, and latencies of requests."""

    purchases: int
    took_s: float
    cpu_us_per_purchase: float
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]

    @property
    def per_s(self) -> float:
        """Purchases a second."""
        return self.purchases / self.took_s


def together(results: Sequence[LoadResult]) -> LoadResult:
    """What several load programs found that began at once; latencies are those of the slowest."""
    purchases = sum(each.purchases for each in results)
    statuses: Counter[int] = Counter()
    for each in results:
        statuses.update(each.statuses)
    return LoadResult(
        purchases=purchases,
        took_s=max(each.took_s for each in results),
        cpu_us_per_purchase=sum(each.cpu_us_per_purchase * each.purchases for each in results) / purchases,
        p50_ms=max(each.p50_ms for each in results),
        p99_ms=max(each.p99_ms for each in results),
        statuses=dict(statuses),
    )


def wait_for_the_start() -> None:
    """Say that all is prepared, and wait for the word that all load programs begin at."""
    print("ready", flush=True)
    sys.stdin.readline()


def write_cards(file: Path, cards: Sequence[FundedCard]) -> None:
    """Keep the cards for the load programs, one a line."""
    file.write_text("".join(f"{card.number} {card.pin}\n" for card in cards), "ascii")


def read_cards(file: Path) -> list[FundedCard]:
    """The cards that `write_cards` has kept."""
    return [FundedCard(*line.split()) for line in file.read_text("ascii").splitlines()]
