"""Approve or refuse that a part of an order's cards leaves once more: an approver, another person than who asked."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.deliveries import allowed_delivery
from florin.domain.declines import Decline
from florin.domain.delivery import DELIVERY_LIFETIME, Delivery, DeliveryStatus, refused_decision
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.corporate.delivery_steps import DeliveryChange, delivery_change, write_decision
from florin.storage.people.logins import CodeProof, spend_code

APPROVERS: Final = frozenset({Role.APPROVER})


async def approve_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Let the file be fetched, once and within a week from now; the code is spent.

    Declines: ``delivery_not_found``, ``role_required``, ``same_person``, ``delivery_not_in_state`` when it waits for no
    approval, ``delivery_expired``, ``totp_code_incorrect``.
    """
    async with delivery_change(house.pool, delivery_id, Author(actor.session_id, now)) as change:
        return await _decide(change, actor, proof, DeliveryStatus.OPEN, "delivery.approved")


async def refuse_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Refuse that the file is fetched; the declines of `approve_delivery`."""
    async with delivery_change(house.pool, delivery_id, Author(actor.session_id, now)) as change:
        return await _decide(change, actor, proof, DeliveryStatus.REFUSED, "delivery.refused")


async def _decide(
    change: DeliveryChange, actor: Actor, proof: CodeProof, following: DeliveryStatus, action: str
) -> Delivery | Decline:
    now = change.author.now
    delivery = allowed_delivery(change.delivery, actor, APPROVERS)
    if isinstance(delivery, Decline):
        return delivery
    refusal = refused_decision(delivery, actor, now)
    if refusal is not None:
        return refusal
    if not await spend_code(change.connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    await write_decision(change, delivery, actor, following, now + DELIVERY_LIFETIME)
    await change.record(action, delivery, {})
    return await change.after(delivery)
