"""What was agreed with merchants, from which business day on; proposed by one person, in force by another's word."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.merchant_terms import DatedMerchantTerms, FeeBand, FeesOnRefund, MerchantTerms
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.proposals import ProposalStatus, decided_in, decision
from florin.storage.settlement.merchant_accounts import MerchantProposal

_COLUMNS: Final = """
id, programme_id, merchant_id, effective_on, flat_fee_minor, bands_from_minor, bands_basis_points, fees_on_refund,
reserve_basis_points, reserve_days, minimum_payout_minor, pays_after, sets_off, status, proposed_by, proposed_person,
proposed_at, decided_by, decided_at
"""
IN_FORCE: Final = f"""
SELECT {_COLUMNS} FROM merchant_terms WHERE programme_id = %(programme_id)s AND status = 'in_force'
ORDER BY merchant_id, effective_on
"""  # noqa: S608 (our own columns)
OF_MERCHANT: Final = f"""
SELECT {_COLUMNS} FROM merchant_terms WHERE programme_id = %(programme_id)s AND merchant_id = %(merchant_id)s
ORDER BY id DESC
"""  # noqa: S608 (as above)
FIND: Final = f"SELECT {_COLUMNS} FROM merchant_terms WHERE id = %(id)s FOR NO KEY UPDATE"  # noqa: S608 (as above)
# Drawing up and changing terms follow one another; who comes first in a programme makes the row.
LOCK: Final = "SELECT FROM programme WHERE id = %(programme_id)s FOR NO KEY UPDATE"
APPROVED_UNTIL: Final = """
SELECT max(business_date) FROM merchant_statement
WHERE programme_id = %(programme_id)s AND merchant_id = %(merchant_id)s AND status = 'approved'
"""
WAITS: Final = """
SELECT EXISTS (SELECT FROM merchant_terms
               WHERE programme_id = %(programme_id)s AND merchant_id = %(merchant_id)s AND status = 'proposed')
"""
INSERT: Final = """
INSERT INTO merchant_terms (id, programme_id, merchant_id, effective_on, flat_fee_minor, bands_from_minor,
                            bands_basis_points, fees_on_refund, reserve_basis_points, reserve_days,
                            minimum_payout_minor, pays_after, sets_off, status, proposed_by, proposed_person,
                            proposed_at)
