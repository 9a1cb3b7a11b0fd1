"""Who may see and change whose logins: the operator's own people and the customers' are kept by different roles.

Whoever adds or resets a login, or gives it more roles, could enrol as its owner. So it waits until somebody else has
made sure who has enrolled, and has released it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role, second_person
from florin.storage.people.persons import LoginRecord, customer_exists, login_by_id, works_for


@dataclass(frozen=True, slots=True)
class Keepers:
    """The roles that keep the operator's own people, and those that keep the customers'."""

    ours: frozenset[Role]
    customers: frozenset[Role]

    @property
    def all(self) -> frozenset[Role]:
        """The roles that keep either."""
        return self.ours | self.customers

    def refuse(self, actor: Actor, customer_id: UUID | None) -> Decline | None:
        """``role_required`` for whoever does not keep the people of that customer, or (None) the operator's own."""
        keepers = self.ours if customer_id is None else self.customers
        return None if actor.has(*keepers) else Decline.ROLE_REQUIRED


CHANGERS: Final = Keepers(frozenset({Role.ADMINISTRATOR}), frozenset({Role.OPERATOR, Role.MANAGER}))
"""Who adds, blocks, unblocks and resets logins, sets their roles and records documents."""

RELEASERS: Final = Keepers(
    frozenset({Role.ADMINISTRATOR, Role.MANAGER}), frozenset({Role.OPERATOR, Role.MANAGER})
)  # fmt: skip
"""Who releases what another person has set up."""

READERS: Final = Keepers(
    frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.AUDITOR}),
    frozenset({Role.OPERATOR, Role.MANAGER, Role.AUDITOR, Role.BUYER, Role.APPROVER}),
)
"""Who sees the list; a customer's own people see theirs."""


async def refuse_reader(house: ClearingHouse, actor: Actor, customer_id: UUID | None) -> Decline | None:
    """Why the actor may not see the people of a customer, or (None) the operator's own.

    Declines: ``role_required``; ``customer_not_found``, also for another customer's people.
    """
    refused = READERS.refuse(actor, customer_id)
    if refused is not None or customer_id is None:
        return refused
    visible = actor.may_see(customer_id) and await customer_exists(house.pool, customer_id)
    return None if visible else Decline.CUSTOMER_NOT_FOUND


async def refuse_keeper(
    house: ClearingHouse, actor: Actor, customer_id: UUID | None, keepers: Keepers
) -> Decline | None:
    """Why the actor may not change the people of a customer, or (None) the operator's own.

    Declines: ``role_required``; ``customer_not_found``; ``works_for_customer`` for whoever has a login there, too.
    """
    refused = keepers.refuse(actor, customer_id)
    if refused is not None or customer_id is None:
        return refused
    async with house.pool.connection() as connection:
        if await works_for(connection, actor.person_id, customer_id):
            return Decline.WORKS_FOR_CUSTOMER
    return None if await customer_exists(house.pool, customer_id) else Decline.CUSTOMER_NOT_FOUND


async def anothers_login(house: ClearingHouse, actor: Actor, login_id: UUID, keepers: Keepers) -> LoginRecord | Decline:
    """The login, when it is another person's than the actor's: nobody lets in, stops or names themselves.

    Declines: ``role_required``, ``login_not_found``, ``same_person``, ``works_for_customer``.
    """
    if not actor.has(*keepers.all):
        return Decline.ROLE_REQUIRED
    found = await login_by_id(house.pool, login_id)
    if found is None:
        return Decline.LOGIN_NOT_FOUND
    refused = keepers.refuse(actor, found.customer_id) or second_person(found.person_id, actor)
    return refused or await refuse_keeper(house, actor, found.customer_id, keepers) or found


def refuse_set_up(login: LoginRecord, actor: Actor) -> Decline | None:
    """``login_waits`` when somebody else has set the login up and it was not released since.

    Of two people who had set it up, each could release what the other has done, and nobody would have seen both.
    """
    return Decline.LOGIN_WAITS if login.waits and login.set_up_person != actor.person_id else None
