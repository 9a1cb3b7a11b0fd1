"""Give an instruction about cards of an order: activate them, or give up those that were not activated.

It is written together with the one-time code that is spent for it. It is carried out afterwards, card by card.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.domain.card_instruction import Instruction, InstructionKind
from florin.domain.card_selection import CardRange, Selection, count_cards, require_within, select
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.order_life import OrderOperation, permit
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.corporate.customers import read_customer
from florin.storage.corporate.instructions import add_instruction, cards_of_lines, instruction_of_key
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.posting.request import KeyReusedError

MAY_INSTRUCT: Final = {
    InstructionKind.ACTIVATE: frozenset({Role.BUYER}),
    InstructionKind.VOID: frozenset({Role.BUYER, Role.OPERATOR}),
}
"""Who may ask for what: only who has the cards makes them worth something; our operator gives up what nobody wants."""

_OPERATIONS: Final = {
    InstructionKind.ACTIVATE: OrderOperation.ACTIVATE,
    InstructionKind.VOID: OrderOperation.VOID_CARDS,
}
_ACTIONS: Final = {
    InstructionKind.ACTIVATE: "order.activation_asked",
    InstructionKind.VOID: "order.voiding_asked",
}
_WIRE_KINDS: Final = {InstructionKind.ACTIVATE: "activation", InstructionKind.VOID: "voiding"}


@dataclass(frozen=True, slots=True)
class InstructCards:
    """What is to be done with which cards of an order; ``ranges`` is None for all of them.

    ``key`` is the request's idempotency key, ``field`` what the ranges are called there.
    """

    order_id: UUID
    kind: InstructionKind
    ranges: tuple[CardRange, ...] | None
    key: str
    field: str = "ranges"


def instruction_wire_id(instruction: Instruction) -> str:
    """The id of an instruction as clients see it, which tells what it is for."""
    return wire_id(_WIRE_KINDS[instruction.kind], instruction.id)


async def instruction_given_before(
    house: ClearingHouse, actor: Actor, command: InstructCards
) -> Instruction | Decline | None:
    """What the same request has asked for before, as it stands; it needs no new code.

    Declines: ``order_not_found``, ``role_required``.

    Raises:
        KeyReusedError: another instruction was given under the key.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, MAY_INSTRUCT[command.kind])
    if isinstance(order, Decline):
        return order
    async with house.pool.connection() as connection:
        return await _given_before(connection, command)


async def instruct_cards(
    house: ClearingHouse, actor: Actor, command: InstructCards, proof: CodeProof, now: datetime
) -> Instruction | Decline:
    """The instruction, to be carried out by whoever comes; the same again under its key finds it as it stands.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``customer_not_active``,
    ``totp_code_incorrect`` when the code was used meanwhile.

    Raises:
        InvalidField: a range goes beyond the cards of its line.
        KeyReusedError: another instruction was given under the key.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, MAY_INSTRUCT[command.kind])
        if isinstance(order, Decline):
            return order
        given = await _given_before(change.connection, command)
        return given or await _give(change, order, actor, command, proof)


async def _given_before(connection: Connection, command: InstructCards) -> Instruction | None:
    given = await instruction_of_key(connection, command.order_id, command.kind, command.key)
    if given is None:
        return None
    # Replacements may have come to all the cards of then; the instruction is the same.
    selection = given.selection if command.ranges is None else select(command.ranges)
    if (given.is_for_all, given.selection) != (command.ranges is None, selection):
        raise KeyReusedError
    return given


async def _give(
    change: OrderChange, order: OrderView, actor: Actor, command: InstructCards, proof: CodeProof
) -> Instruction | Decline:
    refusal = await _refused(change.connection, order, command)
    if refusal is not None:
        return refusal
    selection = await _selected(change.connection, command)
    if not selection:
        return Decline.ORDER_NOT_IN_STATE
    if not await spend_code(change.connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    instruction = Instruction(
        id=fresh_id(shard_of(order.id)),
        order_id=order.id,
        customer_id=order.customer_id,
        kind=command.kind,
        is_for_all=command.ranges is None,
        selection=selection,
        cards=count_cards(selection),
        done=0,
        skipped=0,
        refused=0,
        asked_by=actor.login_id,
        session_id=actor.session_id,
        asked_at=change.author.now,
        finished_at=None,
    )
    await add_instruction(change.connection, instruction, command.key)
    detail = {"id": instruction_wire_id(instruction), "cards": instruction.cards, "all": instruction.is_for_all}
    await change.record(_ACTIONS[command.kind], order, detail)
    return instruction


async def _refused(connection: Connection, order: OrderView, command: InstructCards) -> Decline | None:
    customer = await read_customer(connection, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    standing = permit(_OPERATIONS[command.kind], order.status)
    return standing if isinstance(standing, Decline) else None


async def _selected(connection: Connection, command: InstructCards) -> Selection:
    cards = await cards_of_lines(connection, command.order_id)
    if command.ranges is None:
        return select(CardRange(line, 1, last) for line, last in cards.items())
    require_within(command.field, command.ranges, cards)
    return select(command.ranges)
