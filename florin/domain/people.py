"""The people who work with Florin: their roles, and who somebody is when maker and checker are compared."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final, Protocol, TypeVar
from uuid import UUID

from florin.domain.declines import Decline


class Role(StrEnum):
    """What somebody may do. A login has one or more roles, all of the same side."""

    BUYER = auto()  # orders cards for a corporate customer, takes delivery, activates
    APPROVER = auto()  # consents for the customer to what a buyer has prepared
    OPERATOR = auto()  # runs the service day by day: customers, orders entered for them
    SERVICE_MANAGER = auto()  # looks after corporate customers' cases, and those of whoever has their cards
    MANAGER = auto()  # approves what operators and buyers have prepared
    FINANCE = auto()  # records receipts, asks for refunds
    FINANCE_APPROVER = auto()  # approves refunds
    AUDITOR = auto()  # reads everything of the operator's, changes nothing
    ADMINISTRATOR = auto()  # adds and blocks the operator's own people


CUSTOMER_ROLES: Final = frozenset({Role.BUYER, Role.APPROVER})
"""The roles of a customer's people, who see their own customer's data only."""

OPERATOR_ROLES: Final = frozenset(Role) - CUSTOMER_ROLES
"""The roles of the operator's own people."""

READERS_OF_MONEY: Final = OPERATOR_ROLES - {Role.ADMINISTRATOR, Role.SERVICE_MANAGER}
"""Who reads what members bring in and are paid out, and what merchants are owed."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has signed in. ``customer_id`` is the customer of a buyer or approver, None for the operator's own.

    ``person_id`` is the human being behind the login: one person with two logins is still one.
    """

    login_id: UUID
    person_id: UUID
    session_id: UUID
    roles: frozenset[Role]
    customer_id: UUID | None

    def has(self, *roles: Role) -> bool:
        """Whether the login has one of the roles."""
        return not self.roles.isdisjoint(roles)

    def may_see(self, customer_id: UUID) -> bool:
        """Whether a customer's data are open to this login: its own to a customer's people, all to the operator's."""
        return self.customer_id is None or self.customer_id == customer_id


def second_person(maker_person_id: UUID | None, actor: Actor) -> Decline | None:
    """Why the actor may not check what somebody else has made: ``SAME_PERSON`` if it was the same human being."""
    return Decline.SAME_PERSON if maker_person_id == actor.person_id else None


class Proposal(Protocol):
    """What one person has proposed and another decides on."""

    @property
    def waits(self) -> bool:
        """Whether it waits for its decision."""

    @property
    def proposed_person(self) -> UUID:
        """Who has proposed it."""


AnyProposal = TypeVar("AnyProposal", bound=Proposal)


def open_to(actor: Actor, proposed: AnyProposal | None) -> AnyProposal | Decline:
    """A proposal that the actor may decide. ``PROPOSAL_NOT_FOUND`` unless it waits, ``SAME_PERSON`` for its maker."""
    if proposed is None or not proposed.waits:
        return Decline.PROPOSAL_NOT_FOUND
    return second_person(proposed.proposed_person, actor) or proposed
