"""Stop the debits of a card that is reported missing or damaged, and let them go on if it is not replaced after all.

Whoever has found the card must not spend it while a second person is asked. A till hears what it hears of any block.
The block bears the replacement's name: only that one is lifted, and never one that an operator has set since.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.answers import card_view, declined
from florin.clearing.change_card import card_permitting
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import order_as_caller
from florin.clearing.reported_block import allow_debits_as, stop_debits_as
from florin.domain.card import Card
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.replacement import DebitsWish
from florin.storage.corporate.reported_cards import Unsettled, settle, unsettled_cards
from florin.storage.posting.group import Group
from florin.storage.posting.request import (
    BrokenError,
    BusyError,
    Caller,
    Outcome,
    OutcomeUnknownError,
    PostingRequest,
    Wanted,
)

_log: Final = structlog.get_logger("florin.orders")


@dataclass(frozen=True, slots=True)
class ReportedBlock:
    """A block of a card, which bears ``name`` as its reason, or at the end of a reason that the card had before."""

    card_id: UUID
    name: str


async def settle_reported_cards(house: ClearingHouse, order_id: UUID | None = None) -> None:
    """Do what is wanted of the reported cards of an order, or of all; what fails is left to the next call.

    Any number may call it at once: each card's debits are stopped once and let go on once.
    """
    for card in await unsettled_cards(house.pool, order_id):
        try:
            await _settle(house, card)
        except (BusyError, OutcomeUnknownError, BrokenError) as error:
            name = wire_id("replacement", card.replacement_id)
            _log.warning("reported_card_not_settled", replacement=name, error=type(error).__name__)


async def _settle(house: ClearingHouse, card: Unsettled) -> None:
    name = wire_id("replacement", card.replacement_id)
    caller = order_as_caller(card.order_id, card.session_id, name)
    block = ReportedBlock(card.card_id, f"reported {card.reason}, {name}")
    # Also before they go on: whoever is late with the stop finds it done, and does not do it after the end.
    await house.engine.submit(stop_reported_card(house, caller, f"stop:{card.replacement_id.hex}", block))
    if card.wish is DebitsWish.TO_ALLOW:
        await house.engine.submit(allow_reported_card(house, caller, f"allow:{card.replacement_id.hex}", block))
    await settle(house.pool, card)


def stop_reported_card(house: ClearingHouse, caller: Caller, key: str, command: ReportedBlock) -> PostingRequest:
    """The request to be submitted: nothing goes out of the card any more. One whose debits are stopped stays so."""

    def change(card: Card) -> bool:
        return stop_debits_as(card, command.name)

    return _request(house, caller, key, command, CardOperation.BLOCK, change)


def allow_reported_card(house: ClearingHouse, caller: Caller, key: str, command: ReportedBlock) -> PostingRequest:
    """The request to be submitted: what `stop_reported_card` has stopped goes on, if nobody has blocked it since."""

    def change(card: Card) -> bool:
        return allow_debits_as(card, command.name)

    return _request(house, caller, key, command, CardOperation.UNBLOCK, change)


def _request(
    house: ClearingHouse,
    caller: Caller,
    key: str,
    command: ReportedBlock,
    operation: CardOperation,
    change: Callable[[Card], bool],
) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        found = card_permitting(group, command.card_id, operation)
        if isinstance(found, Decline):
            return declined(found)
        card, _ = found
        before = {"status": card.status, "block": card.block}
        is_changed = change(card)
        answer = card_view(card, group.programme(card.programme_id).unit)
        if is_changed:
            event = "card.blocked" if operation is CardOperation.BLOCK else "card.unblocked"
            group.save_card(card)
            group.record(caller.actor_id, event, card.id, {"before": before, "reason": command.name})
            group.emit(event, card.id, answer)
        return Outcome(answer, subject_id=card.id)

    verb = "stop_reported_card" if operation is CardOperation.BLOCK else "allow_reported_card"
    return house.request(caller, key, verb, command, Wanted(card_id=command.card_id), decide)
