"""Carrying out instructions about ordered cards: each card by a posting of its own, under a key of its own.

The key is made of the instruction and the card. So a part that is done again after a kill, or by two processes at once,
gets the answers that it has got before, and moves nothing a second time; the count goes on where the part was counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never
from uuid import UUID

import msgspec
import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.activate_ordered_card import BEEN_ACTIVATED, ActivateOrderedCard, activate_ordered_card
from florin.clearing.orders.card_in_order import order_as_caller
from florin.clearing.orders.fund_what_waits import fund_what_waits
from florin.clearing.orders.instruct_cards import instruction_wire_id
from florin.clearing.orders.recall_ordered_card import RecallOrderedCard, recall_ordered_card
from florin.clearing.orders.recipients import opened_identity
from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.card_life import CardStatus
from florin.domain.card_selection import part_of
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.identity import Identity
from florin.domain.policy.facts import Holding
from florin.storage.catalogue import Catalogue
from florin.storage.corporate.instructions import advance, find_instruction, running_instructions, turn_at
from florin.storage.corporate.ordered_cards import SelectedCard, read_part
from florin.storage.posting.engine import Result
from florin.storage.posting.request import Answer, PostingRequest

PART: Final = 256
"""Cards that are under way at once: as many as the posting engine's largest group, so that they share a commit."""

Progress = Callable[[int, int], None]
"""Called after every part with the number of cards that have had their turn, and of all."""

_log: Final = structlog.get_logger("florin.batch")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one card: done, skipped because it was so before, or refused for a reason."""

    is_done: bool = False
    refusal: Decline | None = None


_DONE: Final = _Outcome(is_done=True)
_SKIPPED: Final = _Outcome()

_DONE_BEFORE: Final = {
    InstructionKind.ACTIVATE: BEEN_ACTIVATED,
    InstructionKind.VOID: frozenset({CardStatus.VOIDED}),
}
_DEAD: Final = frozenset({CardStatus.VOIDED, CardStatus.REPLACED})
_REFUSALS: Final = {
    InstructionKind.ACTIVATE: Decline.CARD_NOT_SELLABLE,
    InstructionKind.VOID: Decline.CARD_NOT_VOIDABLE,
}


async def carry_out(
    house: ClearingHouse,
    instruction_id: UUID,
    progress: Progress = lambda _done, _whole: None,
    *,
    part: int = PART,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Instruction:
    """Give every card of an instruction its turn, and return the instruction when all have had it.

    Call it again after a kill; any number of processes may call it at once.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; what is done stays done.
        LookupError: there is no such instruction.
    """
    while True:
        instruction = await find_instruction(house.pool, instruction_id)
        if instruction is None:
            raise LookupError(f"there is no instruction {instruction_id}")
        progress(instruction.past, instruction.cards)
        if instruction.is_finished:
            if instruction.kind is InstructionKind.VOID:
                await fund_what_waits(house, instruction.customer_id)
            return instruction
        await _next_part(house, instruction, part, clock())


async def carry_out_what_waits(house: ClearingHouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Go on with every instruction that is not finished and that no other process is at, the oldest first.

    One that fails is logged and holds up no other.
    """
    for instruction_id in await running_instructions(house.pool):
        try:
            async with turn_at(house.pool, instruction_id) as is_ours:
                if is_ours:
                    await carry_out(house, instruction_id, clock=clock)
        except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the next try tells)
            _log.warning("instruction_not_finished", id=instruction_id.hex, error=type(error).__name__)


async def _next_part(house: ClearingHouse, instruction: Instruction, most: int, now: datetime) -> None:
    prefix = f"{instruction.kind}:{instruction.id.hex}:"
    part = part_of(instruction.selection, instruction.past, most)
    cards = await read_part(house.pool, instruction.order_id, part, prefix)
    catalogue = await house.engine.current_catalogue()
    waiting = [card for card in cards if card.had_its_turn or _may_have_it(instruction.kind, card)]
    requests = [_request(house, catalogue, instruction, card, prefix) for card in waiting]
    answers = dict(zip(waiting, await house.engine.submit_all(requests), strict=True))
    outcomes = {card: _outcome(instruction, card, answers.get(card)) for card in cards}
    done = sum(each.is_done for each in outcomes.values())
    refusals = [
        RefusedCard(card.line, card.serial, each.refusal) for card, each in outcomes.items() if each.refusal is not None
    ]
    await advance(house.pool, instruction, done, len(cards) - done - len(refusals), refusals, now)


def _may_have_it(kind: InstructionKind, card: SelectedCard) -> bool:
    """Whether the engine is asked about a card. One that was reported missing must not come alive in strange hands."""
    return card.status == CardStatus.SOLD and not (kind is InstructionKind.ACTIVATE and card.is_reported)


def _request(
    house: ClearingHouse, catalogue: Catalogue, instruction: Instruction, card: SelectedCard, prefix: str
) -> PostingRequest:
    caller = order_as_caller(instruction.order_id, instruction.session_id, instruction_wire_id(instruction))
    key, ids = f"{prefix}{card.id.hex}", (instruction.customer_id, instruction.order_id, card.id)
    match instruction.kind:
        case InstructionKind.ACTIVATE:
            holder = _holder(house, catalogue, instruction.order_id, card)
            return activate_ordered_card(house, caller, key, ActivateOrderedCard(*ids, holder))
        case InstructionKind.VOID:
            return recall_ordered_card(house, caller, key, RecallOrderedCard(*ids))
        case _:
            assert_never(instruction.kind)


def _holder(house: ClearingHouse, catalogue: Catalogue, order_id: UUID, card: SelectedCard) -> Identity | None:
    """Who will hold a registered card; of a bearer card nobody's identity is kept."""
    kind = catalogue.products[card.product_id].kind
    if holding_of(kind) is not Holding.REGISTERED or card.identity_encrypted is None or card.place is None:
        return None
    return opened_identity(house.vault, order_id, (card.line, card.place), card.identity_encrypted)


def _outcome(instruction: Instruction, card: SelectedCard, result: Result | None) -> _Outcome:
    """What became of a card by the engine's answer, or by its status when the engine needed not be asked.

    Whoever says "all" means the cards that are left: a dead one is refused only where it was named.
    """
    kind = instruction.kind
    if result is None:
        decline, status = _REFUSALS[kind], card.status
    elif not isinstance(result, Answer):
        raise result
    elif result.decline is None:
        return _DONE
    else:
        decline, status = result.decline, msgspec.json.decode(result.body).get("status", card.status)
    needs_nothing = status in _DONE_BEFORE[kind] or (instruction.is_for_all and status in _DEAD)
    return _SKIPPED if needs_nothing or not card.is_sold else _Outcome(refusal=decline)
