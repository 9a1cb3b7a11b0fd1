"""Approve or refuse that a part of an order's cards leaves once more: an approver, another person than who asked."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.deliveries import find_delivery
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery
from florin.domain.people import Actor, Role
from florin.storage.corporate.delivery_steps import decide_delivery
from florin.storage.logins import CodeProof

APPROVERS: Final = frozenset({Role.APPROVER})


async def approve_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Let the file be fetched, once and within a week from now; the code is spent.

    Declines: ``delivery_not_found``, ``role_required``, ``same_person``, ``delivery_not_in_state`` when it waits for no
    approval, ``delivery_expired``, ``totp_code_incorrect``.
    """
    found = await find_delivery(house, actor, delivery_id, APPROVERS)
    if isinstance(found, Decline):
        return found
    return await decide_delivery(house.pool, delivery_id, actor, proof, now, is_approved=True)


async def refuse_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Refuse that the file is fetched; the declines of `approve_delivery`."""
    found = await find_delivery(house, actor, delivery_id, APPROVERS)
    if isinstance(found, Decline):
        return found
    return await decide_delivery(house.pool, delivery_id, actor, proof, now, is_approved=False)
