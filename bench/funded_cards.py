"""A book of many bearer cards that have been sold over the counter, made the way the product makes it.

The cards are issued as `florin issue` issues them (binary COPY) and then activated through the posting engine, as a
till's list is. So the book behind the figures has every row that a real one has, and passes every proof.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from florin.batch.demo_programme import create_demo_programme
from florin.batch.issue import OrderCards, fill_issue, order_cards
from florin.clearing.activate import ActivateCommand, activate
from florin.clearing.house import ClearingHouse
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import read_page
from florin.storage.connect import Pool, open_pool
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.request import Answer, Caller

FACE_MINOR: Final = 1000_00
LIST: Final = 1000
PAGE: Final = 5000

Progress = Callable[[int], None]
"""Told how many more cards are ready."""


class FundedCard(NamedTuple):
    """An active card as its holder knows it."""

    number: str
    pin: str


@dataclass(frozen=True, slots=True)
class FundedBook:
    """The cards, and an API key's token of each merchant."""

    cards: tuple[FundedCard, ...] = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)


async def make_funded_book(url: str, vault: Vault, quantity: int, progress: Progress) -> FundedBook:
    """Create the demo programme in an empty database, and issue and activate the cards, 1,000 yuan each."""
    settings = Settings()
    async with open_pool(url, settings) as pool:
        tokens = (await create_demo_programme(pool, datetime.now(UTC))).merchant_tokens
        async with PostingEngine(pool) as engine:
            house = ClearingHouse(engine, pool, vault)
            issue_id = await _issued(house, quantity)
            cards: list[FundedCard] = []
            async for page in _pages(pool, vault, issue_id):
                await _activate(house, page, first=len(cards))
                cards += page
                progress(len(page))
    return FundedBook(tuple(cards), tokens)


async def _issued(house: ClearingHouse, quantity: int) -> UUID:
    catalogue = await house.engine.current_catalogue()
    product = next(each for each in catalogue.products.values() if each.code == "gift")
    order = OrderCards(product.id, FACE_MINOR, quantity)
    issue = await order_cards(house.pool, order, Author(None, datetime.now(UTC)))
    if isinstance(issue, Decline):
        raise SystemExit(f"declined: {issue}")
    await fill_issue(house.pool, house.vault, issue.id)
    return issue.id


async def _pages(pool: Pool, vault: Vault, issue_id: UUID) -> AsyncIterator[list[FundedCard]]:
    """The issue's cards by serial number; the next page is read before the last one leaves the stock."""
    after = 0
    while page := await read_page(pool, issue_id, after, PAGE):
        after = page[-1].serial
        yield [
            FundedCard(
                vault.card_numbers.open(card.number_encrypted, card.id.bytes).decode(),
                vault.cards.derive_pin(card.key_id, card.id.bytes),
            )
            for card in page
        ]


async def _activate(house: ClearingHouse, cards: list[FundedCard], *, first: int) -> None:
    catalogue = await house.engine.current_catalogue()
    callers = [Caller(each.id, each.id) for each in catalogue.merchants.values()]
    numbered = list(enumerate(cards, first))
    for start in range(0, len(numbered), LIST):
        requests = [
            activate(house, callers[at % len(callers)], f"sold-{at:06}", ActivateCommand(card.number, f"sold-{at:06}"))
            for at, card in numbered[start : start + LIST]
        ]
        for result in await house.engine.submit_all(requests):
            if not isinstance(result, Answer) or result.decline is not None:
                raise SystemExit(f"a new card was not activated: {result}")
