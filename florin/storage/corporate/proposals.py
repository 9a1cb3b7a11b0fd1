"""Proposals that a second person decides: a customer's bank account for refunds, its keys for card files.

One in force leads money or cards somewhere. All are changed in a `customer_change`, under the lock of the customer's
funding account, so that no posting that goes by them straddles the change. Bank accounts arrive here sealed.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.delivery import DeliveryPart
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.proposals import Proposal, ProposalStatus, decided_in, decision

_COLUMNS: Final = """
p.id, p.customer_id, p.purpose, p.last4, p.account_encrypted, p.recipient, p.status, p.proposed_by, p.proposed_person,
p.proposed_at, p.decided_by, p.decided_at,
(SELECT l.customer_id IS NOT NULL FROM login l WHERE l.id = p.proposed_by) AS proposed_by_customer
"""
FIND: Final = f"SELECT {_COLUMNS} FROM customer_proposal p WHERE p.id = %(id)s"  # noqa: S608 (our own columns)
OF_CUSTOMER: Final = f"""
SELECT {_COLUMNS} FROM customer_proposal p WHERE p.customer_id = %(customer_id)s ORDER BY p.id DESC
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO customer_proposal (id, customer_id, purpose, last4, account_encrypted, recipient, status, proposed_by,
                               proposed_person, proposed_at)
VALUES (%(id)s, %(customer_id)s, %(purpose)s, %(last4)s, %(account_encrypted)s, %(recipient)s, 'proposed',
        %(proposed_by)s, %(proposed_person)s, %(proposed_at)s)
"""
REPLACE: Final = """
UPDATE customer_proposal SET status = 'replaced'
WHERE customer_id = %(customer_id)s AND purpose = %(purpose)s AND status = 'in_force'
"""
DECIDE: Final = decided_in("customer_proposal")
_REFUNDS: Final = "refunds"
_CONTENTS: Final = ("last4", "account_encrypted", "recipient")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerProposal(Proposal):
    """What both kinds have. ``proposed_by_customer``: by one of the customer's own people."""

    customer_id: UUID
    proposed_by_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount(CustomerProposal):
    """A bank account, sealed but for the last four characters of its number."""

    last4: str
    account_encrypted: bytes

    @property
    def purpose(self) -> str:
        """What it is for: of a customer's proposals for the same purpose one is in force."""
        return _REFUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryKey(CustomerProposal):
    """An age public key; whoever has the private one reads that part of a customer's card files."""

    part: DeliveryPart
    recipient: str

    @property
    def purpose(self) -> str:
        """What it is for: its part of the card files."""
        return self.part.value


AnyProposal = TypeVar("AnyProposal", RefundAccount, DeliveryKey)


async def find_proposal(pool: Pool, kind: type[AnyProposal], proposal_id: UUID) -> AnyProposal | None:
    """The proposal of that id, if there is one of this kind."""
    async with pool.connection() as connection:
        return await read_proposal(connection, kind, proposal_id)


async def read_proposal(connection: Connection, kind: type[AnyProposal], proposal_id: UUID) -> AnyProposal | None:
    """The same in the caller's transaction."""
    async with connection.cursor(row_factory=dict_row) as proposals:
        await proposals.execute(FIND, {"id": proposal_id})
        row = await proposals.fetchone()
    found = None if row is None else _read(row)
    return found if isinstance(found, kind) else None


async def proposals_of(connection: Connection, kind: type[AnyProposal], customer_id: UUID) -> list[AnyProposal]:
    """All of this kind that were ever made for a customer, the latest first."""
    async with connection.cursor(row_factory=dict_row) as proposals:
        await proposals.execute(OF_CUSTOMER, {"customer_id": customer_id})
        found = [_read(row) for row in await proposals.fetchall()]
    return [each for each in found if isinstance(each, kind)]


async def insert_proposal(connection: Connection, proposal: RefundAccount | DeliveryKey) -> None:
    """Write a proposal, of which a customer has one at a time for each purpose."""
    await connection.execute(INSERT, {**dict.fromkeys(_CONTENTS), **asdict(proposal), "purpose": proposal.purpose})


async def settle_proposal(
    connection: Connection, proposal: RefundAccount | DeliveryKey, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; what is accepted takes the place of what is in force for its purpose."""
    if accept:
        await connection.execute(REPLACE, {"customer_id": proposal.customer_id, "purpose": proposal.purpose})
    await connection.execute(DECIDE.encode(), decision(proposal.id, actor, now, accept=accept))


def _read(row: dict[str, Any]) -> RefundAccount | DeliveryKey:
    row["status"] = ProposalStatus(row["status"])
    purpose, last4, sealed, recipient = (row.pop(each) for each in ("purpose", *_CONTENTS))
    if purpose == _REFUNDS:
        return RefundAccount(**row, last4=last4, account_encrypted=sealed)
    return DeliveryKey(**row, part=DeliveryPart(purpose), recipient=recipient)
