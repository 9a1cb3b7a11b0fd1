"""What was agreed with providers about their fees: proposed by one person, in force by another's word."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.fee_terms import FeeTerms
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.proposals import Proposal, ProposalStatus, decided_in, decision

_ALL: Final = """
SELECT id, counterparty_id, effective_on, basis_points, flat_minor, status, proposed_by, proposed_person, proposed_at,
       decided_by, decided_at
FROM fee_terms_proposal
"""
FIND: Final = _ALL + "WHERE id = %(id)s FOR NO KEY UPDATE"
OF_COUNTERPARTY: Final = _ALL + "WHERE counterparty_id = %(counterparty_id)s ORDER BY id DESC"
# Of a counterparty one proposal at a time waits, by constraint.
INSERT: Final = """
INSERT INTO fee_terms_proposal (id, counterparty_id, effective_on, basis_points, flat_minor, status, proposed_by,
                                proposed_person, proposed_at)
VALUES (%(id)s, %(counterparty_id)s, %(effective_on)s, %(basis_points)s, %(flat_minor)s, 'proposed', %(proposed_by)s,
        %(proposed_person)s, %(proposed_at)s)
ON CONFLICT DO NOTHING
"""
DECIDE: Final = decided_in("fee_terms_proposal")
REPLACED: Final = """
UPDATE fee_terms_proposal SET status = 'replaced'
WHERE counterparty_id = %(counterparty_id)s AND effective_on = %(effective_on)s AND status = 'in_force'
"""
PUT_IN_FORCE: Final = """
INSERT INTO fee_terms (counterparty_id, effective_on, basis_points, flat_minor)
VALUES (%(counterparty_id)s, %(effective_on)s, %(basis_points)s, %(flat_minor)s)
ON CONFLICT (counterparty_id, effective_on)
    DO UPDATE SET basis_points = excluded.basis_points, flat_minor = excluded.flat_minor
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedFees(Proposal):
    """Terms of a provider as they were proposed and decided."""

    counterparty_id: UUID
    terms: FeeTerms


async def insert_fees(connection: Connection, fees: AgreedFees) -> bool:
    """Write a proposal; False while another one of the provider waits."""
    row = asdict(fees)
    row |= row.pop("terms")
    return (await connection.execute(INSERT, row)).rowcount == 1


async def find_fees(connection: Connection, fees_id: UUID) -> AgreedFees | None:
    """The terms of that id, locked, if there are any."""
    return next(iter(await _rows(connection, FIND, {"id": fees_id})), None)


async def fees_of_counterparty(pool: Pool, counterparty_id: UUID) -> list[AgreedFees]:
    """All that were ever proposed of a provider, the latest first."""
    async with pool.connection() as connection:
        return await _rows(connection, OF_COUNTERPARTY, {"counterparty_id": counterparty_id})


async def settle_fees(connection: Connection, fees: AgreedFees, actor: Actor, now: datetime, *, accept: bool) -> None:
    """Write what was decided; accepted terms take the place of those from the same day on."""
    row = {"counterparty_id": fees.counterparty_id, **asdict(fees.terms)}
    if accept:
        await connection.execute(REPLACED, row)
        await connection.execute(PUT_IN_FORCE, row)
    await connection.execute(DECIDE.encode(), decision(fees.id, actor, now, accept=accept))


async def _rows(connection: Connection, query: str, where: Mapping[str, Any]) -> list[AgreedFees]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), where)
        return [_read(row) for row in await cursor.fetchall()]


def _read(row: dict[str, Any]) -> AgreedFees:
    terms = FeeTerms(row.pop("effective_on"), row.pop("basis_points"), row.pop("flat_minor"))
    return AgreedFees(terms=terms, status=ProposalStatus(row.pop("status")), **row)
