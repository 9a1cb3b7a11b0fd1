"""Drawing up what two programmes owe each other: everything that is approved and in no netting statement yet.

A merchant's statement has one column for the netting statement that it is in, and a payout that came back one for the
netting statement that it is carried into, so neither can be in two. What is approved later, also for an earlier day, is
in the next one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.bank_account import BankAccount
from florin.domain.netting import NettingStatement, NettingStatus, pays_to, set_off
from florin.domain.people import Actor
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id

# Whoever nets a pair holds it: both programmes, in the order of their ids.
LOCK_PAIR: Final = "SELECT FROM programme WHERE id IN (%(first_id)s, %(second_id)s) ORDER BY id FOR NO KEY UPDATE"
DRAFTED: Final = """
SELECT id FROM netting_statement
WHERE first_id = %(first_id)s AND second_id = %(second_id)s AND status = 'drafted' FOR NO KEY UPDATE
"""
LEAVE_STATEMENTS: Final = "UPDATE merchant_statement SET netting_id = NULL WHERE netting_id = %(id)s"
LEAVE_PAYOUTS: Final = "UPDATE netting_payout SET carried_into = NULL WHERE carried_into = %(id)s"
# What is taken is what is summed up, in one statement each. Locked by their ids, as posting groups lock them.
_SUMS: Final = """
SELECT min(day), max(day), count(*),
       coalesce(sum(amount_minor) FILTER (WHERE programme_id = %(first_id)s), 0)::bigint,
       coalesce(sum(amount_minor) FILTER (WHERE programme_id = %(second_id)s), 0)::bigint
FROM put_in
"""
TAKE_STATEMENTS: Final = f"""
WITH open AS (
    SELECT id FROM merchant_statement
    WHERE (programme_id, acceptor_id) IN ((%(first_id)s, %(second_id)s), (%(second_id)s, %(first_id)s))
      AND taken_over_journal_id IS NOT NULL AND netting_id IS NULL
      AND (%(until)s::date IS NULL OR business_date <= %(until)s)
    ORDER BY id FOR NO KEY UPDATE
), put_in AS (
    UPDATE merchant_statement s SET netting_id = %(id)s FROM open WHERE s.id = open.id
    RETURNING s.programme_id, s.business_date AS day, s.passed_on_minor AS amount_minor
)
{_SUMS}"""  # noqa: S608 (a constant)
TAKE_PAYOUTS: Final = f"""
WITH open AS (
    SELECT y.id, n.until_day FROM netting_payout y JOIN netting_statement n ON n.id = y.netting_id
    WHERE (y.programme_id, y.creditor_id) IN ((%(first_id)s, %(second_id)s), (%(second_id)s, %(first_id)s))
      AND y.status = 'returned' AND y.carried_into IS NULL
    ORDER BY y.id FOR NO KEY UPDATE OF y
), put_in AS (
    UPDATE netting_payout y SET carried_into = %(id)s FROM open WHERE y.id = open.id
    RETURNING y.programme_id, open.until_day AS day, y.amount_minor
)
{_SUMS}"""  # noqa: S608 (as above)
_DRAWN: Final = (
    "id", "first_id", "second_id", "unit", "status", "from_day", "until_day", "statements", "first_owes_minor",
    "second_owes_minor", "offset_minor", "net_minor", "debtor_id", "payee_holder", "payee_bank", "payee_number",
    "drafted_by", "drafted_person", "drafted_at",
)  # fmt: skip
WRITE: Final = f"""
INSERT INTO netting_statement ({", ".join(_DRAWN)}) VALUES ({", ".join(f"%({name})s" for name in _DRAWN)})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _DRAWN[5:])}
"""  # noqa: S608 (our own columns)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programmes of one currency, the one with the smaller id first, and the accounts that each is paid to."""

    first_id: UUID
    second_id: UUID
    unit: str
    accounts: tuple[BankAccount | None, BankAccount | None]


class NothingToNetError(Exception):
    """Neither of the two owes the other anything that is in no netting statement yet."""


async def draw_up_netting(
    connection: Connection, pair: Pair, until: date | None, actor: Actor, now: datetime
) -> NettingStatement:
    """Draw a pair's open netting statement up, or up anew, of everything up to that business day, or of all there is.

    Raises:
        NothingToNetError: there is nothing, and the caller's transaction is to be rolled back.
    """
    where: dict[str, Any] = {"first_id": pair.first_id, "second_id": pair.second_id, "until": until}
    await connection.execute(LOCK_PAIR, where)
    drafted = await (await connection.execute(DRAFTED, where)).fetchone()
    where["id"] = fresh_id() if drafted is None else drafted[0]
    await connection.execute(LEAVE_STATEMENTS, where)
    await connection.execute(LEAVE_PAYOUTS, where)
    parts = [
        await (await connection.execute(each.encode(), where)).fetchone() for each in (TAKE_STATEMENTS, TAKE_PAYOUTS)
    ]
    taken = [each for each in parts if each is not None and each[2]]
    if not taken:
        raise NothingToNetError
    statement = NettingStatement(
        id=where["id"],
        first_id=pair.first_id,
        second_id=pair.second_id,
        unit=pair.unit,
        status=NettingStatus.DRAFTED,
        from_day=min(each[0] for each in taken),
        until_day=max(each[1] for each in taken),
        statements=0 if parts[0] is None else parts[0][2],
        first_owes_minor=sum(each[3] for each in taken),
        second_owes_minor=sum(each[4] for each in taken),
        drafted_by=actor.login_id,
        drafted_person=actor.person_id,
        drafted_at=now,
    )
    set_off(statement)
    first, second = pair.accounts
    pays_to(statement, first if statement.creditor_id == pair.first_id else second)
    await connection.execute(WRITE.encode(), {name: getattr(statement, name) for name in _DRAWN})
    return statement
