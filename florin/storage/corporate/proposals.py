"""Proposals that a second person decides: a customer's bank account for refunds, its keys for card files.

One in force leads money or cards somewhere. Both are changed in a `customer_change`, under the lock of the customer's
funding account, so that no posting that goes by them straddles the change.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Final
from uuid import UUID

from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.customers import Customer, lock_funding, read_customer


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    PROPOSED = auto()  # waits for another person
    IN_FORCE = auto()
    REFUSED = auto()
    REPLACED = auto()  # was in force until another one was


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What all proposals have. ``proposed_by_customer``: by one of the customer's own people."""

    id: UUID
    customer_id: UUID
    status: ProposalStatus
    proposed_by: UUID
    proposed_person: UUID
    proposed_at: datetime
    proposed_by_customer: bool
    decided_by: UUID | None = None
    decided_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for its decision."""
        return self.status is ProposalStatus.PROPOSED


PROPOSAL_COLUMNS: Final = """
p.id, p.customer_id, p.status, p.proposed_by, p.proposed_person, p.proposed_at, p.decided_by, p.decided_at,
(SELECT l.customer_id IS NOT NULL FROM login l WHERE l.id = p.proposed_by) AS proposed_by_customer
"""


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """An open change of what was agreed with a customer, who is None when there is none of that id."""

    connection: Connection
    author: Author
    customer: Customer | None

    async def record(self, action: str, customer_id: UUID, detail: Mapping[str, Any]) -> None:
        """Write the change's audit row; ``detail`` must hold no secret."""
        await record(self.connection, self.author, action, customer_id, detail)


@asynccontextmanager
async def customer_change(pool: Pool, customer_id: UUID, author: Author) -> AsyncIterator[CustomerChange]:
    """Open a change; it commits at the end, or not at all when an exception leaves the block.

    Changes of one customer follow one another, and the decisions about its money that are under way come before.
    """
    async with transaction(pool) as connection:
        await lock_funding(connection, customer_id)
        yield CustomerChange(connection, author, await read_customer(connection, customer_id))


def decision_of(proposal_id: UUID, actor: Actor, now: datetime, *, accept: bool) -> dict[str, Any]:
    """The columns that a decision writes."""
    return {
        "id": proposal_id,
        "status": (ProposalStatus.IN_FORCE if accept else ProposalStatus.REFUSED).value,
        "decided_by": actor.login_id,
        "decided_person": actor.person_id,
        "decided_at": now,
    }
