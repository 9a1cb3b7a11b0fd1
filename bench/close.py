"""How long the close of a business day with many purchases takes, step by step, and in what memory.

    python -m bench.close 1000000

Runs on an embedded server of its own with durable defaults. The day before has a tenth as many journals and is closed
first, so that the day itself is closed as every day after the first is. Prints one JSON line.
"""

import argparse
import asyncio
import json
import time
from datetime import date, timedelta
from typing import Any

from bench.book_rows import FIRST_DAY, OPENED, write_book
from bench.machine import describe_machine
from bench.memory import peak_mb, server_peak
from bench.own_server import make_demo, own_server
from bench.results import save_result
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.day_close import StepState
from florin.domain.programme import Programme
from florin.reconciliation.day_close.close_days import close_through
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import open_pool
from florin.storage.embedded import EmbeddedServer
from florin.storage.posting.engine import PostingEngine


async def closed(server: EmbeddedServer, house: ClearingHouse, programme: Programme, day: date) -> dict[str, Any]:
    """Close a day: what each step took, and all of them."""
    _, ends_at = programme.times_of(day, day)
    begun = time.perf_counter()
    with server_peak(server) as peak:
        done = await close_through(house, programme, day, Author(None, ends_at + timedelta(hours=1), "bench"))
    took_s = time.perf_counter() - begun
    if done.state is not StepState.DONE:
        raise SystemExit(f"the day is not closed: {done.checklists[-1:]}")
    (checklist,) = done.checklists
    (sealed,) = done.sealed
    steps = {
        str(each.step): round((each.ended_at - each.began_at).total_seconds(), 2)
        for each in checklist.steps
        if each.began_at is not None and each.ended_at is not None
    }
    return {"seconds": round(took_s, 1), "transfers": sealed.transfers, "steps_s": steps, "server_peak_mb": peak.mb}


async def measure(server: EmbeddedServer, purchases: int) -> dict[str, Any]:
    """Close the small day, then the day itself."""
    async with open_pool(server.service_url(), Settings()) as pool, PostingEngine(pool) as engine:
        house = ClearingHouse(engine, pool, Vault(Keyring.generate()))
        (programme,) = list((await read_catalogue(pool)).programmes.values())[:1]
        figures: dict[str, Any] = {"purchases": purchases}
        for name, day, journals in (
            ("small_day", FIRST_DAY, purchases // 10),
            ("day", FIRST_DAY + timedelta(days=1), purchases),
        ):
            written_s = await asyncio.to_thread(write_book, server, journals, 1, day)
            figures[name] = {"written_s": round(written_s, 1), **await closed(server, house, programme, day)}
    return figures


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("purchases", type=int, nargs="?", default=1_000_000)
    purchases = options.parse_args().purchases
    with own_server() as server:
        asyncio.run(make_demo(server, OPENED))
        machine = describe_machine(server)
        figures = {**asyncio.run(measure(server, purchases)), "peak_mb": peak_mb()}
    save_result("close", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
