"""Reading merchants' statements, the trade that they are of, and the payouts that they have brought."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.paging import Page, page_of
from florin.domain.payout import PayoutStatus
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.posting.fact_queries import MERCHANT_PAYOUT_COLUMNS, MERCHANT_STATEMENT_COLUMNS
from florin.storage.posting.facts import read_merchant_statement
from florin.storage.read_rows import read_rows

FIND: Final = f"SELECT {MERCHANT_STATEMENT_COLUMNS} FROM merchant_statement s WHERE s.id = %(id)s"  # noqa: S608 (fields)
STATEMENTS: Final = f"""
SELECT {MERCHANT_STATEMENT_COLUMNS} FROM merchant_statement s
WHERE (%(programme_id)s::uuid IS NULL OR s.programme_id = %(programme_id)s)
  AND (%(merchant_id)s::uuid IS NULL OR s.merchant_id = %(merchant_id)s)
  AND (%(status)s::text IS NULL OR s.status = %(status)s)
  AND (%(business_date)s::date IS NULL OR s.business_date = %(business_date)s)
  AND (%(netting_id)s::uuid IS NULL OR s.netting_id = %(netting_id)s)
  AND (%(before)s::uuid IS NULL OR s.id < %(before)s)
ORDER BY s.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
EARLIER_DRAFT: Final = """
SELECT EXISTS (
    SELECT FROM merchant_statement e JOIN merchant_statement s USING (programme_id, merchant_id)
    WHERE s.id = %(id)s AND e.business_date < s.business_date AND e.status = 'drafted')
"""
FIND_PAYOUT: Final = f"SELECT {MERCHANT_PAYOUT_COLUMNS} FROM merchant_payout y WHERE y.id = %(id)s"  # noqa: S608 (as above)
PAYOUTS: Final = f"""
SELECT {MERCHANT_PAYOUT_COLUMNS} FROM merchant_payout y
WHERE (%(statement_id)s::uuid IS NULL OR y.statement_id = %(statement_id)s)
  AND (%(merchant_id)s::uuid IS NULL OR y.merchant_id = %(merchant_id)s)
  AND (%(status)s::text IS NULL OR y.status = %(status)s)
  AND (%(before)s::uuid IS NULL OR y.id < %(before)s)
ORDER BY y.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
# One pass over the day. The operation of a journal bears its time, by which both are found.
LINES: Final = """
WITH moved AS (
    SELECT journal_id, event, event_at, posted_at, reverses_journal_id,
           sum(CASE 2040 WHEN credit_code THEN amount_minor ELSE -amount_minor END)::bigint AS amount_minor
    FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s
      AND event IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over')
      AND 2040 IN (debit_code, credit_code)
      AND CASE 2040 WHEN credit_code THEN credit_owner ELSE debit_owner END = %(merchant_id)s
    GROUP BY journal_id, event, event_at, posted_at, reverses_journal_id
)
SELECT m.journal_id, m.event, m.event_at, m.amount_minor, o.reference, o.terminal_id,
       CASE m.event WHEN 'merchant_taken_over' THEN o.caller_id END AS taken_over_from
FROM moved m LEFT JOIN operation o
  ON o.journal_id = m.journal_id AND o.posted_at = m.posted_at
 AND o.posted_at BETWEEN (SELECT min(posted_at) FROM moved) AND (SELECT max(posted_at) FROM moved)
ORDER BY m.journal_id
"""


class TradeLine(NamedTuple):
    """A purchase, what was given back, or what another programme's statement passes on; above zero for the merchant."""

    journal_id: UUID
    event: str
    event_at: datetime
    amount_minor: int
    reference: str | None
    terminal_id: UUID | None
    taken_over_from: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichStatements:
    """Of which programme, merchant, status, business day and netting statement; None: of any."""

    programme_id: UUID | None = None
    merchant_id: UUID | None = None
    status: StatementStatus | None = None
    business_date: date | None = None
    netting_id: UUID | None = None


async def find_statement(pool: Pool, statement_id: UUID) -> MerchantStatement | None:
    """The statement of that id, if there is one."""
    async with pool.connection() as connection:
        row = await (await connection.execute(FIND.encode(), {"id": statement_id})).fetchone()
    return None if row is None else read_merchant_statement(row)


async def list_statements(
    pool: Pool, which: WhichStatements, before: UUID | None, limit: int
) -> Page[MerchantStatement, UUID]:
    """A page of statements, the latest first, from those before ``before``."""
    where = {
        "programme_id": which.programme_id,
        "merchant_id": which.merchant_id,
        "status": which.status,
        "business_date": which.business_date,
        "netting_id": which.netting_id,
        "before": before,
        "limit": limit + 1,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(STATEMENTS.encode(), where)).fetchall()
    return page_of([(each.id, each) for each in map(read_merchant_statement, rows)], limit)


async def waits_for_earlier(pool: Pool, statement_id: UUID) -> bool:
    """Whether an earlier day of the same merchant and programme is not approved yet."""
    async with pool.connection() as connection:
        row = await (await connection.execute(EARLIER_DRAFT, {"id": statement_id})).fetchone()
    return row is not None and bool(row[0])


async def trade_lines(pool: Pool, statement: MerchantStatement) -> AsyncIterator[TradeLine]:
    """What a statement adds up, journal by journal in the order of their ids, in bounded memory."""
    where = {
        "programme_id": statement.programme_id,
        "business_date": statement.business_date,
        "merchant_id": statement.merchant_id,
    }
    async with one_snapshot(pool) as connection, connection.cursor() as cursor:
        async for row in cursor.stream(LINES, where):
            yield TradeLine(*row)


async def find_merchant_payout(pool: Pool, payout_id: UUID) -> MerchantPayout | None:
    """The payout of that id, if there is one."""
    found = await _payouts(pool, FIND_PAYOUT, {"id": payout_id})
    return found[0] if found else None


async def list_merchant_payouts(
    pool: Pool,
    before: UUID | None,
    limit: int,
    *,
    statement_id: UUID | None = None,
    merchant_id: UUID | None = None,
    status: PayoutStatus | None = None,
) -> Page[MerchantPayout, UUID]:
    """A page of payouts, the latest first, from those before ``before``; of a statement, merchant or status."""
    where = {
        "statement_id": statement_id,
        "merchant_id": merchant_id,
        "status": status,
        "before": before,
        "limit": limit + 1,
    }
    return page_of([(each.id, each) for each in await _payouts(pool, PAYOUTS, where)], limit)


async def _payouts(pool: Pool, query: str, where: Mapping[str, Any]) -> list[MerchantPayout]:
    found = await read_rows(pool, MerchantPayout, query, where)
    for each in found:
        each.status = PayoutStatus(each.status)
    return found
