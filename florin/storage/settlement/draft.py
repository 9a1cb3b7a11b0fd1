"""Drawing up merchants' statements of closed days: one transaction a day, which a kill undoes whole.

The trade of a day is summed up by one pass over its transfers. The figures are worked out in Python by the pure rule
(`domain.merchant_statement.draw_up`), for all statements that are not approved yet: terms that were put right, or a
statement before that came out otherwise, change those that follow.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import dict_row

from florin.domain.bank_calendar import BankCalendar
from florin.domain.merchant_acceptor import acceptor_in_force
from florin.domain.merchant_statement import KeptReserve, MerchantStatement, draw_up
from florin.domain.merchant_terms import MerchantTerms, terms_in_force
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.long_work import long_transaction
from florin.storage.posting.fact_queries import MERCHANT_STATEMENT_COLUMNS
from florin.storage.posting.facts import read_merchant_statement
from florin.storage.settlement.bank_calendars import calendar_of
from florin.storage.settlement.merchant_acceptors import acceptors_for
from florin.storage.settlement.merchant_terms import terms_of_programme

# Statements begin with the first day of the programme's book.
BEGIN_PROGRESS: Final = """
INSERT INTO settlement_progress (programme_id, drafted_until)
SELECT programme_id, min(business_date) - 1 FROM sealed_day WHERE programme_id = ANY(%(programmes)s)
GROUP BY programme_id ORDER BY programme_id
ON CONFLICT DO NOTHING
"""
LOCK_PROGRESS: Final = """
SELECT drafted_until FROM settlement_progress WHERE programme_id = ANY(%(programmes)s) ORDER BY programme_id FOR UPDATE
"""
NEXT_CLOSED: Final = """
SELECT min(business_date) FROM sealed_day WHERE programme_id = %(programme_id)s AND business_date > %(drafted_until)s
"""
WRITE_PROGRESS: Final = """
UPDATE settlement_progress SET drafted_until = %(day)s WHERE programme_id = %(programme_id)s
"""
# Every journal of a trade has a transfer of the merchant's at its first position, so those count the journals. Who is
# given back a reserve has a statement also on a day without trade.
TRADE: Final = """
WITH moved AS (
    SELECT CASE 2040 WHEN credit_code THEN credit_owner ELSE debit_owner END AS merchant_id,
           event, unit, position, amount_minor, credit_code
    FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date = %(day)s
      AND event IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over')
      AND 2040 IN (debit_code, credit_code)
), traded AS (
    SELECT merchant_id, unit,
           count(*) FILTER (WHERE position = 0 AND event = 'purchase') AS purchases,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'purchase'), 0)::bigint AS purchases_minor,
           count(*) FILTER (WHERE position = 0 AND event IN ('void', 'reversal')) AS undone,
           coalesce(sum(amount_minor) FILTER (WHERE event IN ('void', 'reversal')), 0)::bigint AS undone_minor,
           count(*) FILTER (WHERE position = 0 AND event = 'refund') AS refunds,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'refund'), 0)::bigint AS refunds_minor,
           coalesce(sum(CASE 2040 WHEN credit_code THEN amount_minor ELSE -amount_minor END)
                        FILTER (WHERE event = 'merchant_taken_over'), 0)::bigint AS taken_over_minor
    FROM moved GROUP BY merchant_id, unit
), sale AS (
    SELECT CASE 1030 WHEN debit_code THEN debit_owner ELSE credit_owner END AS merchant_id, unit,
           count(*) FILTER (WHERE event = 'card_activated') AS sold,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'card_activated'), 0)::bigint AS sold_minor,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'reversal'), 0)::bigint AS taken_back_minor,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'merchant_debt_paid'), 0)::bigint AS debt_paid_minor
    FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date = %(day)s
      AND event IN ('card_activated', 'reversal', 'merchant_debt_paid') AND 1030 IN (debit_code, credit_code)
    GROUP BY 1, unit
), due AS (
    SELECT DISTINCT merchant_id, unit FROM merchant_statement s
    WHERE programme_id = %(programme_id)s AND reserve_until <= %(day)s AND reserve_kept_minor > 0
      AND reserve_released_by IS NULL
)
SELECT merchant_id, unit, coalesce(purchases, 0) AS purchases, coalesce(purchases_minor, 0) AS purchases_minor,
       coalesce(undone, 0) AS undone, coalesce(undone_minor, 0) AS undone_minor,
       coalesce(refunds, 0) AS refunds, coalesce(refunds_minor, 0) AS refunds_minor,
       coalesce(taken_over_minor, 0) AS taken_over_minor, coalesce(sold, 0) AS sold,
       coalesce(sold_minor, 0) AS sold_minor, coalesce(taken_back_minor, 0) AS taken_back_minor,
       coalesce(debt_paid_minor, 0) AS debt_paid_minor
