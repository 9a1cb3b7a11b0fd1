"""Whose cases are whose work: customer service has the members', a service manager the corporate customers'.

A case is a customer's when it was opened for the customer, or when what it is about was paid with a card that the
customer has ordered or from a wallet into which one was loaded.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.people import Actor, Role

WORKERS: Final[Mapping[bool, frozenset[Role]]] = MappingProxyType(
    {False: frozenset({Role.OPERATOR, Role.MANAGER}), True: frozenset({Role.SERVICE_MANAGER, Role.MANAGER})}
)
"""Who works on members' cases (False) and on those of corporate customers (True)."""

OPENERS: Final = frozenset[Role]().union(*WORKERS.values())
"""Who opens cases for others: whoever is called writes it down, whosever work it is then."""

READERS: Final = OPENERS | {Role.AUDITOR}
"""Who reads some cases; an auditor reads how all of them went, and not what people wrote."""


def may_work(actor: Actor, customer_id: UUID | None) -> bool:
    """Whether a case of that customer, or (None) of a member, is the actor's work."""
    return actor.has(*WORKERS[customer_id is not None])


def may_read(actor: Actor, customer_id: UUID | None) -> bool:
    """Whether the actor may see how such a case went."""
    return (customer_id is not None) in kinds_read_by(actor)


def kinds_read_by(actor: Actor) -> frozenset[bool]:
    """What an actor's lists show: members' cases (False), customers' (True), both, or neither."""
    return frozenset(of_customers for of_customers in WORKERS if actor.has(*WORKERS[of_customers], Role.AUDITOR))
