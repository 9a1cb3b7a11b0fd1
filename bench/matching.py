"""How long a day's lines of a provider take to be matched with the book, beside loading both and joining them once.

    python -m bench.matching 1000000

Runs on an embedded server of its own with durable defaults: first a day of a tenth of so many, on an empty book, then
the day itself, the same run again, which finds nothing to do, and, when these days are sealed, another day of a tenth.
So the last figure over the first says what history costs. The yardstick is the least that anybody must do to compare
the two sides: copy both into tables of the same columns with an index by reference, and join them. Prints one JSON
line.
"""

import argparse
import asyncio
import json
import tempfile
import time
from datetime import date, timedelta
from typing import IO, Any, Final

import psycopg

from bench.cpu_time import postgres_cpu_us
from bench.machine import describe_machine
from bench.memory import peak_mb, server_peak
from bench.own_server import make_demo, own_server
from bench.results import save_result
from bench.sealed_days import seal_days
from bench.statement_rows import NOON, write_counterparties, write_day
from florin.settings import Settings
from florin.storage.connect import Pool, open_pool
from florin.storage.embedded import EmbeddedServer
from florin.storage.reconciliation.match_runs import MatchRun, run_matching

DAYS: Final = tuple(date(2026, 11, 18) + timedelta(days=each) for each in range(3))
LATE: Final = timedelta(days=9)
"""So long after a day everything of it is overdue."""

SIDES: Final = {
    "raw_line": ("id", "SELECT * FROM statement_line WHERE booked_on = '{day}'"),
    "raw_item": ("journal_id, position, account_code", "SELECT * FROM book_item WHERE business_date = '{day}'"),
}
"""Both sides: the key of each, and where its rows are taken from."""

JOIN: Final = "SELECT count(*) FROM raw_line JOIN raw_item USING (key, amount_minor)"


def yardstick(server: EmbeddedServer, day: date) -> dict[str, float]:
    """What it takes to copy both sides of a day into bare tables with their keys and join them."""
    with psycopg.connect(server.owner_url(), autocommit=True) as connection, tempfile.TemporaryDirectory() as directory:
        files: dict[str, IO[bytes]] = {}
        for table, (primary_key, query) in SIDES.items():
            connection.execute(f"CREATE TABLE {table} AS {query.format(day=day)} LIMIT 0")
            connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({primary_key})")
            connection.execute(f"CREATE INDEX ON {table} (key)")
            files[table] = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 (closed with the directory)
            with connection.cursor().copy(f"COPY ({query.format(day=day)}) TO STDOUT (FORMAT binary)") as copy:
                for piece in copy:
                    files[table].write(piece)
            files[table].seek(0)
        begun = Costs(server)
        for table, file in files.items():
            with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                while piece := file.read(1 << 16):
                    copy.write(piece)
        connection.execute(JOIN)
        took = begun.told()
        for table, file in files.items():
            file.close()
            connection.execute(f"DROP TABLE {table}")
        return took


class Costs:
    """Seconds since it was made, by the clock and of the processors for the server, which others do not disturb."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._begun, self._used_us = time.perf_counter(), postgres_cpu_us(server.layout.cluster)

    def told(self) -> dict[str, float]:
        """Both, for the figures."""
        used_us = postgres_cpu_us(self._server.layout.cluster) - self._used_us
        return {"seconds": round(time.perf_counter() - self._begun, 2), "server_cpu_s": round(used_us / 1_000_000, 2)}


async def measure(server: EmbeddedServer, items: int) -> dict[str, Any]:
    """All figures of a run."""
    figures: dict[str, Any] = {"items": items}
    small, large, behind = DAYS
    async with open_pool(server.service_url(), Settings(pool_size=1)) as pool:
        for name, day, count in (("small_day", small, items // 10), ("day", large, items), ("again", large, 0),
                                 ("small_day_after", behind, items // 10)):  # fmt: skip
            if count:
                await asyncio.to_thread(write_day, server, day, count)
            figures[name] = await matched(server, pool, day + LATE)
            if not count:
                await seal_days(pool, day, NOON)
        figures["yardstick"] = await asyncio.to_thread(yardstick, server, large)
    for kind in ("seconds", "server_cpu_s"):
        figures[f"ratio_of_{kind}"] = round(figures["day"][kind] / figures["yardstick"][kind], 2)
        figures[f"history_ratio_of_{kind}"] = round(figures["small_day_after"][kind] / figures["small_day"][kind], 2)
    return {**figures, "peak_mb": peak_mb()}


async def matched(server: EmbeddedServer, pool: Pool, today: date) -> dict[str, Any]:
    """One run: what it did, how long it took, and what memory the server's processes had."""
    begun = Costs(server)
    with server_peak(server) as peak:
        run = await run_matching(pool, today, NOON + timedelta(hours=1))
    return {**begun.told(), **told(run), "server_peak_mb": peak.mb}


def told(run: MatchRun) -> dict[str, Any]:
    """What a run has done."""
    return {
        "items": run.items,
        "matched": dict(run.matched),
        "opened": sum(run.opened.values()),
        "closed": run.closed,
    }


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("items", type=int, nargs="?", default=1_000_000)
    items = options.parse_args().items
    with own_server() as server:
        asyncio.run(make_demo(server, NOON))
        write_counterparties(server)
        machine = describe_machine(server)
        figures = asyncio.run(measure(server, items))
    save_result("matching", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