VALUES (%(id)s, %(programme_id)s, %(merchant_id)s, %(effective_on)s, %(flat_fee_minor)s, %(bands_from_minor)s,
        %(bands_basis_points)s, %(fees_on_refund)s, %(reserve_basis_points)s, %(reserve_days)s,
        %(minimum_payout_minor)s, %(pays_after)s, %(sets_off)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
"""
REPLACE: Final = """
UPDATE merchant_terms SET status = 'replaced'
WHERE programme_id = %(programme_id)s AND merchant_id = %(merchant_id)s AND effective_on = %(effective_on)s
  AND status = 'in_force'
"""
DECIDE: Final = decided_in("merchant_terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms(MerchantProposal):
    """Terms of a merchant in a programme as they were proposed and decided."""

    programme_id: UUID
    dated: DatedMerchantTerms


async def lock_terms(connection: Connection, programme_id: UUID) -> None:
    """Let changes of a programme's terms follow one another."""
    await connection.execute(LOCK, {"programme_id": programme_id})


async def terms_of_programme(
    connection: Connection, programme_id: UUID
) -> Mapping[UUID, tuple[DatedMerchantTerms, ...]]:
    """The terms in force of each merchant of a programme, in ascending order of their first days."""
    found: defaultdict[UUID, list[DatedMerchantTerms]] = defaultdict(list)
    for each in await _rows(connection, IN_FORCE, {"programme_id": programme_id}):
        found[each.merchant_id].append(each.dated)
    return {merchant_id: tuple(each) for merchant_id, each in found.items()}


async def terms_of_merchant(pool: Pool, programme_id: UUID, merchant_id: UUID) -> list[AgreedTerms]:
    """All that were ever proposed for a merchant in a programme, the latest first."""
    where = {"programme_id": programme_id, "merchant_id": merchant_id}
    async with pool.connection() as connection:
        return await _rows(connection, OF_MERCHANT, where)


async def read_terms(connection: Connection, terms_id: UUID) -> AgreedTerms | None:
    """The terms of that id, locked, if there are any."""
    found = await _rows(connection, FIND, {"id": terms_id})
    return found[0] if found else None


async def approved_until(connection: Connection, programme_id: UUID, merchant_id: UUID) -> date | None:
    """The last business day whose statement is approved, and whose terms cannot change any more."""
    where = {"programme_id": programme_id, "merchant_id": merchant_id}
    row = await (await connection.execute(APPROVED_UNTIL, where)).fetchone()
    return None if row is None else row[0]


async def terms_wait(connection: Connection, programme_id: UUID, merchant_id: UUID) -> bool:
    """Whether proposed terms wait for their decision."""
    where = {"programme_id": programme_id, "merchant_id": merchant_id}
    row = await (await connection.execute(WAITS, where)).fetchone()
    return row is not None and bool(row[0])


async def insert_terms(connection: Connection, agreed: AgreedTerms) -> None:
    """Write a proposal, of which a merchant has one at a time in a programme."""
    await connection.execute(INSERT, {**terms_columns(agreed.dated), **_proposal(agreed)})


async def settle_terms(
    connection: Connection, agreed: AgreedTerms, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; accepted terms take the place of those from the same day on."""
    if accept:
        where = {"programme_id": agreed.programme_id, "merchant_id": agreed.merchant_id}
        await connection.execute(REPLACE, {**where, "effective_on": agreed.dated.effective_on})
    await connection.execute(DECIDE.encode(), decision(agreed.id, actor, now, accept=accept))


def terms_columns(dated: DatedMerchantTerms) -> dict[str, Any]:
    """Terms as their row, and as the audit trail, have them."""
    terms = dated.terms
    return {
        "effective_on": dated.effective_on,
        "flat_fee_minor": terms.flat_fee_minor,
        "bands_from_minor": [each.from_minor for each in terms.bands],
        "bands_basis_points": [each.basis_points for each in terms.bands],
        "fees_on_refund": terms.fees_on_refund.value,
        "reserve_basis_points": terms.reserve_basis_points,
        "reserve_days": terms.reserve_days,
        "minimum_payout_minor": terms.minimum_payout_minor,
        "pays_after": terms.pays_after,
        "sets_off": terms.sets_off,
    }


def _proposal(agreed: AgreedTerms) -> dict[str, Any]:
    named = ("id", "programme_id", "merchant_id", "proposed_by", "proposed_person", "proposed_at")
    return {name: getattr(agreed, name) for name in named}


async def _rows(connection: Connection, query: str, where: Mapping[str, Any]) -> list[AgreedTerms]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), where)
        return [_read(row) for row in await cursor.fetchall()]


def _read(row: dict[str, Any]) -> AgreedTerms:
    starts, rates = row.pop("bands_from_minor"), row.pop("bands_basis_points")
    terms = MerchantTerms(
        bands=tuple(FeeBand(*each) for each in zip(starts, rates, strict=True)),
        fees_on_refund=FeesOnRefund(row.pop("fees_on_refund")),
        flat_fee_minor=row.pop("flat_fee_minor"),
        reserve_basis_points=row.pop("reserve_basis_points"),
        reserve_days=row.pop("reserve_days"),
        minimum_payout_minor=row.pop("minimum_payout_minor"),
        pays_after=row.pop("pays_after"),
        sets_off=row.pop("sets_off"),
    )
    dated = DatedMerchantTerms(row.pop("effective_on"), terms)
    return AgreedTerms(dated=dated, status=ProposalStatus(row.pop("status")), **row)
