"""Who may see and change whose logins: the operator's own people and the customers' are kept by different roles."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role, second_person
from florin.storage.persons import LoginRecord, customer_exists, login_by_id


@dataclass(frozen=True, slots=True)
class Keepers:
    """The roles that keep the operator's own people, and those that keep the customers'."""

    ours: frozenset[Role]
    customers: frozenset[Role]

    def refuse(self, actor: Actor, customer_id: UUID | None) -> Decline | None:
        """``role_required`` for whoever does not keep the people of that customer, or (None) the operator's own."""
        keepers = self.ours if customer_id is None else self.customers
        return None if actor.has(*keepers) else Decline.ROLE_REQUIRED


CHANGERS: Final = Keepers(frozenset({Role.ADMINISTRATOR}), frozenset({Role.OPERATOR, Role.MANAGER}))
"""Who adds, blocks and unblocks logins and records documents."""

RESETTERS: Final = Keepers(frozenset({Role.ADMINISTRATOR}), frozenset({Role.MANAGER}))
"""Who resets a login: it opens it to whoever is given the new password."""

READERS: Final = Keepers(
    frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.AUDITOR}),
    frozenset({Role.OPERATOR, Role.MANAGER, Role.AUDITOR, Role.BUYER, Role.APPROVER}),
)
"""Who sees the list; a customer's own people see theirs."""


@dataclass(frozen=True, slots=True)
class LoginAt:
    """A login where it is looked for: among a customer's people, or (None) among the operator's own."""

    customer_id: UUID | None
    login_id: UUID


async def refuse_place(
    house: ClearingHouse, actor: Actor, customer_id: UUID | None, keepers: Keepers
) -> Decline | None:
    """Why the actor may not keep the people of a customer, or (None) the operator's own.

    Declines: ``role_required``; ``customer_not_found``, also for another customer's people.
    """
    refused = keepers.refuse(actor, customer_id)
    if refused is not None or customer_id is None:
        return refused
    visible = actor.may_see(customer_id) and await customer_exists(house.pool, customer_id)
    return None if visible else Decline.CUSTOMER_NOT_FOUND


async def anothers_login(house: ClearingHouse, actor: Actor, at: LoginAt, keepers: Keepers) -> LoginRecord | Decline:
    """The login, when it is another person's than the actor's: nobody lets in, stops or names themselves.

    Declines: as `refuse_place`; ``login_not_found``, ``same_person``.
    """
    refused = await refuse_place(house, actor, at.customer_id, keepers)
    if refused is not None:
        return refused
    found = await login_by_id(house.pool, at.login_id)
    if found is None or found.customer_id != at.customer_id:
        return Decline.LOGIN_NOT_FOUND
    return second_person(found.person_id, actor) or found
