"""The question about balances that have ended: did exactly what was approved, and nothing else, leave its owner?

A single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# A line's posting stands under the key that its owner makes, its restoration under another.
BALANCE_ENDINGS: Final = """
WITH line AS (
    SELECT l.ending_id, l.owner_id, l.amount_minor, l.status, e.kind, e.status AS ending_status, e.programme_id,
           p.journal_id, r.journal_id AS restored_journal_id
    FROM balance_ending_line l JOIN balance_ending e ON e.id = l.ending_id
    LEFT JOIN operation p ON p.caller_id = l.ending_id AND p.key = replace(l.owner_id::text, '-', '')
    LEFT JOIN operation r ON r.caller_id = l.ending_id AND r.key = 'restore:' || replace(l.owner_id::text, '-', '')
), posted AS (
    SELECT *, CASE kind WHEN 'lapse' THEN 'balance_lapsed' ELSE 'balance_escheated' END AS event FROM line
    WHERE journal_id IS NOT NULL OR status IN ('ended', 'restored')
    UNION ALL
    SELECT ending_id, owner_id, amount_minor, status, kind, ending_status, programme_id, restored_journal_id, NULL,
           'lapsed_balance_restored'
    FROM line WHERE restored_journal_id IS NOT NULL OR status = 'restored'
)
SELECT journal_id, p.ending_id AS balance_ending_id,
       CASE WHEN p.ending_id IS NULL THEN concat(t.event, ' in the book only')
            WHEN t.journal_id IS NULL THEN concat('a line without transfers of ', p.event)
            WHEN p.ending_status NOT IN ('approved', 'finished') THEN 'carried out without an approval'
            WHEN (p.owner_id, p.amount_minor, p.programme_id) <> (t.strict_owner, t.amount_minor, t.programme_id)
            THEN concat('approved ', p.amount_minor, ', transfers moved ', t.amount_minor) END AS detail
FROM posted p FULL JOIN (
    SELECT * FROM transfer WHERE event IN ('balance_lapsed', 'balance_escheated', 'lapsed_balance_restored')
) t USING (journal_id)
"""
