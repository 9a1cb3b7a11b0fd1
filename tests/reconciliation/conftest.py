"""Fixtures of the reconciliation room: an empty book, and one with a little of everything.

The tests of the room share a database, because emptying one is much quicker than making one.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from florin.settings import Settings
from florin.storage.connect import Pool, open_pool
from florin.storage.embedded import EmbeddedServer
from tests.conftest import Database, temporary_database
from tests.reconciliation.book import MERCHANT, Book, open_book
from tests.reconciliation.statements import Outside


@pytest.fixture(scope="package")
def database(server: EmbeddedServer, _template: str) -> Iterator[Database]:
    """A database for all tests of the room; each fills it through `book`, which leaves it empty."""
    with temporary_database(server, _template) as shared:
        yield shared


@pytest.fixture
def settings() -> Settings:
    return Settings(pool_size=4)


@pytest.fixture
def book(database: Database) -> Iterator[Book]:
    with open_book(database.owner_url) as opened:
        yield opened


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with open_pool(database.url, Settings(pool_size=4), application_name="florin test") as opened:
        yield opened


@pytest.fixture
def outside(book: Book) -> Outside:
    return Outside(book)


@dataclass(frozen=True)
class Story:
    """A right book of ten transfers: a card that pays and is refunded, one with a hold, one redeemed into a wallet."""

    book: Book
    card: UUID
    activation: UUID
    purchase: tuple[UUID, UUID]
    refund: tuple[UUID, UUID]
    held_card: UUID
    hold: UUID
    redeemed_card: UUID
    member: UUID
    redemption: UUID


@pytest.fixture
def story(book: Book) -> Story:
    card, held_card, redeemed_card, member = book.card(), book.card(), book.card(), book.member()
    activation = book.activate(card)
    purchase = book.purchase(card, 3000, 500)
    refund = book.refund(card, purchase, 1000)
    book.activate(held_card)
    hold = book.hold(held_card, 2500)
    book.post("card_activated", (5000, 1030, MERCHANT, 2010, redeemed_card), announced="card.activated")
    redemption = book.redeem(redeemed_card, member)
    return Story(book, card, activation, purchase, refund, held_card, hold, redeemed_card, member, redemption)
