"""How long it takes to prove a large book, proof by proof, and in what memory: all of it, and what came since seals.

    python -m bench.proofs 10000000

Runs on an embedded server of its own with durable defaults. The book has so many transfers over ten business days, of
which all but the last are closed and sealed, which is timed as well. Prints one JSON line.
"""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench.book_rows import FIRST_DAY, OPENED, write_book
from bench.machine import describe_machine
from bench.memory import peak_mb, server_peak
from bench.own_server import make_demo, own_server
from bench.results import save_result
from bench.sealed_days import seal_days
from florin.reconciliation.run_proofs import run_proofs
from florin.settings import Settings
from florin.storage.connect import Pool, open_pool
from florin.storage.embedded import EmbeddedServer

DAYS: Final = 10
SEALED_AT: Final = datetime(2026, 11, 21, tzinfo=UTC)


async def proven(server: EmbeddedServer, pool: Pool, *, since_seals: bool) -> dict[str, Any]:
    """Run the proofs: how long each took, the longest first, and what all of them took of memory."""
    begun = time.perf_counter()
    with server_peak(server) as peak:
        report = await run_proofs(pool, since_seals=since_seals)
    took_s = time.perf_counter() - begun
    if not report.ok:
        raise SystemExit(f"the book is not proven: {[each for each in report.results if not each.holds]}")
    by_time = sorted(report.results, key=lambda each: -each.duration_ms)
    return {
        "seconds": round(took_s, 1),
        "proofs_ms": {each.name: each.duration_ms for each in by_time},
        "server_peak_mb": peak.mb,
    }


async def measure(server: EmbeddedServer) -> dict[str, Any]:
    """Seal, then prove the whole book, then what came since."""
    async with open_pool(server.service_url(), Settings()) as pool:
        begun = time.perf_counter()
        await seal_days(pool, FIRST_DAY + timedelta(days=DAYS - 2), SEALED_AT)
        return {
            "sealed_s": round(time.perf_counter() - begun, 1),
            "full": await proven(server, pool, since_seals=False),
            "since_seals": await proven(server, pool, since_seals=True),
        }


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("transfers", type=int, nargs="?", default=10_000_000)
    transfers = options.parse_args().transfers
    with own_server() as server:
        asyncio.run(make_demo(server, OPENED))
        written_s = write_book(server, transfers, DAYS)
        machine = describe_machine(server)
        figures = {"transfers": transfers, "written_s": round(written_s, 1), **asyncio.run(measure(server))}
    figures["peak_mb"] = peak_mb()
    save_result("proofs", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
