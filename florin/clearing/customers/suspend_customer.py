"""Suspend a customer and let it go on."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.customers.allowed import allowed_customer
from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.house import ClearingHouse
from florin.domain.customer import CustomerStatus
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.corporate.customers import Customer, change_status, find_customer

WHO_MAY: Final = frozenset({Role.MANAGER})


async def suspend_customer(house: ClearingHouse, actor: Actor, customer_id: UUID, now: datetime) -> Customer | Decline:
    """Stop business with a customer, and return it as it is now.

    Nothing new is ordered, funded or sent back. What the customer pays is recorded all the same, because the bank has
    the money. Declines: ``customer_not_found``, ``role_required``.
    """
    return await _set(house, actor, customer_id, CustomerStatus.SUSPENDED, now)


async def resume_customer(house: ClearingHouse, actor: Actor, customer_id: UUID, now: datetime) -> Customer | Decline:
    """Do business again, beginning with the orders that wait for money; declines as above."""
    resumed = await _set(house, actor, customer_id, CustomerStatus.ACTIVE, now)
    if not isinstance(resumed, Decline):
        await fund_waiting_orders(house, customer_id)
    return resumed


async def _set(
    house: ClearingHouse, actor: Actor, customer_id: UUID, status: CustomerStatus, now: datetime
) -> Customer | Decline:
    allowed = allowed_customer(await find_customer(house.pool, customer_id), actor, WHO_MAY)
    if isinstance(allowed, Decline):
        return allowed
    return await change_status(house.pool, customer_id, status, Author(actor.session_id, now))
