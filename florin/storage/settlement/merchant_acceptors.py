"""Which programme pays each merchant from which business day on, as proposed by one person and decided by another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.merchant_acceptor import DatedAcceptor
from florin.domain.people import Actor
from florin.storage.connect import Connection
from florin.storage.proposals import ProposalStatus, decided_in, decision
from florin.storage.settlement.merchant_accounts import MerchantProposal

_ACCEPTORS: Final = """
SELECT id, merchant_id, effective_on, programme_id, status, proposed_by, proposed_person, proposed_at, decided_by,
       decided_at
FROM merchant_acceptor
"""
FIND: Final = _ACCEPTORS + "WHERE id = %(id)s"
OF_MERCHANT: Final = _ACCEPTORS + "WHERE merchant_id = %(merchant_id)s ORDER BY id DESC"
# A programme pays for its own cards itself, and so do those whose currency the acceptor has not.
IN_FORCE: Final = """
SELECT p.merchant_id, p.effective_on,
       CASE WHEN a.unit = g.unit AND a.id <> g.id THEN a.id END AS acceptor_id
FROM merchant_acceptor p JOIN programme g ON g.id = %(programme_id)s LEFT JOIN programme a ON a.id = p.programme_id
WHERE p.status = 'in_force' AND p.merchant_id = ANY(%(merchants)s)
ORDER BY p.merchant_id, p.effective_on
"""
SETTLED_UNTIL: Final = """
SELECT max(business_date) FROM merchant_statement WHERE merchant_id = %(merchant_id)s AND status = 'approved'
"""
INSERT: Final = """
INSERT INTO merchant_acceptor (id, merchant_id, effective_on, programme_id, status, proposed_by, proposed_person,
                               proposed_at)
VALUES (%(id)s, %(merchant_id)s, %(effective_on)s, %(programme_id)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
"""
REPLACE: Final = """
UPDATE merchant_acceptor SET status = 'replaced'
WHERE merchant_id = %(merchant_id)s AND effective_on = %(effective_on)s AND status = 'in_force'
"""
DECIDE: Final = decided_in("merchant_acceptor")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedAcceptor(MerchantProposal):
    """A merchant's acceptor as it was proposed and decided."""

    dated: DatedAcceptor


async def acceptors_for(
    connection: Connection, programme_id: UUID, merchants: Sequence[UUID]
) -> Mapping[UUID, tuple[DatedAcceptor, ...]]:
    """Who pays each merchant for a programme, in ascending order of the first days; None where it does so itself."""
    where = {"programme_id": programme_id, "merchants": list(merchants)}
    found: defaultdict[UUID, list[DatedAcceptor]] = defaultdict(list)
    for merchant_id, *dated in await (await connection.execute(IN_FORCE, where)).fetchall():
        found[merchant_id].append(DatedAcceptor(*dated))
    return {merchant_id: tuple(each) for merchant_id, each in found.items()}


async def acceptors_of_merchant(connection: Connection, merchant_id: UUID) -> list[AgreedAcceptor]:
    """All that were ever proposed for a merchant, the latest first."""
    return await _rows(connection, OF_MERCHANT, {"merchant_id": merchant_id})


async def read_acceptor(connection: Connection, acceptor_id: UUID) -> AgreedAcceptor | None:
    """The proposal of that id, if there is one."""
    found = await _rows(connection, FIND, {"id": acceptor_id})
    return found[0] if found else None


async def settled_until(connection: Connection, merchant_id: UUID) -> date | None:
    """The last business day of a merchant whose statement is approved, in any programme."""
    row = await (await connection.execute(SETTLED_UNTIL, {"merchant_id": merchant_id})).fetchone()
    return None if row is None else row[0]


async def insert_acceptor(connection: Connection, agreed: AgreedAcceptor) -> None:
    """Write a proposal, of which a merchant has one at a time."""
    named = ("id", "merchant_id", "proposed_by", "proposed_person", "proposed_at")
    row = {"effective_on": agreed.dated.effective_on, "programme_id": agreed.dated.programme_id}
    await connection.execute(INSERT, row | {name: getattr(agreed, name) for name in named})


async def settle_acceptor(
    connection: Connection, agreed: AgreedAcceptor, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; an accepted one takes the place of that from the same day on."""
    if accept:
        where = {"merchant_id": agreed.merchant_id, "effective_on": agreed.dated.effective_on}
        await connection.execute(REPLACE, where)
    await connection.execute(DECIDE.encode(), decision(agreed.id, actor, now, accept=accept))


async def _rows(connection: Connection, query: str, where: Mapping[str, Any]) -> list[AgreedAcceptor]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), where)
        return [_read(row) for row in await cursor.fetchall()]


def _read(row: dict[str, Any]) -> AgreedAcceptor:
    dated = DatedAcceptor(row.pop("effective_on"), row.pop("programme_id"))
    return AgreedAcceptor(dated=dated, status=ProposalStatus(row.pop("status")), **row)
