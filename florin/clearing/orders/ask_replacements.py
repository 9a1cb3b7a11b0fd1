"""Report cards of an order as missing or damaged, so that others take their places.

A card that is worth nothing and that nobody has is replaced by whoever reports it. One that is active, or that its
recipient has claimed, waits for the consent of somebody else of ours, and pays nothing meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.reported_card import settle_reported_cards
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderOperation, permit
from florin.domain.people import Actor
from florin.domain.replacement import (
    MOST_CARDS,
    CardFinding,
    CardToReplace,
    Replacement,
    ReplacementReason,
    ReportedCard,
    refused_replacement,
)
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.corporate.customers import read_customer
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.replacements import add_replacements, cards_reported, replacements_of_key
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.posting.request import KeyReusedError

WITH_RECEIPT: Final = "receipt-confirmation"
"""The key of what is reported together with the confirmation of receipt, which happens once."""


@dataclass(frozen=True, slots=True)
class AskReplacements:
    """Cards of an order that are to be replaced, each named once; `InvalidField` for none or too many."""

    order_id: UUID
    cards: tuple[ReportedCard, ...]
    key: str

    def __post_init__(self) -> None:
        """Refuse what is no list of cards."""
        require_each_once(self.cards)
        if not self.cards:
            raise InvalidField("cards", "name at least one card")


@dataclass(frozen=True, slots=True)
class NotReplaceable:
    """Why nothing was done: each card that cannot be replaced."""

    findings: tuple[CardFinding, ...]


def require_each_once(cards: Sequence[ReportedCard]) -> None:
    """Refuse a list with too many cards or with one twice; `InvalidField` names its place."""
    if len(cards) > MOST_CARDS:
        raise InvalidField("cards", f"at most {MOST_CARDS} cards at once")
    seen: set[tuple[int, int]] = set()
    for place, each in enumerate(cards):
        if (each.line, each.serial) in seen:
            raise InvalidField(f"cards[{place}]", f"card {card_name(each.line, each.serial)} is named twice")
        seen.add((each.line, each.serial))


async def replacements_asked_before(
    house: ClearingHouse, actor: Actor, command: AskReplacements
) -> list[Replacement] | Decline:
    """What the same request has asked for before, as it stands, empty if nothing; it needs no new code.

    Declines: ``order_not_found``, ``role_required``.

    Raises:
        KeyReusedError: other cards were reported under the key.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, MAKERS)
    if isinstance(order, Decline):
        return order
    async with house.pool.connection() as connection:
        return await _asked_before(connection, command)


async def ask_replacements(
    house: ClearingHouse, actor: Actor, command: AskReplacements, proof: CodeProof, now: datetime
) -> list[Replacement] | NotReplaceable | Decline:
    """The replacements as they stand; the same again under its key finds them.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``customer_not_active``,
    ``totp_code_incorrect`` when the code was used meanwhile.

    Raises:
        KeyReusedError: other cards were reported under the key.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, MAKERS)
        if isinstance(order, Decline):
            return order
        asked = await _asked_before(change.connection, command) or await _ask(change, order, actor, command, proof)
    await settle_reported_cards(house, command.order_id)
    return asked


Known = list[tuple[CardToReplace, ReplacementReason]]
"""Cards that can be replaced, and what is wrong with each."""


async def known_cards(
    connection: Connection, order_id: UUID, reported: Sequence[ReportedCard]
) -> Known | NotReplaceable:
    """What is known of the reported cards, if every one of them can be replaced."""
    found = await cards_reported(connection, order_id, reported)
    cards = [(each, found.get((each.line, each.serial))) for each in reported]
    findings = [refused_replacement(each, card) for each, card in cards]
    refused = tuple(each for each in findings if each is not None)
    return NotReplaceable(refused) if refused else [(card, each.reason) for each, card in cards if card is not None]


async def write_reports(change: OrderChange, order: OrderView, actor: Actor, key: str, known: Known) -> None:
    """Write that cards are to be replaced, in the open change of their order."""
    if known:
        await add_replacements(change.connection, order.id, key, known, actor, change.author.now)
        names = [card_name(card.line, card.serial) for card, _ in known]
        await change.record("order.replacements_asked", order, {"cards": names})


async def _asked_before(connection: Connection, command: AskReplacements) -> list[Replacement]:
    asked = await replacements_of_key(connection, command.order_id, command.key)
    cards = sorted(ReportedCard(each.line, each.old_serial, each.reason) for each in asked)
    if asked and cards != sorted(command.cards):
        raise KeyReusedError
    return asked


async def _ask(
    change: OrderChange, order: OrderView, actor: Actor, command: AskReplacements, proof: CodeProof
) -> list[Replacement] | NotReplaceable | Decline:
    standing = permit(OrderOperation.REPLACE, order.status)
    if isinstance(standing, Decline):
        return standing
    customer = await read_customer(change.connection, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    known = await known_cards(change.connection, order.id, command.cards)
    if isinstance(known, NotReplaceable):
        return known
    if not await spend_code(change.connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    await write_reports(change, order, actor, command.key, known)
    return await replacements_of_key(change.connection, order.id, command.key)
