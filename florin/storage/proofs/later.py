"""What came since the last sealed days: the same questions, asked of later rows only.

A seal says that its day was proven and vouches for its transfers. A journal is of one business day, so a question that
looks at journals one by one is answered for the whole book when it is answered for those of later days. The names of
the tables are shadowed by their later rows, so that the question itself stays what it is; a record of an earlier
journal is left out with it, and one of no journal at all is looked at.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from florin.domain.business_day import opens_at
from florin.storage.connect import Connection
from florin.storage.proofs import records

# A programme that has never sealed a day has all of its book before it, if it has one.
FIRST_OPEN_DAYS: Final = """
SELECT s.day + 1, g.time_zone, g.cut_off
FROM programme g
LEFT JOIN (SELECT programme_id, max(business_date) AS day FROM sealed_day
           WHERE seal IS NOT NULL GROUP BY programme_id) s ON s.programme_id = g.id
WHERE s.day IS NOT NULL OR EXISTS (SELECT FROM strict_account a WHERE a.programme_id = g.id AND a.sequence > 0)
"""

# Nearly all that was posted since then is of later journals, so that few have to be looked for among those of sealed
# days, which are nearly the whole book.
_LATER_RECORD: Final = """
{table} AS (
    SELECT r.* FROM public.{table} r
    LEFT JOIN transfer later ON later.journal_id = r.journal_id AND later.position = 0
    WHERE r.posted_at >= %(opened_at)s::text::timestamptz AND (later.journal_id IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.transfer t JOIN last_sealed s ON s.programme_id = t.programme_id
        WHERE t.journal_id = r.journal_id AND t.position = 0 AND t.business_date <= s.day))
)"""

_LATER_TRANSFERS: Final = """
WITH last_sealed AS (
    SELECT programme_id, max(business_date) AS day FROM sealed_day WHERE seal IS NOT NULL GROUP BY programme_id
), transfer AS (
    SELECT t.* FROM public.transfer t LEFT JOIN last_sealed s ON s.programme_id = t.programme_id
    WHERE t.business_date >= %(first_open)s::text::date AND (s.day IS NULL OR t.business_date > s.day)
), entry AS (
    SELECT journal_id, position, 'debit' AS side, debit_code AS code, debit_owner AS owner_id, unit, amount_minor,
           event, programme_id, business_date
    FROM transfer
    UNION ALL
    SELECT journal_id, position, 'credit', credit_code, credit_owner, unit, amount_minor, event, programme_id,
           business_date
    FROM transfer
)"""

_RECORDS: Final = ("operation", "outbox", "purchase", "refund", "redemption")

LATER_ROWS: Final = ",".join((_LATER_TRANSFERS, *(_LATER_RECORD.format(table=each) for each in _RECORDS)))

# What a later transfer leaves must follow from the one before it on its account, which may be of a sealed day. Between
# later ones there are sealed ones where a day was reopened, for what came late is of the day on which it happened: they
# are counted with them, and looked for on no other account than one whose numbers have gaps.
STRICT_BALANCES: Final = """
WITH later AS (
    SELECT strict_owner AS owner_id, strict_code AS code, min(strict_sequence) AS first_number, count(*) AS transfers,
           sum(CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END) AS sum_minor,
           max(ARRAY[strict_sequence, balance_after_minor]) AS last
    FROM transfer WHERE strict_owner IS NOT NULL
    GROUP BY strict_owner, strict_code
), touched AS (
    SELECT l.owner_id, l.code, l.first_number, a.unit, a.balance_minor, a.sequence,
           l.transfers + s.transfers AS transfers, l.sum_minor + coalesce(s.sum_minor, 0) AS sum_minor,
           greatest(l.last, s.last) AS last
    FROM later l
    LEFT JOIN strict_account a USING (owner_id, code)
    CROSS JOIN LATERAL (
        SELECT count(*) AS transfers,
               sum(CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END) AS sum_minor,
               max(ARRAY[strict_sequence, balance_after_minor]) AS last
        FROM public.transfer b JOIN last_sealed d ON d.programme_id = b.programme_id AND b.business_date <= d.day
        WHERE a.sequence - l.first_number + 1 <> l.transfers
          AND b.strict_owner = l.owner_id AND b.strict_code = l.code AND b.strict_sequence > l.first_number
    ) s
)
SELECT code, owner_id,
       CASE WHEN t.unit IS NULL THEN 'transfers without an account'
            WHEN t.first_number > 1 AND e.journal_id IS NULL THEN concat('number ', t.first_number, ' follows none')
            WHEN t.balance_minor <> coalesce(e.balance_after_minor, 0) + t.sum_minor
            THEN concat('balance ', t.balance_minor, ', transfers sum to ',
                        coalesce(e.balance_after_minor, 0) + t.sum_minor)
            WHEN t.balance_minor <> t.last[2]
            THEN concat('balance ', t.balance_minor, ', last transfer leaves ', t.last[2])
            WHEN t.sequence <> t.last[1] OR t.last[1] - t.first_number + 1 <> t.transfers
            THEN concat('sequence ', t.sequence, ', but ', t.transfers, ' transfers from number ', t.first_number)
       END AS detail
FROM touched t
LEFT JOIN public.transfer e
  ON e.strict_owner = t.owner_id AND e.strict_code = t.code AND e.strict_sequence = t.first_number - 1
"""

STATEMENTS: Final = """
SELECT t.journal_id, t.position, t.strict_code AS code, t.strict_owner AS owner_id,
       CASE WHEN t.strict_sequence > 1 AND e.journal_id IS NULL
            THEN concat('number ', t.strict_sequence, ' follows none')
            WHEN t.balance_after_minor <> coalesce(e.balance_after_minor, 0)
                 + CASE WHEN t.credit_code = t.strict_code THEN t.amount_minor ELSE -t.amount_minor END
            THEN concat(CASE WHEN t.credit_code = t.strict_code THEN 'credit' ELSE 'debit' END, ' of ', t.amount_minor,
                        ' leads from ', coalesce(e.balance_after_minor, 0), ' to ', t.balance_after_minor) END AS detail
FROM transfer t
LEFT JOIN public.transfer e
  ON e.strict_owner = t.strict_owner AND e.strict_code = t.strict_code AND e.strict_sequence = t.strict_sequence - 1
WHERE t.strict_owner IS NOT NULL
"""

# The server knows that a purchase's id stands for all of it only while it sees the table itself.
PURCHASES: Final = records.PURCHASES.replace(
    "t.journal_id), p.id\n",
    "t.journal_id), p.id, p.principal_minor, p.bonus_minor, p.discount_minor, p.owner_id, p.merchant_id, p.unit,"
    " p.programme_id\n",
)


_HEADSTART: Final = timedelta(hours=1)
"""What is posted when a day begins may be a moment older than the day."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first business date of any programme that is not sealed, and before when nothing of one was posted.

    As the server writes them, for Python has no date that lies before all others: ``-infinity``.
    """

    first_open: str
    opened_at: str


WHOLE_BOOK: Final = Opening("-infinity", "-infinity")


async def find_opening(connection: Connection) -> Opening:
    """Where that begins which came since the last sealed days."""
    days = await (await connection.execute(FIRST_OPEN_DAYS)).fetchall()
    if not days or any(day is None for day, _, _ in days):
        return WHOLE_BOOK
    opened_at = min(opens_at(day, ZoneInfo(time_zone), cut_off) for day, time_zone, cut_off in days)
    return Opening(min(day for day, _, _ in days).isoformat(), (opened_at - _HEADSTART).isoformat())
