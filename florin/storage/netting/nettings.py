"""Reading netting statements and the payouts that they have brought."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.netting import NettingStatement, NettingStatus
from florin.domain.netting_payout import NettingPayout
from florin.domain.paging import Page, page_of
from florin.domain.payout import PayoutStatus
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import NETTING_PAYOUT_COLUMNS, NETTING_STATEMENT_COLUMNS
from florin.storage.posting.facts import read_netting_statement

FIND: Final = f"SELECT {NETTING_STATEMENT_COLUMNS} FROM netting_statement s WHERE s.id = %(id)s"  # noqa: S608 (fields)
NETTINGS: Final = f"""
SELECT {NETTING_STATEMENT_COLUMNS} FROM netting_statement s
WHERE (%(programme_id)s::uuid IS NULL OR %(programme_id)s IN (s.first_id, s.second_id))
  AND (%(status)s::text IS NULL OR s.status = %(status)s)
  AND (%(before)s::uuid IS NULL OR s.id < %(before)s)
ORDER BY s.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
FIND_PAYOUT: Final = f"SELECT {NETTING_PAYOUT_COLUMNS} FROM netting_payout y WHERE y.id = %(id)s"  # noqa: S608 (as above)
PAYOUTS: Final = f"""
SELECT {NETTING_PAYOUT_COLUMNS} FROM netting_payout y
WHERE (%(status)s::text IS NULL OR y.status = %(status)s) AND (%(before)s::uuid IS NULL OR y.id < %(before)s)
ORDER BY y.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)


async def find_netting(pool: Pool, netting_id: UUID) -> NettingStatement | None:
    """The netting statement of that id, if there is one."""
    async with pool.connection() as connection:
        row = await (await connection.execute(FIND.encode(), {"id": netting_id})).fetchone()
    return None if row is None else read_netting_statement(row)


async def list_nettings(
    pool: Pool, programme_id: UUID | None, status: NettingStatus | None, before: UUID | None, limit: int
) -> Page[NettingStatement, UUID]:
    """A page of netting statements, the latest first, from those before ``before``; of a programme or status."""
    where = {"programme_id": programme_id, "status": status, "before": before, "limit": limit + 1}
    async with pool.connection() as connection:
        rows = await (await connection.execute(NETTINGS.encode(), where)).fetchall()
    return page_of([(each.id, each) for each in map(read_netting_statement, rows)], limit)


async def find_netting_payout(pool: Pool, payout_id: UUID) -> NettingPayout | None:
    """The payout of that id, if there is one."""
    found = await _payouts(pool, FIND_PAYOUT, {"id": payout_id})
    return found[0] if found else None


async def list_netting_payouts(
    pool: Pool, status: PayoutStatus | None, before: UUID | None, limit: int
) -> Page[NettingPayout, UUID]:
    """A page of payouts, the latest first, from those before ``before``; of a status."""
    where = {"status": status, "before": before, "limit": limit + 1}
    return page_of([(each.id, each) for each in await _payouts(pool, PAYOUTS, where)], limit)


async def _payouts(pool: Pool, query: str, where: Mapping[str, Any]) -> list[NettingPayout]:
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(NettingPayout)) as payouts:
        await payouts.execute(query.encode(), where)
        found = await payouts.fetchall()
    for each in found:
        each.status = PayoutStatus(each.status)
    return found
