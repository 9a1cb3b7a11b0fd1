"""How fast cards are made, for stock or for a corporate order, beside a raw COPY of the same rows, and in what memory.

    python -m bench.issue_cards 100000
    python -m bench.issue_cards 1000000 --order

Runs on an embedded server of its own with durable defaults. Two databases of it take turns, slice by slice: in one
cards are made, as the service makes them; into the other the same process copies as many rows of the same tables that
were made beforehand, in chunks of the same size with a commit each, which is the least that any loader must do. So both
have tables of the same size and the same neighbours, and the ratio is the median over the slices. Prints one JSON line.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from bench.machine import describe_machine
from bench.memory import peak_mb
from bench.own_server import own_server
from bench.paid_orders import FACE_MINOR, paid_order
from bench.results import save_result
from florin.batch.demo_programme import create_demo_programme
from florin.batch.issue import CHUNK, OrderCards, fill_issue, order_cards
from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.clearing.new_cards import make_cards
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue
from florin.storage.cards.card_rows import COPY_ACCOUNTS, COPY_CARDS, Origin, account_rows, card_rows
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Connection, open_pool
from florin.storage.embedded import EmbeddedServer
from florin.storage.fresh_ids import fresh_id
from florin.storage.migrate import migrate
from florin.storage.posting.engine import PostingEngine

SLICE: Final = 40 * CHUNK
RAW_CHUNKS: Final = 4
RAW_DATABASE: Final = "raw"
COUNT: Final = "SELECT count(*) FROM card"

Rows = tuple[bytes, bytes]
MakeUpTo = Callable[[int], Awaitable[None]]
"""Goes on with the making of one issue or order until it has so many cards."""


class _EnoughForNow(BaseException):
    """Ends the making at the end of a slice, as a signal would; it goes on with the next slice."""


async def begun_issue(house: ClearingHouse, quantity: int) -> MakeUpTo:
    """A new issue of the demo's gift card, for stock."""
    product = next(each for each in (await read_catalogue(house.pool)).products.values() if each.code == "gift")
    command = OrderCards(product.id, FACE_MINOR, quantity)
    issue = await order_cards(house.pool, command, Author(None, datetime.now(UTC)))
    if not isinstance(issue, CardIssue):
        raise SystemExit(f"declined: {issue}")

    async def make(up_to: int) -> None:
        with suppress(_EnoughForNow):
            await fill_issue(house.pool, house.vault, issue.id, progress=lambda done, _: _until(up_to, done, quantity))

    return make


async def begun_order(house: ClearingHouse, quantity: int) -> MakeUpTo:
    """A new corporate order of the demo's gift card that is paid for."""
    order_id = await paid_order(house, quantity)
    maker = Maker(house)

    async def make(up_to: int) -> None:
        now = replace(maker, progress=lambda _line, done, _ordered: _until(up_to, done, quantity))
        with suppress(_EnoughForNow):
            made = await generate_order(now, order_id)
            if isinstance(made, Decline):
                raise SystemExit(f"declined: {made}")

    return make


def _until(up_to: int, done: int, quantity: int) -> None:
    if up_to <= done < quantity:
        raise _EnoughForNow


def raw_rows(vault: Vault, origin: Origin, first_serial: int, count: int) -> Rows:
    """The rows of so many cards as bytes that are ready to be sent."""
    cards = make_cards(vault, "987654", count, has_ecode=True)
    return card_rows(origin, cards, first_serial, datetime.now(UTC)), account_rows(origin, cards)


async def copy_raw(connection: Connection, chunks: list[Rows]) -> float:
    """Store rows, a commit for each chunk, and return how many seconds that took."""
    begun = time.perf_counter()
    for cards, accounts in chunks:
        async with connection.transaction(), connection.cursor() as cursor:
            async with cursor.copy(COPY_CARDS) as copy:
                await copy.write(cards)
            async with cursor.copy(COPY_ACCOUNTS) as copy:
                await copy.write(accounts)
    return time.perf_counter() - begun


class RawLoader:
    """Copies rows into the other database; only that is timed, and only a few chunks of them exist at once."""

    def __init__(self, connection: Connection, vault: Vault, customer_id: UUID | None) -> None:
        self._connection, self._vault = connection, vault
        self._origin = Origin(
            fresh_id(), fresh_id(), fresh_id(), FACE_MINOR, "CNY", vault.cards.writing_key_id, customer_id
        )
        self._serial = 1

    async def load(self, count: int) -> float:
        """Store so many cards and return how many seconds that took."""
        seconds = 0.0
        left = count
        while left:
            chunks = []
            for _ in range(RAW_CHUNKS):
                size = min(CHUNK, left)
                if size:
                    chunks.append(raw_rows(self._vault, self._origin, self._serial, size))
                    self._serial, left = self._serial + size, left - size
            seconds += await copy_raw(self._connection, chunks)
        return seconds


async def measure(server: EmbeddedServer, quantity: int, rounds: int, *, order: bool) -> dict[str, Any]:
    """All figures of a run: ``rounds`` times ``quantity`` cards."""
    vault, settings = Vault(Keyring.generate()), Settings()
    made_s: list[float] = []
    rates: list[tuple[float, float]] = []
    async with AsyncExitStack() as opened:
        pool = await opened.enter_async_context(open_pool(server.service_url(), settings))
        raw_pool = await opened.enter_async_context(open_pool(server.service_url(RAW_DATABASE), settings))
        await create_demo_programme(pool, datetime.now(UTC))
        house = ClearingHouse(await opened.enter_async_context(PostingEngine(pool)), pool, vault)
        connection = await opened.enter_async_context(raw_pool.connection())
        raw = RawLoader(connection, vault, fresh_id() if order else None)
        for _ in range(rounds):
            make = await (begun_order if order else begun_issue)(house, quantity)
            made_s.append(0)
            for done in range(0, quantity, SLICE):
                size = min(SLICE, quantity - done)
                begun = time.perf_counter()
                await make(done + size)
                took_s = time.perf_counter() - begun
                made_s[-1] += took_s
                rates.append((size / took_s, size / await raw.load(size)))
        await _require_same_number(connection, house, rounds * quantity)
    return {
        "cards": quantity,
        "rounds": rounds,
        "made_per_s": round(statistics.median(quantity / took_s for took_s in made_s)),
        "raw_copy_per_s": round(statistics.median(raw for _, raw in rates)),
        "ratio": round(statistics.median(made / raw for made, raw in rates), 2),
        "peak_mb": peak_mb(),
    }


async def _require_same_number(raw: Connection, house: ClearingHouse, expected: int) -> None:
    async with house.pool.connection() as made:
        for connection in (made, raw):
            if await (await connection.execute(COUNT)).fetchone() != (expected,):
                raise SystemExit(f"there are not {expected} cards")


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("cards", type=int, nargs="?", default=100_000)
    options.add_argument("--order", action="store_true", help="cards of a corporate order instead of cards for stock")
    options.add_argument("--rounds", type=int, default=1, help="so many issues or orders, one after another")
    given = options.parse_args()
    with own_server() as server:
        with psycopg.connect(server.owner_url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {RAW_DATABASE}")
        migrate(server.owner_url(RAW_DATABASE), service_url=server.service_url(RAW_DATABASE))
        machine = describe_machine(server)
        figures = asyncio.run(measure(server, given.cards, given.rounds, order=given.order))
    save_result("order" if given.order else "issue", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
