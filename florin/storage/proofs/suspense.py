"""Questions about suspense: does it hold what nobody was found for, and has each line of a bank done one thing?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

ITEMS: Final = """
WITH told AS (
    SELECT id, journal_id, 'receipt_unidentified' AS event, amount_minor, unit, programme_id, counterparty_id
    FROM suspense_item
    UNION ALL
    SELECT i.id, r.journal_id, CASE r.kind WHEN 'assign' THEN 'suspense_assigned' ELSE 'payout_identified' END,
           r.amount_minor, r.unit, r.programme_id, i.counterparty_id
    FROM suspense_resolution r JOIN suspense_item i ON i.id = r.item_id WHERE r.journal_id IS NOT NULL
    UNION ALL
    SELECT y.item_id, j.journal_id, j.event, y.amount_minor, y.unit, y.programme_id,
           CASE WHEN j.event <> 'suspense_payout_settled' THEN y.counterparty_id END
    FROM suspense_payout y
    CROSS JOIN LATERAL (VALUES (y.paid_journal_id, 'suspense_sent_back'),
        (y.settled_journal_id, 'suspense_payout_settled'), (y.returned_journal_id, 'suspense_payout_returned'))
        AS j (journal_id, event)
    WHERE j.journal_id IS NOT NULL
), moved AS (
    SELECT journal_id, event, amount_minor, unit, programme_id,
           CASE 2070 WHEN debit_code THEN debit_owner WHEN credit_code THEN credit_owner END AS counterparty_id
    FROM transfer
    WHERE event IN ('receipt_unidentified', 'suspense_assigned', 'suspense_sent_back', 'suspense_payout_settled',
                    'suspense_payout_returned', 'payout_identified')
)
SELECT s.id AS suspense_item_id, journal_id,
       CASE WHEN s.id IS NULL THEN concat(event, ' in the book only')
            WHEN m.amount_minor IS NULL THEN concat('an item without transfers of ', event)
            WHEN (s.amount_minor, s.unit, s.programme_id) <> (m.amount_minor, m.unit, m.programme_id)
              OR s.counterparty_id IS DISTINCT FROM m.counterparty_id
            THEN concat('an item of ', s.amount_minor, ', transfers moved ', m.amount_minor,
                        ' or of another bank account') END AS detail
FROM told s FULL JOIN moved m USING (journal_id, event)
"""

# What is assigned, found to be a payout, or on its way back, does not stand there any more.
STANDING: Final = """
WITH stands AS (
    SELECT counterparty_id, sum(amount_minor) AS amount_minor FROM suspense_item i
    WHERE NOT EXISTS (SELECT FROM suspense_resolution r
                      WHERE r.item_id = i.id AND r.kind IN ('assign', 'payout') AND r.status = 'approved')
      AND NOT EXISTS (SELECT FROM suspense_payout y WHERE y.item_id = i.id AND y.status IN ('sent', 'settled'))
    GROUP BY counterparty_id
), book AS (
    SELECT owner_id AS counterparty_id,
           sum(CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END) AS amount_minor
    FROM entry WHERE code = 2070 GROUP BY owner_id
)
SELECT 2070 AS code, counterparty_id AS owner_id,
       CASE WHEN coalesce(s.amount_minor, 0) <> coalesce(b.amount_minor, 0)
            THEN concat('holds ', coalesce(b.amount_minor, 0), ', its open items are ',
                        coalesce(s.amount_minor, 0)) END AS detail
FROM stands s FULL JOIN book b USING (counterparty_id)
"""

# By the bank's reference, that of an operation of the programme: no line is both in suspense and something else.
LINES: Final = """
WITH caused AS (
    SELECT l.id AS statement_line_id, count(*) AS journals
    FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'bank'
    JOIN operation o ON o.caller_id = c.programme_id AND o.decline IS NULL
        AND o.key IN ('line ' || replace(l.id::text, '-', ''), 'line in suspense ' || replace(l.id::text, '-', ''))
    GROUP BY l.id
)
SELECT statement_line_id,
       CASE WHEN journals > 1 THEN concat(journals, ' journals of one line') END AS detail
FROM caused
UNION ALL
SELECT b.line_id, CASE WHEN t.journal_id IS NULL THEN 'stands for a journal that does not move the bank account' END
FROM booked_line b LEFT JOIN transfer t ON t.journal_id = b.journal_id AND 1010 IN (t.debit_code, t.credit_code)
WHERE b.journal_id IS NOT NULL
"""
