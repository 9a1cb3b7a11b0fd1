"""Whose file of a business day is there, and whose is not; and whose was not waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.bank_calendar import BankCalendar
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction
from florin.storage.long_work import long_transaction
from florin.storage.settlement.bank_calendars import calendar_of

# A file is expected of everybody with whom our book has something on that day, and of each provider whose files we
# fetch. A bank's statement of a later day says that this one is over; a provider has one for each day.
EXPECTED: Final = """
WITH moved AS (
    SELECT DISTINCT side.code, side.owner_id, t.unit
    FROM transfer t CROSS JOIN LATERAL (VALUES (t.debit_code, t.debit_owner), (t.credit_code, t.credit_owner))
        AS side (code, owner_id)
    WHERE t.programme_id = %(programme_id)s AND t.business_date = %(business_date)s AND side.code IN (1010, 1020)
)
SELECT c.id, c.code, c.kind = 'bank' AS is_bank, c.lag_days,
       CASE c.kind
           WHEN 'bank' THEN EXISTS (
               SELECT FROM statement s WHERE s.counterparty_id = c.id AND s.to_on >= %(business_date)s)
           ELSE NOT EXISTS (
                   SELECT FROM statement_fetch f
                   WHERE f.counterparty_id = c.id AND f.day = %(business_date)s AND f.state = 'waiting')
               AND (EXISTS (
                   SELECT FROM statement s
                   WHERE s.counterparty_id = c.id AND %(business_date)s::date BETWEEN s.from_on AND s.to_on
                     AND s.basis = CASE WHEN c.formats && ARRAY['wechat_trade', 'alipay_trade', 'stripe_payouts']
                                        THEN 'trade' ELSE 'funds' END)
               OR EXISTS (
                   SELECT FROM statement_fetch f
                   WHERE f.counterparty_id = c.id AND f.day = %(business_date)s AND f.state = 'none'))
       END AS is_present,
       EXISTS (SELECT FROM day_close_waiver w
               WHERE w.programme_id = %(programme_id)s AND w.business_date = %(business_date)s
                 AND w.counterparty_id = c.id) AS is_waived
FROM counterparty c
WHERE EXISTS (SELECT FROM moved m
              WHERE m.code = CASE c.kind WHEN 'bank' THEN 1010 ELSE 1020 END
                AND m.owner_id = c.owner_id AND m.unit = c.currency)
   OR (c.programme_id = %(programme_id)s AND c.fetched_from <= %(business_date)s)
ORDER BY c.code
"""
WAIVE: Final = """
INSERT INTO day_close_waiver (programme_id, business_date, counterparty_id, reason, waived_by, waived_person, waived_at)
VALUES (%(programme_id)s, %(business_date)s, %(counterparty_id)s, %(reason)s, %(login_id)s, %(person_id)s, %(now)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """Somebody of whom a file of the day is expected; ``lag_days`` in banking days. Who is waived is not waited for."""

    id: UUID
    code: str
    is_bank: bool
    lag_days: int
    is_present: bool
    is_waived: bool


async def expected_files(
    pool: Pool, programme_id: UUID, business_date: date
) -> tuple[Sequence[ExpectedFile], BankCalendar]:
    """Of whom a file of a programme's day is expected, and the banking days by which that is counted."""
    day = {"programme_id": programme_id, "business_date": business_date}
    async with long_transaction(pool) as connection:
        calendar = await calendar_of(connection, programme_id)
        async with connection.cursor(row_factory=class_row(ExpectedFile)) as cursor:
            await cursor.execute(EXPECTED, day)
            return await cursor.fetchall(), calendar


async def waive_file(
    pool: Pool, actor: Actor, programme_id: UUID, business_date: date, missing: ExpectedFile, reason: str, now: datetime
) -> None:
    """Put on record that a counterparty's file of a day is not waited for; the next matching makes it a break."""
    waived: dict[str, Any] = {
        "programme_id": programme_id,
        "business_date": business_date,
        "counterparty_id": missing.id,
        "reason": reason,
        "login_id": actor.login_id,
        "person_id": actor.person_id,
        "now": now,
    }
    async with transaction(pool) as connection:
        if (await connection.execute(WAIVE, waived)).rowcount:
            detail = {"business_date": business_date.isoformat(), "counterparty": missing.code, "reason": reason}
            await record(connection, Author(actor.session_id, now), "day.file_waived", programme_id, detail)
