"""Read what was asked for about an order's cards and how far it is: activations, voidings and replacements."""

from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.domain.replacement import Replacement
from florin.storage.corporate.instructions import find_instruction, instructions_of, refusals_of
from florin.storage.corporate.orders import find_order
from florin.storage.corporate.replacements import find_replacement, replacements_of

SHOWN_REFUSALS: Final = 200
"""How many refused cards are named; an instruction counts all of them."""


async def read_instruction(
    house: ClearingHouse, actor: Actor, order_id: UUID, kind: InstructionKind, instruction_id: UUID
) -> tuple[Instruction, list[RefusedCard]] | Decline:
    """An instruction as it stands, and the first of the cards that it was refused for.

    Declines: ``order_not_found``, ``role_required``, ``instruction_not_found``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    found = await find_instruction(house.pool, instruction_id)
    if found is None or (found.order_id, found.kind) != (order_id, kind):
        return Decline.INSTRUCTION_NOT_FOUND
    return found, await refusals_of(house.pool, instruction_id, SHOWN_REFUSALS)


async def list_instructions(
    house: ClearingHouse, actor: Actor, order_id: UUID, kind: InstructionKind, limit: int, before: UUID | None
) -> Page[Instruction, UUID] | Decline:
    """A page of the instructions about an order, newest first.

    Declines: ``order_not_found``, ``role_required``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    return order if isinstance(order, Decline) else await instructions_of(house.pool, order_id, kind, limit, before)


async def read_replacement(
    house: ClearingHouse, actor: Actor, order_id: UUID, replacement_id: UUID
) -> Replacement | Decline:
    """A replacement as it stands.

    Declines: ``order_not_found``, ``role_required``, ``replacement_not_found``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    found = await find_replacement(house.pool, replacement_id)
    return found if found is not None and found.order_id == order_id else Decline.REPLACEMENT_NOT_FOUND


async def list_replacements(
    house: ClearingHouse, actor: Actor, order_id: UUID, limit: int, before: UUID | None
) -> Page[Replacement, UUID] | Decline:
    """A page of the replacements of an order, newest first.

    Declines: ``order_not_found``, ``role_required``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    return order if isinstance(order, Decline) else await replacements_of(house.pool, order_id, limit, before)
