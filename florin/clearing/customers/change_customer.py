"""Change how a customer is called and whom to call there, and above what sum its orders need its own approver."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.customers.allowed import allowed_customer, refuse_insider
from florin.clearing.customers.create_customer import require_approval_limit
from florin.clearing.customers.sealed_contacts import seal_contacts
from florin.clearing.house import ClearingHouse
from florin.domain.contacts import Contact, require_contacts
from florin.domain.declines import Decline
from florin.domain.names import spelled_name
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.corporate import customers
from florin.storage.corporate.customer_change import customer_change
from florin.storage.corporate.customers import Customer, find_customer

CHANGE_CONTACTS: Final = frozenset({Role.BUYER, Role.APPROVER, Role.OPERATOR})
SET_LIMIT: Final = frozenset({Role.APPROVER, Role.MANAGER})
"""The limit binds buyers, and operators who enter orders for them: neither of them moves it."""
RENAME: Final = frozenset({Role.MANAGER})
"""Refunds go to an account in the customer's name, so whoever proposes one does not set the name."""


async def change_contacts(
    house: ClearingHouse, actor: Actor, customer_id: UUID, contacts: tuple[Contact, ...], now: datetime
) -> Customer | Decline:
    """Put other contacts in place of a customer's, and return it as it is now.

    Declines: ``customer_not_found``, ``role_required``.

    Raises:
        InvalidField: there are none, or too many.
    """
    require_contacts(contacts)
    allowed = allowed_customer(await find_customer(house.pool, customer_id), actor, CHANGE_CONTACTS)
    if isinstance(allowed, Decline):
        return allowed
    sealed = seal_contacts(house.vault, customer_id, contacts)
    author = Author(actor.session_id, now)
    return await customers.change_contact(house.pool, customer_id, sealed, author) or await _now(house, customer_id)


async def set_approval_limit(
    house: ClearingHouse, actor: Actor, customer_id: UUID, limit_minor: int, now: datetime
) -> Customer | Decline:
    """Set the face total, in minor units, above which orders need the customer's own approver; return the customer.

    It binds what is submitted from now on. Declines: ``customer_not_found``, ``role_required``.

    Raises:
        InvalidField: the limit is below zero or above any sum.
    """
    require_approval_limit(limit_minor)
    allowed = allowed_customer(await find_customer(house.pool, customer_id), actor, SET_LIMIT)
    if isinstance(allowed, Decline):
        return allowed
    author = Author(actor.session_id, now)
    refused = await customers.change_approval_limit(house.pool, customer_id, limit_minor, author)
    return refused or await _now(house, customer_id)


async def rename_customer(
    house: ClearingHouse, actor: Actor, customer_id: UUID, name: str, now: datetime
) -> Customer | Decline:
    """Record that a customer is registered under another name from now on, and return it; the audit keeps both names.

    What is agreed already stays, its refund account in force, too. Declines: ``customer_not_found``, ``role_required``,
    ``works_for_customer``.

    Raises:
        InvalidField: the name is empty or too long.
    """
    spelled = spelled_name("name", name)
    async with customer_change(house.pool, customer_id, Author(actor.session_id, now)) as change:
        customer = allowed_customer(change.customer, actor, RENAME)
        if isinstance(customer, Decline):
            return customer
        refused = await refuse_insider(change.connection, actor, customer_id)
        if refused is not None:
            return refused
        await customers.rename(change.connection, customer_id, spelled)
        await change.record("customer.renamed", customer_id, {"before": customer.name, "after": spelled})
        return replace(customer, name=spelled)


async def _now(house: ClearingHouse, customer_id: UUID) -> Customer | Decline:
    return await find_customer(house.pool, customer_id) or Decline.CUSTOMER_NOT_FOUND
