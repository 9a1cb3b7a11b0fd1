"""How many purchases a second the clearing house makes, beside pgbench on the same server in the same minutes.

    python -m bench.purchase [--json] [--rounds 3] [--cards 100000]

Everything runs on an embedded server of its own with durable defaults: every answer that counts is on disk before it is
given. Each round measures the yardstick and then every way to buy, so that a machine that is busy for a while slows all
of them alike, and each figure is the median of the rounds. At the end the whole book is proved.
"""

import argparse
import asyncio
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import psycopg
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.figures import MEASURES_A_ROUND, Measured, Round, figures_of
from bench.funded_cards import make_funded_book
from bench.load_plan import write_cards
from bench.loads import Loads
from bench.machine import describe_machine
from bench.own_server import own_server
from bench.pgbench import prepare_pgbench
from bench.results import save_result
from bench.server_process import free_port, running_service
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.reconciliation.run_proofs import run_proofs
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.embedded import EmbeddedServer

LABELS: Final = {
    "spread": "one by one",
    "hot": "at one merchant",
    "bulk": "lists of 500",
    "engine": "engine alone",
    "latency": "32 connections",
}


def measure(cards: int, rounds: int, progress: Progress) -> tuple[dict[str, Any], list[Round]]:
    """The machine's description, and all rounds on a book of so many cards."""
    with own_server() as server:
        machine = describe_machine(server)
        data_dir = server.layout.data_dir
        environment = {
            "FLORIN_DATA_DIR": str(data_dir),
            "FLORIN_KEYRING_PATH": str(data_dir / "keyring.json"),
            "FLORIN_LOG_LEVEL": "warning",
        }
        vault = Vault(Keyring.create(data_dir / "keyring.json"))
        funding = progress.add_task("issuing and activating cards", total=cards)
        book = asyncio.run(
            make_funded_book(server.service_url(), vault, cards, lambda more: progress.advance(funding, more))
        )
        cards_file = data_dir / "bench-cards"
        write_cards(cards_file, book.cards)
        settle(server)
        prepare_pgbench(server)
        steps = progress.add_task("", total=1 + rounds * MEASURES_A_ROUND)
        port = free_port()
        with running_service(environment, port) as pid:
            tell = _telling(progress, steps)
            loads = Loads(server, environment, cards_file, tuple(book.tokens.values()), port, pid, tell)
            loads.warm_up()
            measured = [loads.round(number) for number in range(rounds)]
        progress.update(steps, description="proving the book")
        asyncio.run(prove(server))
    return machine, measured


def _telling(progress: Progress, steps: TaskID) -> Callable[[str], None]:
    def tell(what: str) -> None:
        progress.update(steps, description=what, advance=1)

    return tell


def settle(server: EmbeddedServer) -> None:
    """Bring the database to the state of one that has been in use: the housekeeping after a large load is done."""
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


async def prove(server: EmbeddedServer) -> None:
    """Run every proof of `florin verify` on the book that the loads have left, and end with an error on a finding."""
    async with open_pool(server.service_url(), Settings()) as pool:
        report = await run_proofs(pool)
    if not report.ok:
        wrong = ", ".join(each.name for each in report.results if not each.holds)
        raise SystemExit(f"the book does not prove itself: {wrong}")


def details_of(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """The rounds as they are saved: everything measured, and what it cost."""
    return [
        {
            name: value if isinstance(value, float) else _detail(value)
            for name in (each.name for each in fields(Round))
            for value in (getattr(one, name),)
        }
        for one in rounds
    ]


def _detail(measured: Measured) -> dict[str, float]:
    load = measured.load
    return {
        "per_s": round(load.per_s),
        "p50_ms": round(load.p50_ms, 1),
        "p99_ms": round(load.p99_ms, 1),
        "service_cpu_us": round(measured.service_cpu_us, 1),
        "postgres_cpu_us": round(measured.postgres_cpu_us, 1),
        "load_cpu_us": round(load.cpu_us_per_purchase, 1),
    }


def print_table(console: Console, figures: Mapping[str, float], rounds: Sequence[Round]) -> None:
    """The figures for people: every way to buy, its rate, its ratio to the yardstick, and what it costs."""
    title = f"Purchases, beside {figures['pgbench_tps']:.0f} pgbench transactions a second"
    table = Table(title=title, box=SIMPLE)
    for heading in ("", "/s", "x pgbench", "p50 ms", "p99 ms", "service", "database", "load"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, label in LABELS.items():
        details = [_detail(getattr(each, name)) for each in rounds]
        ratio = statistics.median(getattr(each, name).load.per_s / each.pgbench_tps for each in rounds)
        middle = {key: statistics.median(each[key] for each in details) for key in details[0]}
        rate, *rest = middle.values()
        table.add_row(label, f"{rate:.0f}", f"{ratio:.2f}", *(f"{each:.1f}" for each in rest))
    console.print(table)
    console.print(
        "The last three are processor time in microseconds a purchase. The engine alone is one process with its load."
    )


def main() -> None:
    """Measure, save the result and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one line of JSON with the figures")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cards", type=int, default=100_000)
    asked = parser.parse_args()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=asked.json,
        transient=True,
    )
    with progress:
        machine, rounds = measure(asked.cards, asked.rounds, progress)
    figures = figures_of(rounds)
    save_result("purchase", machine, figures, cards=asked.cards, rounds=details_of(rounds))
    if asked.json:
        print(json.dumps(figures))
    else:
        print_table(Console(), figures, rounds)


if __name__ == "__main__":
    main()
