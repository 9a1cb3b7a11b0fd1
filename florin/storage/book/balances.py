"""The book's balances as reports show them; amounts in minor units."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import CHART, STRICT_CODES, AccountCode, Side
from florin.storage.connect import Connection

TRIAL_BALANCE: Final = """
SELECT code, unit,
       coalesce(sum(amount_minor) FILTER (WHERE side = 'debit'), 0)::bigint AS debits_minor,
       coalesce(sum(amount_minor) FILTER (WHERE side = 'credit'), 0)::bigint AS credits_minor
FROM entry
WHERE programme_id = %(programme_id)s AND (%(through)s::date IS NULL OR business_date <= %(through)s)
GROUP BY code, unit
ORDER BY code, unit
"""

# The last sealed totals plus what was posted since: the work of a day, however long the book is.
FLOW_BALANCES: Final = """
WITH sealed AS (
    SELECT coalesce(max(business_date), '-infinity') AS last_day FROM sealed_day
    WHERE programme_id = %(programme_id)s AND seal IS NOT NULL
), movement AS (
    SELECT code, owner_id, unit, debits_minor, credits_minor FROM flow_balance, sealed
    WHERE programme_id = %(programme_id)s AND business_date = last_day
    UNION ALL
    SELECT debit_code, debit_owner, unit, amount_minor, 0 FROM transfer, sealed
    WHERE programme_id = %(programme_id)s AND business_date > last_day AND debit_code <> ALL (%(strict)s)
    UNION ALL
    SELECT credit_code, credit_owner, unit, 0, amount_minor FROM transfer, sealed
    WHERE programme_id = %(programme_id)s AND business_date > last_day AND credit_code <> ALL (%(strict)s)
)
SELECT code, owner_id, unit, sum(debits_minor)::bigint AS debits_minor, sum(credits_minor)::bigint AS credits_minor
FROM movement
GROUP BY code, owner_id, unit
ORDER BY code, owner_id, unit
"""

OUTSTANDING: Final = """
SELECT p.code AS product_code, c.denomination_minor, c.status, count(*) AS cards,
       coalesce(sum(a.principal_minor), 0)::bigint AS principal_minor,
       coalesce(sum(a.bonus_minor), 0)::bigint AS bonus_minor
FROM card c
JOIN product p ON p.id = c.product_id
LEFT JOIN (
    SELECT owner_id, sum(balance_minor) FILTER (WHERE code = 2010) AS principal_minor,
           sum(balance_minor) FILTER (WHERE code = 2011) AS bonus_minor
    FROM strict_account WHERE code IN (2010, 2011)
    GROUP BY owner_id) a ON a.owner_id = c.id
WHERE c.programme_id = %(programme_id)s
GROUP BY p.code, c.denomination_minor, c.status
ORDER BY p.code, c.denomination_minor, c.status
"""

ROLL_FORWARD: Final = """
SELECT event, unit, count(DISTINCT journal_id) AS journals,
       coalesce(sum(amount_minor) FILTER (WHERE credit_code = strict_code), 0)::bigint AS in_minor,
       coalesce(sum(amount_minor) FILTER (WHERE debit_code = strict_code), 0)::bigint AS out_minor
FROM transfer
WHERE programme_id = %(programme_id)s
GROUP BY event, unit
ORDER BY event, unit
"""


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """All accounts of one code: what was ever debited and credited."""

    code: int
    unit: str
    debits_minor: int
    credits_minor: int

    @property
    def name(self) -> str:
        """The account's name in the chart."""
        return CHART[AccountCode(self.code)].name


@dataclass(frozen=True, slots=True)
class FlowBalanceLine:
    """One flow account: what was ever debited and credited."""

    code: int
    owner_id: UUID
    unit: str
    debits_minor: int
    credits_minor: int

    @property
    def balance_minor(self) -> int:
        """The balance on the account's normal side; accounts without one count debits."""
        debit_minor = self.debits_minor - self.credits_minor
        return -debit_minor if CHART[AccountCode(self.code)].normal_side is Side.CREDIT else debit_minor


@dataclass(frozen=True, slots=True)
class OutstandingLine:
    """The cards of one product, denomination and status, and what is on them."""

    product_code: str
    denomination_minor: int
    status: str
    cards: int
    principal_minor: int
    bonus_minor: int


@dataclass(frozen=True, slots=True)
class RollForwardLine:
    """One kind of event: how many journals it has, and what they brought to and took from customers' balances."""

    event: str
    unit: str
    journals: int
    in_minor: int
    out_minor: int


async def read_trial_balance(
    connection: Connection, programme_id: UUID, through: date | None
) -> list[TrialBalanceLine]:
    """Debits and credits by account code, up to and including a business date (None: all)."""
    async with connection.cursor(row_factory=class_row(TrialBalanceLine)) as cursor:
        await cursor.execute(TRIAL_BALANCE, {"programme_id": programme_id, "through": through})
        return await cursor.fetchall()


async def read_flow_balances(connection: Connection, programme_id: UUID) -> list[FlowBalanceLine]:
    """The balance of every flow account, from the last sealed totals and the transfers since."""
    strict = sorted(map(int, STRICT_CODES))
    async with connection.cursor(row_factory=class_row(FlowBalanceLine)) as cursor:
        await cursor.execute(FLOW_BALANCES, {"programme_id": programme_id, "strict": strict})
        return await cursor.fetchall()


async def read_outstanding(connection: Connection, programme_id: UUID) -> list[OutstandingLine]:
    """Cards and what is on them, by product, denomination and status."""
    async with connection.cursor(row_factory=class_row(OutstandingLine)) as cursor:
        await cursor.execute(OUTSTANDING, {"programme_id": programme_id})
        return await cursor.fetchall()


async def read_roll_forward(connection: Connection, programme_id: UUID) -> list[RollForwardLine]:
    """What each kind of event added to and took from customers' balances."""
    async with connection.cursor(row_factory=class_row(RollForwardLine)) as cursor:
        await cursor.execute(ROLL_FORWARD, {"programme_id": programme_id})
        return await cursor.fetchall()
