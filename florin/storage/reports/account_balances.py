"""What single accounts stood at on a business day: sealed totals and counters first, then the transfers in between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import STRICT_CODES
from florin.storage.connect import Connection

# The running totals of the last sealed day that counts, plus what was posted from then on.
FLOW_TOTALS: Final = """
SELECT code, owner_id, unit, sum(debits_minor)::bigint AS debits_minor, sum(credits_minor)::bigint AS credits_minor
FROM (
    WITH sealed AS (
        SELECT coalesce(max(business_date), '-infinity') AS last_day FROM sealed_day
        WHERE programme_id = %(programme_id)s AND seal IS NOT NULL AND business_date <= %(through)s
    )
    SELECT code, owner_id, unit, debits_minor, credits_minor FROM flow_balance, sealed
    WHERE programme_id = %(programme_id)s AND business_date = last_day
    UNION ALL
    SELECT debit_code, debit_owner, unit, amount_minor, 0 FROM transfer, sealed
    WHERE programme_id = %(programme_id)s AND business_date > last_day AND business_date <= %(through)s
      AND debit_code <> ALL (%(strict)s)
    UNION ALL
    SELECT credit_code, credit_owner, unit, 0, amount_minor FROM transfer, sealed
    WHERE programme_id = %(programme_id)s AND business_date > last_day AND business_date <= %(through)s
      AND credit_code <> ALL (%(strict)s)
) AS movement
WHERE %(codes)s::int[] IS NULL OR code = ANY (%(codes)s)
GROUP BY code, owner_id, unit
"""

ALL_BALANCES: Final = f"""
SELECT code, owner_id, unit, debits_minor - credits_minor AS debit_minor FROM ({FLOW_TOTALS}) AS flow
UNION ALL
SELECT code, owner_id, a.unit, coalesce(l.moved_minor, 0) - a.balance_minor
FROM strict_account a
LEFT JOIN (
    SELECT strict_owner AS owner_id, strict_code AS code,
           sum(CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END)::bigint AS moved_minor
    FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date > %(through)s AND strict_code IS NOT NULL
    GROUP BY strict_owner, strict_code) AS l USING (owner_id, code)
WHERE a.programme_id = %(programme_id)s
ORDER BY code, owner_id, unit
"""  # noqa: S608 (our own question)

ROWS_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class FlowTotals:
    """One flow account: what was ever debited and credited, in minor units."""

    code: int
    owner_id: UUID
    unit: str
    debits_minor: int
    credits_minor: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account, and what was debited more than credited, in minor units."""

    code: int
    owner_id: UUID
    unit: str
    debit_minor: int


def _asked(programme_id: UUID, through: date, codes: tuple[int, ...]) -> dict[str, object]:
    strict = sorted(map(int, STRICT_CODES))
    return {"programme_id": programme_id, "through": through, "strict": strict, "codes": list(codes) or None}


async def read_flow_totals(
    connection: Connection, programme_id: UUID, through: date, *codes: int
) -> dict[tuple[int, UUID, str], FlowTotals]:
    """Flow accounts at the end of a business day, of some codes or of all, by code, owner and unit."""
    async with connection.cursor(row_factory=class_row(FlowTotals)) as cursor:
        await cursor.execute(FLOW_TOTALS, _asked(programme_id, through, codes))
        return {(each.code, each.owner_id, each.unit): each async for each in cursor}


async def stream_balances(connection: Connection, programme_id: UUID, through: date) -> AsyncIterator[AccountBalance]:
    """Every account that a programme has, as it stood at the end of a business day, strict ones by their counters."""
    async with connection.cursor(row_factory=class_row(AccountBalance)) as cursor:
        async for each in cursor.stream(ALL_BALANCES, _asked(programme_id, through, ()), size=ROWS_AT_ONCE):
            yield each
