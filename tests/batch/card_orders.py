"""Ordering cards of the demo programme, as several tests do."""

from uuid import UUID

from florin.batch.issue import OrderCards, order_cards
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool
from tests.batch.conftest import NOW

AUTHOR = Author(None, NOW)


async def product_id(pool: Pool, code: str) -> UUID:
    """The id of a product of the demo."""
    products = (await read_catalogue(pool)).products.values()
    return next(each.id for each in products if each.code == code)


async def ordered(pool: Pool, quantity: int, *, product: str = "gift", denomination_minor: int = 100_00) -> CardIssue:
    """A new issue, of which no card is made yet."""
    command = OrderCards(await product_id(pool, product), denomination_minor, quantity)
    issue = await order_cards(pool, command, AUTHOR)
    assert isinstance(issue, CardIssue)
    return issue
