"""Whether somebody may see or change a customer: asked here by every verb, and nowhere else.

To a customer's people other customers do not exist, so they hear of them what they hear of no customer.
"""

from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.connect import Connection
from florin.storage.corporate.customers import Customer
from florin.storage.people.persons import works_for

READERS: Final = frozenset(Role) - {Role.ADMINISTRATOR}
"""Who sees customers and their money: a customer's people their own, the operator's people all."""


def allowed_customer(customer: Customer | None, actor: Actor, roles: frozenset[Role] = READERS) -> Customer | Decline:
    """The customer, if the actor may do what ``roles`` are for with it.

    Declines: ``customer_not_found`` for none and for a stranger, ``role_required`` without one of the roles.
    """
    if customer is None or not actor.may_see(customer.id):
        return Decline.CUSTOMER_NOT_FOUND
    return customer if actor.has(*roles) else Decline.ROLE_REQUIRED


async def refuse_insider(connection: Connection, actor: Actor, customer_id: UUID) -> Decline | None:
    """``works_for_customer`` when somebody of ours is to decide about a customer where the same person has a login."""
    is_insider = actor.customer_id is None and await works_for(connection, actor.person_id, customer_id)
    return Decline.WORKS_FOR_CUSTOMER if is_insider else None
