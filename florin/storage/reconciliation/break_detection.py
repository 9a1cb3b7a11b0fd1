"""Finding breaks: what no pass could match although the other side has had its say, and what matched and still differs.

Each statement finds breaks of one kind and writes those that are not written yet, so a run that is repeated finds
nothing new. Whatever is neither matched nor a break waits: the statements of its days have not come, or are not due.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.break_life import ARRIVING_KINDS, MOVES, BreakKind, BreakOperation
from florin.storage.connect import Connection
from florin.storage.reconciliation.heard_days import DAYS_HEARD_OF, DUE_DAYS
from florin.storage.reconciliation.provider_breaks import PAYOUTS, SECOND_PAYOUT, TOTALS

# Ids of version 7, drawn by the server: there may be a million of them, and they are listed in the order of their time.
_ID: Final = """
(lpad(to_hex((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint), 12, '0') || '7'
 || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
"""
# What is asked of each line or entry by itself is a scalar question with a limit: it is answered by an index, and never
# by gathering what is matched since the beginning.
# A line that nothing matched is a second one under its reference, or of a payment that we know with another amount, or,
# when its days are over, simply not in our book.
LINES: Final = f"""
WITH line AS (
    SELECT l.*, CASE WHEN l.account_code = 1020 AND l.direction = 'in' AND l.key ~ '^[0-9a-f]{{32}}$'
                     THEN l.key::uuid END AS payment_id
    FROM open_line l
), found AS (
    SELECT l.*, (SELECT p.amount_minor FROM payment p WHERE p.id = l.payment_id AND p.status = 'disputed')
               AS payment_minor,
           (SELECT true FROM statement_line o JOIN matched m ON m.relation = 'book' AND m.line_id = o.id
            WHERE o.counterparty_id = l.counterparty_id AND o.key = l.key AND o.kind = l.kind LIMIT 1)
               IS NOT NULL OR {SECOND_PAYOUT} AS is_second
    FROM line l
)
INSERT INTO break (id, kind, counterparty_id, programme_id, line_id, amount_minor, currency, value_on, run_id,
                   opened_at, state)
SELECT {_ID},
       CASE WHEN is_second THEN 'duplicate' WHEN payment_minor IS NOT NULL THEN 'amount_diff'
            WHEN counterparty_kind = 'bank' AND direction = 'in' THEN 'unidentified_receipt'
            ELSE 'missing_internal' END,
       counterparty_id, programme_id, id, signed_minor - CASE WHEN is_second THEN 0 ELSE coalesce(payment_minor, 0) END,
       currency, booked_on, %(run)s, %(now)s, 'open'
FROM found
WHERE is_second OR payment_minor IS NOT NULL OR booked_on + date_window_days < %(today)s
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# What was matched and still is not the same. What a provider keeps is compared with what was agreed, to the minor unit.
MATCHES: Final = f"""
WITH terms AS MATERIALIZED (
    SELECT d.counterparty_id, d.booked_on, t.basis_points, t.flat_minor
    FROM (SELECT DISTINCT counterparty_id, booked_on FROM run_line) d
    LEFT JOIN LATERAL (
        SELECT basis_points, flat_minor FROM fee_terms f
        WHERE f.counterparty_id = d.counterparty_id AND f.effective_on <= d.booked_on
        ORDER BY f.effective_on DESC LIMIT 1) t ON true
), pair AS (
    SELECT l.*, m.difference_minor, m.journal_id, m.position, m.account_code AS item_code,
           CASE WHEN l.direction = 'in' AND t.basis_points IS NOT NULL
                THEN l.fee_minor - ((2 * l.amount_minor * t.basis_points + 10000) / 20000 + t.flat_minor) ELSE 0 END
           AS fee_difference_minor,
           abs(l.booked_on - i.business_date) > l.date_window_days
               AND m.pass NOT LIKE 'payout%%' AND m.pass <> 'booked_from' AS is_days_apart
    FROM matched m
    JOIN run_line l ON l.id = m.line_id
    JOIN run_item i ON (i.journal_id, i.position, i.account_code) = (m.journal_id, m.position, m.account_code)
    JOIN terms t ON (t.counterparty_id, t.booked_on) = (l.counterparty_id, l.booked_on)
    WHERE m.relation = 'book' AND m.pass <> 'adjusted'
)
INSERT INTO break (id, kind, counterparty_id, programme_id, line_id, journal_id, position, account_code, amount_minor,
                   currency, value_on, run_id, opened_at, state)
SELECT {_ID}, differs.kind, counterparty_id, programme_id, pair.id, journal_id, position, item_code, differs.by_minor,
       currency, booked_on, %(run)s, %(now)s, 'open'
FROM pair CROSS JOIN LATERAL (VALUES
    ('amount_diff', difference_minor, difference_minor <> 0),
    ('fee_diff', -fee_difference_minor, fee_difference_minor <> 0),
    ('date_cutoff', 0, is_days_apart)
) AS differs (kind, by_minor, is_so)
WHERE differs.is_so AND (difference_minor <> 0 OR fee_difference_minor <> 0 OR is_days_apart)
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# An entry that no statement of its window has is missing there, or has failed.
ITEMS: Final = f"""
{DUE_DAYS}, found AS (
    SELECT i.*, due.counterparties, due.counterparty_id, (
               SELECT true FROM line_for_the_book l WHERE l.status = 'failed' AND l.key = i.key
                 AND (l.account_code, l.owner_id, l.currency) = (i.account_code, i.owner_id, i.currency) LIMIT 1)
               IS NOT NULL AS has_failed
    FROM open_item i JOIN due USING (account_code, owner_id, currency, business_date)
)
INSERT INTO break (id, kind, counterparty_id, programme_id, journal_id, position, account_code, amount_minor, currency,
                   value_on, run_id, opened_at, state)
SELECT {_ID},
       CASE WHEN has_failed THEN 'status_diff' WHEN account_code = 1010 THEN 'missing_bank' ELSE 'missing_provider' END,
       CASE WHEN counterparties = 1 THEN counterparty_id END, programme_id, journal_id, position, account_code,
       -signed_minor, currency, business_date, %(run)s, %(now)s, 'open'
FROM found
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# One break for a day without its statement, not one for each of its thousand payments.
DAYS: Final = f"""
{DAYS_HEARD_OF}
INSERT INTO break (id, kind, counterparty_id, programme_id, gap_on, amount_minor, currency, value_on, run_id, opened_at,
                   state)
SELECT {_ID}, 'file_gap', c.id, c.programme_id, day.business_date, 0, day.currency, day.business_date, %(run)s, %(now)s,
       'open'
FROM day JOIN counterparty c ON c.id = day.counterparty_id
WHERE day.is_late AND NOT day.is_covered
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

FILES: Final = f"""
INSERT INTO break (id, kind, counterparty_id, programme_id, file_id, gap_id, amount_minor, currency, value_on, run_id,
                   opened_at, state)
SELECT {_ID}, 'control_total', c.id, c.programme_id, f.id, NULL, 0, c.currency, coalesce(f.day, f.given_at::date),
       %(run)s, %(now)s, 'open'
FROM statement_file f JOIN counterparty c ON c.id = f.counterparty_id WHERE f.state = 'quarantined'
UNION ALL
SELECT {_ID}, 'file_gap', c.id, c.programme_id, NULL, g.id,
       CASE g.kind WHEN 'balance' THEN g.found - g.expected ELSE 0 END, c.currency, s.from_on, %(run)s, %(now)s, 'open'
FROM statement_gap g JOIN counterparty c ON c.id = g.counterparty_id JOIN statement s ON s.id = g.before_id
WHERE g.filled_at IS NULL
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# A close has gone on without them: what is missing is a break from then on, whoever has something on that day.
NOT_WAITED_FOR: Final = f"""
INSERT INTO break (id, kind, counterparty_id, programme_id, gap_on, amount_minor, currency, value_on, run_id, opened_at,
                   state)
SELECT {_ID}, 'file_gap', c.id, w.programme_id, w.business_date, 0, c.currency, w.business_date, %(run)s, %(now)s,
       'open'
FROM day_close_waiver w JOIN counterparty c ON c.id = w.counterparty_id
WHERE NOT EXISTS (SELECT FROM statement s
                  WHERE s.counterparty_id = c.id AND w.business_date BETWEEN s.from_on AND s.to_on)
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

DETECTIONS: Final = (LINES, MATCHES, TOTALS.format(id=_ID), PAYOUTS.format(id=_ID), ITEMS, DAYS, NOT_WAITED_FOR, FILES)

OF_RUN: Final = "SELECT kind, count(*) FROM break WHERE run_id = %(run)s GROUP BY kind ORDER BY kind"

# The other side has come: what was missing has been matched, a gap is filled, a sound file has replaced a broken one.
ARRIVED: Final = f"""
WITH arrived AS (
    SELECT b.id FROM break b
    WHERE b.ended_at IS NULL AND b.state = ANY(%(from_states)s) AND (
        (b.kind = ANY(%(kinds)s) AND (
            (b.line_id IS NOT NULL AND b.journal_id IS NULL
             AND EXISTS (SELECT FROM matched m JOIN statement_line l ON l.id = m.line_id
                         WHERE m.line_id = b.line_id
                           AND m.relation = CASE l.kind WHEN 'payout' THEN 'payouts' ELSE 'book' END))
            OR (b.line_id IS NULL AND EXISTS (SELECT FROM matched m WHERE (m.journal_id, m.position, m.account_code)
                                                                        = (b.journal_id, b.position, b.account_code)))))
        OR (b.gap_id IS NOT NULL AND EXISTS (
            SELECT FROM statement_gap g WHERE g.id = b.gap_id AND g.filled_at IS NOT NULL))
        OR (b.gap_on IS NOT NULL AND EXISTS (
            SELECT FROM statement s
            WHERE s.counterparty_id = b.counterparty_id AND b.gap_on BETWEEN s.from_on AND s.to_on))
        OR (b.file_id IS NOT NULL AND EXISTS (
            SELECT FROM statement_file f JOIN statement_file g ON g.counterparty_id = f.counterparty_id
                AND g.format = f.format AND g.day = f.day AND g.state = 'taken_in'
            WHERE f.id = b.file_id)))
    ORDER BY b.id FOR NO KEY UPDATE OF b
), ended AS (
    UPDATE break b SET state = %(closed)s, ended_at = %(now)s, ended_by_run = %(run)s
    FROM arrived a WHERE b.id = a.id RETURNING b.id
), lapsed AS (
    UPDATE break_proposal p SET state = 'lapsed', decided_at = %(now)s
    FROM ended e WHERE p.break_id = e.id AND p.state = 'waiting'
)
INSERT INTO break_change (id, break_id, operation, state, run_id, at)
SELECT {_ID}, id, 'arrive', %(closed)s, %(run)s, %(now)s FROM ended
"""  # noqa: S608 (constants)


async def close_arrived(connection: Connection, run_id: UUID, now: datetime) -> int:
    """Close the breaks whose other side has come; how many."""
    moves = MOVES[BreakOperation.ARRIVE]
    (closed,) = set(moves.values())
    values = {
        "run": run_id,
        "now": now,
        "closed": closed,
        "from_states": list(moves),
        "kinds": [str(kind) for kind in BreakKind if kind in ARRIVING_KINDS],
    }
    return (await connection.execute(ARRIVED, values)).rowcount


async def open_breaks(connection: Connection, run_id: UUID, today: date, now: datetime) -> dict[str, int]:
    """Write the breaks that there are as of a day, beside those that are written already; how many are new, by kind.

    ``today`` is the date on which somebody asks: what may still come until then is no break yet.
    """
    values = {"run": run_id, "today": today, "now": now}
    for each in DETECTIONS:
        await connection.execute(each, values)
    return dict(await (await connection.execute(OF_RUN, values)).fetchall())
