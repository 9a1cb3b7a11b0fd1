"""What providers have kept and paid out, as our book has it: the fees of a statement in one sum, each payout by itself.

They are written in the transaction that takes a file in, so no line of it is in none of them or in two.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.statement_line import Direction
from florin.storage.connect import Connection, Pool

# A provider that tells of its funds has each fee there by itself; else it tells with each payment what it has kept.
# What the fees of a statement come to by direction is named by their first line.
_FEES: Final = """
WITH kept AS (
    SELECT l.*, CASE WHEN l.kind = 'fee' THEN -l.net_minor ELSE l.fee_minor END AS kept_minor
    FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'provider'
    WHERE l.file_id = %(file_id)s AND l.status = 'done'
      AND l.basis = CASE WHEN c.formats && ARRAY['wechat_fund_flow', 'mapped_csv'] THEN 'funds' ELSE 'trade' END
), total AS (
    SELECT statement_id, counterparty_id, currency, sign(kept_minor) AS way,
           abs(sum(kept_minor))::bigint AS amount_minor, max(booked_on) AS booked_on, min(position) AS position
    FROM kept WHERE kept_minor <> 0 GROUP BY statement_id, counterparty_id, currency, sign(kept_minor)
)
INSERT INTO provider_total (relation, line_id, counterparty_id, statement_id, key, direction, amount_minor, currency,
                            booked_on, is_itemised)
SELECT 'fees', l.id, t.counterparty_id, t.statement_id,
       replace(t.statement_id::text, '-', ''), CASE WHEN t.way > 0 THEN 'out' ELSE 'in' END, t.amount_minor,
       t.currency, t.booked_on, false
FROM total t JOIN statement_line l ON l.file_id = %(file_id)s AND l.position = t.position
"""
_PAYOUTS: Final = """
INSERT INTO provider_total (relation, line_id, counterparty_id, statement_id, key, direction, amount_minor, currency,
                            booked_on, is_itemised)
SELECT 'payouts', l.id, l.counterparty_id, l.statement_id, coalesce(l.payout_key, l.other_key, l.key, l.id::text),
       l.direction, l.amount_minor, l.currency, l.booked_on, false
FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'provider'
WHERE l.file_id = %(file_id)s AND l.status = 'done' AND l.kind = 'payout'
"""
# Stripe's report has no line of the payout itself: the payout is what its lines come to.
_ITEMISED_PAYOUTS: Final = """
WITH total AS (
    SELECT l.statement_id, l.counterparty_id, l.currency, l.payout_key, sum(l.net_minor)::bigint AS net_minor,
           max(coalesce(l.value_on, l.booked_on)) AS booked_on, min(l.position) AS position
    FROM statement_line l JOIN statement_file f ON f.id = l.file_id AND f.format = 'stripe_payouts'
    WHERE l.file_id = %(file_id)s AND l.status = 'done' AND l.payout_key IS NOT NULL
    GROUP BY l.statement_id, l.counterparty_id, l.currency, l.payout_key
    HAVING sum(l.net_minor) <> 0 AND bool_and(l.kind <> 'payout')
)
INSERT INTO provider_total (relation, line_id, counterparty_id, statement_id, key, direction, amount_minor, currency,
                            booked_on, is_itemised)
SELECT 'payouts', l.id, t.counterparty_id, t.statement_id, t.payout_key,
       CASE WHEN t.net_minor > 0 THEN 'out' ELSE 'in' END, abs(t.net_minor), t.currency, t.booked_on, true
FROM total t JOIN statement_line l ON l.file_id = %(file_id)s AND l.position = t.position
"""
TOTAL_UP: Final = (_FEES, _PAYOUTS, _ITEMISED_PAYOUTS)

# How a total is named as an operation: it is posted once, whoever finds it not posted. A payout that the provider takes
# back may have the number of that payout.
OPERATION_KEY: Final = "t.relation || ':' || t.key || ':' || t.direction"
# A payout is what was paid through the provider less its fees, where its lines are told: else it waits for people.
LINES_OF_PAYOUT: Final = """
SELECT sum(l.net_minor) FROM statement_line l
WHERE l.payout_key = t.key AND l.counterparty_id = t.counterparty_id AND l.status = 'done' AND l.kind <> 'payout'
"""
# Its lines are those of the payout that is taken back, which are not taken back with it.
TAKES_BACK: Final = """
(t.direction = 'in' AND EXISTS (
    SELECT FROM provider_total b
    WHERE (b.relation, b.counterparty_id, b.key, b.currency, b.amount_minor, b.direction)
        = ('payouts', t.counterparty_id, t.key, t.currency, t.amount_minor, 'out')))
"""
IS_SOUND: Final = f"""
(t.relation = 'fees' OR t.is_itemised OR {TAKES_BACK}
 OR coalesce(({LINES_OF_PAYOUT}) = CASE t.direction WHEN 'out' THEN t.amount_minor ELSE -t.amount_minor END, true))
"""
NOT_POSTED: Final = f"""
SELECT DISTINCT ON (t.counterparty_id, t.relation, t.key, t.direction) t.relation, t.line_id, t.counterparty_id, c.code,
       c.programme_id, c.owner_id, t.statement_id, t.key, t.direction, t.amount_minor, t.currency, t.booked_on
FROM provider_total t JOIN counterparty c ON c.id = t.counterparty_id
WHERE NOT EXISTS (SELECT FROM operation o WHERE o.caller_id = t.counterparty_id AND o.key = {OPERATION_KEY})
  AND {IS_SOUND}
ORDER BY t.counterparty_id, t.relation, t.key, t.direction, t.line_id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class ProviderTotal:
    """Fees or a payout in minor units; ``direction`` is out for what the provider owes us less, ``key`` its name."""

    relation: str
    line_id: UUID
    counterparty_id: UUID
    code: str
    programme_id: UUID
    owner_id: UUID
    statement_id: UUID
    key: str
    direction: Direction
    amount_minor: int
    currency: str
    booked_on: date


async def total_up(connection: Connection, file_id: UUID) -> None:
    """Write what the lines of a file that is being taken in come to; nothing where no provider has sent it."""
    for statement in TOTAL_UP:
        await connection.execute(statement, {"file_id": file_id})


async def totals_to_be_posted(pool: Pool) -> list[ProviderTotal]:
    """Fees and payouts that are not in our book yet; of those under one name and direction the first.

    A payout that is not what its lines come to is not among them.
    """
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(ProviderTotal)) as rows:
        return await (await rows.execute(NOT_POSTED.encode())).fetchall()