FROM traded FULL JOIN sale USING (merchant_id, unit) FULL JOIN due USING (merchant_id, unit)
ORDER BY merchant_id
"""
INSERT: Final = """
INSERT INTO merchant_statement (
    id, programme_id, merchant_id, business_date, unit, status, purchases, purchases_minor, undone, undone_minor,
    refunds, refunds_minor, taken_over_minor, sold, sold_minor, taken_back_minor, debt_paid_minor, receivable_in_minor,
    set_off_minor, receivable_out_minor, month_turnover_minor, turnover_minor, fees_minor, fees_returned_minor,
    reserve_kept_minor, reserve_released_minor, carried_in_minor, payout_minor, passed_on_minor, carried_out_minor,
    drafted_at)
VALUES (%(id)s, %(programme_id)s, %(merchant_id)s, %(day)s, %(unit)s, 'drafted', %(purchases)s, %(purchases_minor)s,
        %(undone)s, %(undone_minor)s, %(refunds)s, %(refunds_minor)s, %(taken_over_minor)s,
        %(sold)s, %(sold_minor)s, %(taken_back_minor)s, %(debt_paid_minor)s, 0, 0,
        %(sold_minor)s - %(taken_back_minor)s - %(debt_paid_minor)s, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        %(purchases_minor)s - %(undone_minor)s - %(refunds_minor)s + %(taken_over_minor)s, %(now)s)
"""
# Locked by their ids, as posting groups lock them.
DRAFTED: Final = f"""
SELECT {MERCHANT_STATEMENT_COLUMNS} FROM merchant_statement s
WHERE s.programme_id = ANY(%(programmes)s) AND s.status = 'drafted'
ORDER BY s.id
FOR NO KEY UPDATE
"""  # noqa: S608 (the fields of our own dataclass)
# What the last approved statement of each merchant leaves to the first that is not.
BEFORE: Final = """
SELECT DISTINCT ON (merchant_id) merchant_id, business_date, carried_out_minor, month_turnover_minor + turnover_minor,
       receivable_out_minor
FROM merchant_statement
WHERE programme_id = %(programme_id)s AND status = 'approved' AND merchant_id = ANY(%(merchants)s)
ORDER BY merchant_id, business_date DESC
"""
KEPT: Final = """
SELECT s.merchant_id, s.id, s.reserve_kept_minor, s.reserve_until FROM merchant_statement s
LEFT JOIN merchant_statement r ON r.id = s.reserve_released_by
WHERE s.programme_id = %(programme_id)s AND s.merchant_id = ANY(%(merchants)s) AND s.status = 'approved'
  AND s.reserve_kept_minor > 0 AND (r.id IS NULL OR r.status = 'drafted')
ORDER BY s.business_date
"""
# What was paid by transfer on later days than the first that is not approved.
DEBTS_PAID: Final = """
SELECT merchant_id, business_date, sum(amount_minor)::bigint FROM merchant_debt_payment
WHERE programme_id = %(programme_id)s AND merchant_id = ANY(%(merchants)s) AND business_date > %(first)s
GROUP BY merchant_id, business_date
"""
UPDATE: Final = """
UPDATE merchant_statement
SET month_turnover_minor = %(month_turnover_minor)s, turnover_minor = %(turnover_minor)s, fees_minor = %(fees_minor)s,
    fees_returned_minor = %(fees_returned_minor)s, reserve_kept_minor = %(reserve_kept_minor)s,
    reserve_until = %(reserve_until)s, reserve_released_minor = %(reserve_released_minor)s,
    carried_in_minor = %(carried_in_minor)s, payout_minor = %(payout_minor)s, acceptor_id = %(acceptor_id)s,
    passed_on_minor = %(passed_on_minor)s, carried_out_minor = %(carried_out_minor)s, pays_on = %(pays_on)s,
    receivable_in_minor = %(receivable_in_minor)s, set_off_minor = %(set_off_minor)s,
    receivable_out_minor = %(receivable_out_minor)s, drafted_by = %(drafted_by)s, drafted_person = %(drafted_person)s
WHERE id = %(id)s
"""
FORGET_RELEASES: Final = """
UPDATE merchant_statement SET reserve_released_by = NULL WHERE reserve_released_by = ANY(%(drafted)s)
"""
RELEASE: Final = "UPDATE merchant_statement SET reserve_released_by = %(id)s WHERE id = ANY(%(released)s)"


@dataclass(slots=True)
class _Chain:
    """What one merchant's statements leave to the next."""

    before: date | None = None
    carried_minor: int = 0
    turnover_minor: int = 0
    receivable_minor: int = 0
    reserves: tuple[KeptReserve, ...] = ()
    debts_paid: dict[date, int] = field(default_factory=dict)


async def draft_next_day(pool: Pool, programme_id: UUID, actor: Actor | None, now: datetime) -> date | None:
    """Draw up the statements of the earliest closed day that has none, and the drafted ones anew.

    Returns the day; None when every closed day has its statements. ``actor`` is who draws up what a clock has, or
    nobody yet.
    """
    where: dict[str, Any] = {"programme_id": programme_id, "now": now}
    async with long_transaction(pool) as connection:
        row = await (await _lock_progress(connection, [programme_id])).fetchone()
        if row is None:
            return None
        following = await (await connection.execute(NEXT_CLOSED, {**where, "drafted_until": row[0]})).fetchone()
        day: date | None = None if following is None else following[0]
        if day is not None:
            await _begin_statements(connection, {**where, "day": day})
            await connection.execute(WRITE_PROGRESS, {**where, "day": day})
        await work_out(connection, programme_id, actor)
    return day


