"""Breaks of what providers have kept and paid out, and of what banks say of payouts."""

from typing import Final

from florin.storage.reconciliation.provider_totals import IS_SOUND, LINES_OF_PAYOUT, OPERATION_KEY, TAKES_BACK

_SIGNED: Final = "CASE t.direction WHEN 'in' THEN t.amount_minor ELSE -t.amount_minor END"

# What is not in our book: a payout that is not what was paid less the fees, a second one under its number; or, when its
# days are over, whatever has kept it from being posted.
TOTALS: Final = f"""
WITH total AS (
    SELECT t.*, {_SIGNED} AS signed_minor, ({LINES_OF_PAYOUT}) AS lines_minor, {IS_SOUND} AS is_sound, EXISTS (
               SELECT FROM matched m JOIN provider_total f USING (relation, line_id)
               WHERE f.counterparty_id = t.counterparty_id AND f.relation = t.relation AND f.key = t.key
                 AND f.direction = t.direction) AS is_second
    FROM provider_total t
    WHERE NOT EXISTS (SELECT FROM matched m WHERE (m.relation, m.line_id) = (t.relation, t.line_id))
)
INSERT INTO break (id, kind, counterparty_id, programme_id, line_id, amount_minor, currency, value_on, run_id,
                   opened_at, state)
SELECT {{id}}, CASE WHEN is_second THEN 'duplicate' WHEN NOT is_sound THEN 'amount_diff' ELSE 'missing_internal' END,
       c.id, c.programme_id, line_id,
       signed_minor + CASE WHEN is_second OR is_sound THEN 0 ELSE lines_minor END, t.currency, booked_on, %(run)s,
       %(now)s, 'open'
FROM total t JOIN counterparty c ON c.id = t.counterparty_id
WHERE is_second OR NOT is_sound OR booked_on + c.date_window_days < %(today)s
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# What was posted of a payout, and lines of it that came later: then it is not what it was.
PAYOUTS: Final = f"""
WITH touched AS (
    SELECT DISTINCT l.counterparty_id, l.payout_key
    FROM matched m JOIN statement_line l ON l.id = m.line_id
    WHERE m.run_id = %(run)s AND l.payout_key IS NOT NULL
), total AS (
    SELECT t.*, m.journal_id, m.position, m.account_code, {_SIGNED} + ({LINES_OF_PAYOUT}) AS more_minor
    FROM touched o JOIN provider_total t ON t.relation = 'payouts'
        AND (t.counterparty_id, t.key) = (o.counterparty_id, o.payout_key)
    JOIN matched m ON (m.relation, m.line_id) = (t.relation, t.line_id)
)
INSERT INTO break (id, kind, counterparty_id, programme_id, line_id, journal_id, position, account_code, amount_minor,
                   currency, value_on, run_id, opened_at, state)
SELECT {{id}}, 'amount_diff', c.id, c.programme_id, line_id, journal_id, position, account_code, more_minor, t.currency,
       booked_on, %(run)s, %(now)s, 'open'
FROM total t JOIN counterparty c ON c.id = t.counterparty_id
WHERE more_minor <> 0 AND NOT t.is_itemised AND NOT {TAKES_BACK}
ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)

# A second line under the number of a payout, or of its taking back, that the bank has shown already.
SECOND_PAYOUT: Final = f"""
EXISTS (
    SELECT FROM provider_total t JOIN operation o ON o.caller_id = t.counterparty_id AND o.key = {OPERATION_KEY}
    JOIN matched m ON m.journal_id = o.journal_id AND m.account_code = 1010
    WHERE l.counterparty_kind = 'bank' AND t.relation = 'payouts' AND t.direction <> l.direction
      AND (t.key = ANY(l.mentions) OR t.key IN (l.key, l.other_key)))
"""
