"""Read customers: one with whom to call there, its tier and its money, and the list of them."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.customers.allowed import allowed_customer
from florin.clearing.customers.sealed_contacts import open_contacts
from florin.clearing.house import ClearingHouse
from florin.domain.contacts import Contact
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import OPERATOR_ROLES, Actor, Role
from florin.storage.corporate.customers import Customer, find_customer, list_customers
from florin.storage.corporate.funding import Funding, funding_of
from florin.storage.corporate.tiers import TierPrice, tier_of


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """A customer as those see it who may."""

    customer: Customer
    contacts: tuple[Contact, ...]
    tier: TierPrice
    funding: Funding


async def read_customer(house: ClearingHouse, actor: Actor, customer_id: UUID) -> CustomerProfile | Decline:
    """A customer with all that belongs to it. Declines: ``customer_not_found``, ``role_required``."""
    customer = allowed_customer(await find_customer(house.pool, customer_id), actor)
    return customer if isinstance(customer, Decline) else await profile_of(house, customer)


async def profile_of(house: ClearingHouse, customer: Customer) -> CustomerProfile:
    """The profile of a customer whom the caller has been allowed to see."""
    return CustomerProfile(
        customer,
        open_contacts(house.vault, customer.id, customer.contact_encrypted),
        await tier_of(house.pool, customer.id),
        await funding_of(house.pool, customer.id),
    )


async def customers_page(
    house: ClearingHouse, actor: Actor, programme_id: UUID | None, before: UUID | None, limit: int
) -> Page[Customer, UUID] | Decline:
    """A page of customers, the latest first, for the operator's people; ``role_required`` for anybody else."""
    if not actor.has(*OPERATOR_ROLES - {Role.ADMINISTRATOR}):
        return Decline.ROLE_REQUIRED
    return await list_customers(house.pool, programme_id, before, limit)