async def _begin_statements(connection: Connection, where: dict[str, Any]) -> None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(TRADE, where)
        rows = await cursor.fetchall()
    async with connection.cursor() as cursor:
        await cursor.executemany(INSERT, [{**where, **row, "id": fresh_id()} for row in rows])


async def lock_drafts(connection: Connection, programme_ids: Sequence[UUID]) -> None:
    """Let no statement of these programmes be drawn up or approved until this transaction ends."""
    await _lock_progress(connection, programme_ids)
    await connection.execute(DRAFTED.encode(), {"programmes": list(programme_ids)})


async def _lock_progress(connection: Connection, programme_ids: Sequence[UUID]) -> AsyncCursor[Any]:
    where = {"programmes": list(programme_ids)}
    await connection.execute(BEGIN_PROGRESS, where)
    return await connection.execute(LOCK_PROGRESS, where)


async def work_out(connection: Connection, programme_id: UUID, actor: Actor | None) -> None:
    """Work all drafted statements of a programme out anew; ``actor`` has drawn up those that a clock has."""
    rows = await (await connection.execute(DRAFTED.encode(), {"programmes": [programme_id]})).fetchall()
    drafted = sorted((read_merchant_statement(row) for row in rows), key=attrgetter("merchant_id", "business_date"))
    if not drafted:
        return
    merchants = list({each.merchant_id for each in drafted})
    chains = await _chains(connection, programme_id, merchants, min(each.business_date for each in drafted))
    acceptors = await acceptors_for(connection, programme_id, merchants)
    history = await terms_of_programme(connection, programme_id)
    calendar = await calendar_of(connection, programme_id)
    await connection.execute(FORGET_RELEASES, {"drafted": [each.id for each in drafted]})
    releases: list[dict[str, Any]] = []
    for each in drafted:
        day, whose = each.business_date, each.merchant_id
        acceptor_id = acceptor_in_force(acceptors.get(whose, ()), day)
        released = _draw_up(each, chains[whose], terms_in_force(history.get(whose, ()), day), calendar, acceptor_id)
        if released:
            releases.append({"id": each.id, "released": released})
        if each.drafted_person is None and actor is not None:
            each.drafted_by, each.drafted_person = actor.login_id, actor.person_id
    async with connection.cursor() as cursor:
        await cursor.executemany(UPDATE, [_columns(each) for each in drafted])
        if releases:
            await cursor.executemany(RELEASE, releases)


def _draw_up(
    statement: MerchantStatement,
    chain: _Chain,
    terms: MerchantTerms,
    calendar: BankCalendar,
    acceptor_id: UUID | None,
) -> list[UUID]:
    """Work one statement out, and let it be the one before the next."""
    day, before = statement.business_date, chain.before
    is_same_month = before is not None and (before.year, before.month) == (day.year, day.month)
    released = draw_up(
        statement,
        terms,
        calendar,
        carried_in_minor=chain.carried_minor,
        month_turnover_minor=chain.turnover_minor if is_same_month else 0,
        reserves=chain.reserves,
        receivable_in_minor=chain.receivable_minor,
        paid_later_minor=sum(paid_minor for paid_on, paid_minor in chain.debts_paid.items() if paid_on > day),
        acceptor_id=acceptor_id,
    )
    kept = [each for each in chain.reserves if each.statement_id not in released]
    if statement.reserve_until is not None:
        kept.append(KeptReserve(statement.id, statement.reserve_kept_minor, statement.reserve_until))
    chain.before, chain.carried_minor, chain.reserves = day, statement.carried_out_minor, tuple(kept)
    chain.receivable_minor = statement.receivable_out_minor
    chain.turnover_minor = statement.month_turnover_minor + statement.turnover_minor
    return released


async def _chains(connection: Connection, programme_id: UUID, merchants: list[UUID], first: date) -> dict[UUID, _Chain]:
    where = {"programme_id": programme_id, "merchants": merchants, "first": first}
    chains: dict[UUID, _Chain] = defaultdict(_Chain)
    for merchant_id, before, carried, turnover, receivable in await (
        await connection.execute(BEFORE, where)
    ).fetchall():
        chains[merchant_id] = _Chain(before, carried, turnover, receivable)
    for merchant_id, *kept in await (await connection.execute(KEPT, where)).fetchall():
        chains[merchant_id].reserves += (KeptReserve(*kept),)
    for merchant_id, paid_on, paid_minor in await (await connection.execute(DEBTS_PAID, where)).fetchall():
        chains[merchant_id].debts_paid[paid_on] = paid_minor
    return chains


def _columns(statement: MerchantStatement) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in MerchantStatement.__dataclass_fields__}
