"""The age public keys that the two parts of a customer's card files are sealed for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.delivery import DeliveryPart
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.corporate.proposals import PROPOSAL_COLUMNS, Proposal, ProposalStatus, decision_of

_COLUMNS: Final = f"{PROPOSAL_COLUMNS}, p.part, p.recipient"

FIND: Final = f"SELECT {_COLUMNS} FROM delivery_key p WHERE p.id = %(id)s"  # noqa: S608 (our own columns)
OF_CUSTOMER: Final = f"""
SELECT {_COLUMNS} FROM delivery_key p WHERE p.customer_id = %(customer_id)s ORDER BY p.id DESC
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO delivery_key (id, customer_id, part, recipient, status, proposed_by, proposed_person, proposed_at)
VALUES (%(id)s, %(customer_id)s, %(part)s, %(recipient)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
"""
REPLACE: Final = """
UPDATE delivery_key SET status = 'replaced'
WHERE customer_id = %(customer_id)s AND part = %(part)s AND status = 'in_force'
"""
DECIDE: Final = """
UPDATE delivery_key SET status = %(status)s, decided_by = %(decided_by)s, decided_person = %(decided_person)s,
    decided_at = %(decided_at)s
WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryKey(Proposal):
    """A public key; whoever has the private one reads that part of the files."""

    part: DeliveryPart
    recipient: str


async def find_delivery_key(pool: Pool, key_id: UUID) -> DeliveryKey | None:
    """The key of that id, if there is one."""
    async with pool.connection() as connection:
        return await read_delivery_key(connection, key_id)


async def read_delivery_key(connection: Connection, key_id: UUID) -> DeliveryKey | None:
    """The same in the caller's transaction."""
    async with connection.cursor(row_factory=class_row(DeliveryKey)) as keys:
        await keys.execute(FIND, {"id": key_id})
        found = await keys.fetchone()
    return None if found is None else _read(found)


async def delivery_keys_of(connection: Connection, customer_id: UUID) -> list[DeliveryKey]:
    """All that were ever proposed for a customer, the latest first."""
    async with connection.cursor(row_factory=class_row(DeliveryKey)) as keys:
        await keys.execute(OF_CUSTOMER, {"customer_id": customer_id})
        return [_read(each) for each in await keys.fetchall()]


async def insert_delivery_key(connection: Connection, key: DeliveryKey) -> None:
    """Write a proposal, of which a customer has one at a time for each part."""
    row = {
        "id": key.id,
        "customer_id": key.customer_id,
        "part": key.part.value,
        "recipient": key.recipient,
        "proposed_by": key.proposed_by,
        "proposed_person": key.proposed_person,
        "proposed_at": key.proposed_at,
    }
    await connection.execute(INSERT, row)


async def settle_delivery_key(
    connection: Connection, key: DeliveryKey, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; an accepted key takes the place of the one in force for its part."""
    if accept:
        await connection.execute(REPLACE, {"customer_id": key.customer_id, "part": key.part.value})
    await connection.execute(DECIDE, decision_of(key.id, actor, now, accept=accept))


def _read(row: DeliveryKey) -> DeliveryKey:
    return replace(row, status=ProposalStatus(row.status), part=DeliveryPart(row.part))
