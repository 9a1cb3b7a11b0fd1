"""The load programs that measure the daily reconciliation run, and what they write is a book that proves itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from bench import book_rows, close, matching, proofs, statement_rows
from bench.own_server import make_demo
from florin.domain.day_close import CloseStep
from florin.storage.embedded import EmbeddedServer
from florin.storage.embedded.layout import Layout
from tests.conftest import Database, temporary_database


@dataclass(frozen=True)
class OneDatabase:
    """A server as the load programs see it, of which they have one database."""

    database: Database
    layout: Layout

    def owner_url(self) -> str:
        return self.database.owner_url

    def service_url(self) -> str:
        return self.database.url


@pytest.fixture
def bare(server: EmbeddedServer, _template: str) -> Iterator[EmbeddedServer]:
    with temporary_database(server, _template) as database:
        yield cast("EmbeddedServer", OneDatabase(database, server.layout))


async def test_matching_is_measured_with_a_match_of_each_pass_and_a_break_of_what_differs(
    bare: EmbeddedServer,
) -> None:
    await make_demo(bare, statement_rows.NOON)
    statement_rows.write_counterparties(bare)
    figures = await matching.measure(bare, 1_000)
    passes = {"key": 982, "key_other_amount": 5, "other_key": 5, "mention": 1, "taken_back": 2, "amount_and_day": 2}
    assert passes.items() <= figures["day"]["matched"].items()
    assert (11, 0, 0) == (figures["day"]["opened"], figures["again"]["items"], figures["again"]["opened"])


async def test_proofs_are_measured_on_a_book_that_proves_itself(bare: EmbeddedServer) -> None:
    await make_demo(bare, book_rows.OPENED)
    book_rows.write_book(bare, 200, proofs.DAYS)
    figures = await proofs.measure(bare)
    assert figures["since_seals"]["proofs_ms"].keys() < figures["full"]["proofs_ms"].keys()


async def test_a_close_is_measured_step_by_step(bare: EmbeddedServer) -> None:
    await make_demo(bare, book_rows.OPENED)
    figures = await close.measure(bare, 200)
    assert (200, [str(each) for each in CloseStep]) == (figures["day"]["transfers"], list(figures["day"]["steps_s"]))
