"""The loads that can be put on a running service: each is a process of its own, and its cost is taken beside it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from bench.cpu_time import postgres_cpu_us, service_cpu_us
from bench.figures import Measured, Round
from bench.load_plan import LoadPlan, LoadResult, together
from bench.pgbench import pgbench_tps
from florin.settings import Settings
from florin.storage.embedded import EmbeddedServer

# Each load is long enough to outlast a hiccup of the disk, and short enough for the yardstick to be of the same minute.
PGBENCH_S: Final = 6
SINGLES: Final = 12_000
SINGLES_AT_EASE: Final = 6_000
LISTS: Final = 60
WARM_UP_SINGLES: Final = 4_000

LIST_ITEMS: Final = 500
CONNECTIONS: Final = 128
CONNECTIONS_AT_EASE: Final = 32
# So many lists are under way that the engine's queue is never empty and never full.
LIST_CONNECTIONS: Final = 4


@dataclass(slots=True)
class Loads:
    """Puts loads on a service. ``tokens`` are API keys of different merchants; ``tell`` hears what begins."""

    server: EmbeddedServer
    environment: Mapping[str, str]
    cards_file: Path
    tokens: tuple[str, ...] = field(repr=False)
    port: int
    service_pid: int
    tell: Callable[[str], None]
    _runs: int = 0

    def warm_up(self) -> None:
        """Let the service and the server meet every statement before anything is measured."""
        self._singles("warming up", WARM_UP_SINGLES, CONNECTIONS, self.tokens)

    def round(self, number: int) -> Round:
        """Measure everything once; every other round begins with the one merchant, so that no order is favoured."""
        yardstick = self._pgbench()
        merchants = (self.tokens, self.tokens[:1])
        one_by_one = [
            self._singles(f"one by one at {len(tokens)}", SINGLES, CONNECTIONS, tokens)
            for tokens in (merchants if number % 2 == 0 else merchants[::-1])
        ]
        spread, hot = one_by_one if number % 2 == 0 else one_by_one[::-1]
        return Round(
            pgbench_tps=yardstick,
            spread=spread,
            hot=hot,
            bulk=self._lists("buying in lists"),
            engine=self._engine_alone(),
            latency=self._singles("at ease", SINGLES_AT_EASE, CONNECTIONS_AT_EASE, self.tokens),
        )

    def _pgbench(self) -> float:
        self.tell("pgbench")
        return pgbench_tps(self.server, PGBENCH_S)

    def _singles(self, what: str, requests: int, connections: int, tokens: tuple[str, ...]) -> Measured:
        self.tell(what)
        return self._measure("bench.http_load", self._plan(requests, connections, tokens))

    def _lists(self, what: str) -> Measured:
        self.tell(what)
        return self._measure("bench.http_load", self._plan(LISTS, LIST_CONNECTIONS, self.tokens, LIST_ITEMS))

    def _engine_alone(self) -> Measured:
        """As many engines as the service has, each in a process of its own."""
        self.tell("the engine alone")
        engines = Settings().workers
        plans = [self._plan(LISTS // engines, LIST_CONNECTIONS, self.tokens, LIST_ITEMS) for _ in range(engines)]
        return self._measure("bench.engine_load", *plans)

    def _plan(self, requests: int, connections: int, tokens: tuple[str, ...], items: int = 1) -> LoadPlan:
        self._runs += 1
        return LoadPlan(
            label=f"run{self._runs:04}",
            cards_file=str(self.cards_file),
            tokens=tokens,
            requests=requests,
            connections=connections,
            items=items,
            port=self.port,
            seed=self._runs,
        )

    def _measure(self, program: str, *plans: LoadPlan) -> Measured:
        service, postgres = service_cpu_us(self.service_pid), postgres_cpu_us(self.server.layout.cluster)
        load = self._run(program, plans)
        return Measured(
            load,
            service_cpu_us=(service_cpu_us(self.service_pid) - service) / load.purchases,  # not money: microseconds
            postgres_cpu_us=(postgres_cpu_us(self.server.layout.cluster) - postgres) / load.purchases,  # as above
        )

    def _run(self, program: str, plans: Sequence[LoadPlan]) -> LoadResult:
        """Carry out every plan in a process of its own; all begin when the last one is prepared."""
        with ExitStack() as ended:
            processes = [ended.enter_context(self._start(program, each)) for each in plans]
            for each in processes:
                _line(each, program)
            for each in processes:
                _say(each, "begin")
            found = [_line(each, program) for each in processes]
        return together([msgspec.json.decode(each, type=LoadResult) for each in found])

    def _start(self, program: str, plan: LoadPlan) -> subprocess.Popen[str]:
        plan_file = self.cards_file.with_name(f"{plan.label}.json")
        plan_file.write_bytes(msgspec.json.encode(plan))
        return subprocess.Popen(
            [sys.executable, "-m", program, plan_file],
            env={**os.environ, **self.environment},
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def _say(process: subprocess.Popen[str], word: str) -> None:
    if process.stdin is not None:
        process.stdin.write(f"{word}\n")
        process.stdin.flush()


def _line(process: subprocess.Popen[str], program: str) -> str:
    line = "" if process.stdout is None else process.stdout.readline()
    if not line:
        raise SystemExit(f"{program} failed with status {process.wait()}")
    return line
