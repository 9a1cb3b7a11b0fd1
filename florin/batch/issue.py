"""Issuing cards: any number of one product and denomination, in bounded memory, resumable at every point.

While the database stores one chunk, the next one is made in a second thread, so that the two cores of a small machine
both work. Nothing grows with the number of cards: at most two chunks exist at any moment.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from florin.batch.card_file import require_file_recipient
from florin.clearing.new_cards import make_cards
from florin.crypto.vault import Vault
from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.faces import holding_of, refused_face
from florin.domain.invalid_field import InvalidField
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.facts import Holding
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue, OrderKey, add_cards, find_issue, find_order, order_issue
from florin.storage.cards.card_rows import NewCard, Origin
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError

CHUNK: Final = 2_500
"""Cards a transaction: large enough that its commit costs nothing, small enough that it ends well within the limits."""
LARGEST_ISSUE: Final = 10_000_000
MOST_FRUITLESS_CHUNKS: Final = 5

Progress = Callable[[int, int], None]
"""Called after every chunk with the number of cards made and the number ordered."""


class CrowdedNumbers(Exception):
    """Chunk after chunk had no number that was free: the programme's issuer prefix is used up."""


@dataclass(frozen=True, slots=True)
class OrderCards:
    """So many cards of a product in one of its denominations (minor units), and whose key their card files are for.

    Cards that are to be ``sold_online`` are in no file. `InvalidField` for a bad quantity or recipient.
    """

    product_id: UUID
    denomination_minor: int
    quantity: int
    recipient: str | None = None
    sold_online: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no issue, or one whose file nobody could read."""
        require_between("quantity", self.quantity, 1, LARGEST_ISSUE)
        if self.recipient is not None:
            require_file_recipient(self.recipient)
            if self.sold_online:
                raise InvalidField("recipient", "none: cards that are sold online are in no file")


async def order_cards(
    pool: Pool, command: OrderCards, author: Author, key: OrderKey | None = None
) -> CardIssue | Decline:
    """Begin an issue; `fill_issue` makes its cards. With a key, the same order again finds the issue of the first one.

    `PRODUCT_NOT_FOUND`, `DENOMINATION_NOT_OFFERED`, `NOT_SOLD_ONLINE`, or what the programme's policy pack says today
    against the face.

    Raises:
        KeyReusedError: something else was ordered under the key.
    """
    begun = None if key is None else await find_order(pool, key)
    if begun is not None:
        return _same_order(begun, command)
    catalogue = await read_catalogue(pool)
    product = catalogue.products.get(command.product_id)
    if product is None:
        return Decline.PRODUCT_NOT_FOUND
    if command.denomination_minor not in product.denominations_minor:
        return Decline.DENOMINATION_NOT_OFFERED
    if command.sold_online and holding_of(product.kind) is Holding.REGISTERED:
        return Decline.NOT_SOLD_ONLINE
    programme = catalogue.programmes[product.programme_id]
    today = programme.business_date(author.now)
    refusal = refused_face(PackName(programme.policy_pack), product.kind, [command.denomination_minor], today)
    if refusal is not None:
        return refusal
    issue = CardIssue(
        id=fresh_id(),
        programme_id=programme.id,
        product_id=product.id,
        denomination_minor=command.denomination_minor,
        ordered=command.quantity,
        generated=0,
        status="generating",
        created_at=author.now,
        ready_at=None,
        recipient=command.recipient,
        sold_online=command.sold_online,
    )
    if await order_issue(pool, issue, author, key):
        return issue
    # The same request, sent twice at once, came first.
    return await order_cards(pool, command, author, key)


async def fill_issue(
    pool: Pool,
    vault: Vault,
    issue_id: UUID,
    *,
    progress: Progress = lambda _done, _ordered: None,
    chunk: int = CHUNK,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> CardIssue | Decline:
    """Make the cards that an issue for stock still wants, and return it ready; call it again after a kill.

    `ISSUE_NOT_FOUND`, or what `fill` raises.
    """
    issue = await find_issue(pool, issue_id)
    if issue is None:
        return Decline.ISSUE_NOT_FOUND
    return await fill(pool, vault, issue, progress=progress, chunk=chunk, clock=clock)


async def fill(
    pool: Pool,
    vault: Vault,
    issue: CardIssue,
    *,
    progress: Progress = lambda _done, _ordered: None,
    chunk: int = CHUNK,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> CardIssue:
    """Make the cards that an issue still wants, and return it ready, or as it is when it was recalled meanwhile.

    It ends with exactly the number ordered, also when several processes fill the same issue.

    Raises:
        CrowdedNumbers: the programme's issuer prefix has no free numbers left.
    """
    origin, make = _recipe(await read_catalogue(pool), vault, issue)
    fruitless = 0
    next_chunk = asyncio.create_task(asyncio.to_thread(make, min(chunk, issue.ordered - issue.generated)))
    try:
        while issue.is_open:
            cards = await next_chunk
            left = issue.ordered - issue.generated - len(cards)
            next_chunk = asyncio.create_task(asyncio.to_thread(make, max(0, min(chunk, left))))
            before, issue = issue, await add_cards(pool, origin, cards, clock())
            fruitless = fruitless + 1 if issue.generated == before.generated else 0
            if fruitless > MOST_FRUITLESS_CHUNKS:
                raise CrowdedNumbers(f"no free card numbers for issue {issue.id}")
            progress(issue.generated, issue.ordered)
    finally:
        await asyncio.gather(next_chunk, return_exceptions=True)
    return issue


def _same_order(issue: CardIssue, command: OrderCards) -> CardIssue:
    if command != _ordered(issue):
        raise KeyReusedError
    return issue


def _ordered(issue: CardIssue) -> OrderCards:
    return OrderCards(issue.product_id, issue.denomination_minor, issue.ordered, issue.recipient, issue.sold_online)


def _recipe(catalogue: Catalogue, vault: Vault, issue: CardIssue) -> tuple[Origin, Callable[[int], list[NewCard]]]:
    """What the issue's cards have in common, and the function that makes as many as it is asked for."""
    programme, product = catalogue.programmes[issue.programme_id], catalogue.products[issue.product_id]
    origin = Origin(
        programme.id,
        product.id,
        issue.id,
        issue.denomination_minor,
        programme.unit,
        vault.cards.writing_key_id,
        issue.sold_to,
        issue.sold_online,
    )

    def make(count: int) -> list[NewCard]:
        return make_cards(vault, programme.issuer_prefix, count, has_ecode=product.has_ecode)

    return origin, make
