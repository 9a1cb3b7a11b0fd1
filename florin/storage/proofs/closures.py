"""Questions about closures: is what was kept, added, owed, sent and returned what the book says?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# A closure is up to two journals: what it keeps at its request, and what its decision puts back or adds.
CLOSURES: Final = """
WITH told AS (
    SELECT id, journal_id, 'closure_requested' AS event, owner_id, unit, programme_id, principal_minor AS amount_minor
    FROM closure WHERE journal_id IS NOT NULL
    UNION ALL
    SELECT id, decided_journal_id, 'closure_' || status, owner_id, unit, programme_id,
           CASE status WHEN 'cancelled' THEN principal_minor ELSE added_minor END
    FROM closure WHERE decided_journal_id IS NOT NULL
), booked AS (
    SELECT journal_id, event, min(strict_owner::text)::uuid AS owner_id, min(unit) AS unit,
           min(programme_id::text)::uuid AS programme_id,
           coalesce(sum(amount_minor) FILTER (WHERE 2050 IN (debit_code, credit_code)), 0) AS amount_minor
    FROM transfer WHERE event IN ('closure_requested', 'closure_cancelled', 'closure_approved')
    GROUP BY journal_id, event
)
SELECT journal_id, t.id AS closure_id,
       CASE WHEN t.id IS NULL THEN concat(event, ' in the book only')
            WHEN b.amount_minor IS NULL THEN concat('a closure without transfers of ', event)
            WHEN t.amount_minor <> b.amount_minor
            THEN concat('says ', t.amount_minor, ', transfers moved ', b.amount_minor)
            WHEN (t.owner_id, t.unit, t.programme_id) <> (b.owner_id, b.unit, b.programme_id)
            THEN 'transfers of another account, unit or programme' END AS detail
FROM told t FULL JOIN booked b USING (journal_id, event)
"""

# Whatever was put on the account of closures to be paid is owed by one payout: the closure's own, one for each refund
# that came later, one for each payout that came back.
OWED: Final = """
WITH put AS (
    SELECT coalesce(journal_id, decided_journal_id) AS journal_id, 'closure' AS cause,
           principal_minor + added_minor AS amount_minor
    FROM closure WHERE status = 'approved' AND principal_minor + added_minor > 0
    UNION ALL
    SELECT journal_id, CASE WHEN event = 'closure_returned' THEN 'returned' ELSE 'given_back' END, sum(amount_minor)
    FROM transfer WHERE credit_code = 2050 AND event IN ('refund', 'void', 'reversal', 'closure_returned')
    GROUP BY journal_id, event
)
SELECT coalesce(p.source_journal_id, put.journal_id) AS journal_id, p.id AS closure_payout_id,
       CASE WHEN p.id IS NULL THEN concat(put.amount_minor, ' was put aside and is owed to nobody')
            WHEN put.journal_id IS NULL THEN 'a payout of what nobody has put aside'
            WHEN p.amount_minor <> put.amount_minor OR p.cause <> put.cause
            THEN concat('owes ', p.amount_minor, ' by ', p.cause, ', put aside ', put.amount_minor,
                        ' by ', put.cause) END AS detail
FROM closure_payout p FULL JOIN put ON put.journal_id = p.source_journal_id
"""

PAYOUTS: Final = """
WITH told AS (
    SELECT id, paid_journal_id AS journal_id, 'closure_paid' AS event, amount_minor, unit, programme_id
    FROM closure_payout WHERE paid_journal_id IS NOT NULL
    UNION ALL
    SELECT id, settled_journal_id, 'closure_settled', amount_minor, unit, programme_id
    FROM closure_payout WHERE settled_journal_id IS NOT NULL
    UNION ALL
    SELECT id, returned_journal_id, 'closure_returned', amount_minor, unit, programme_id
    FROM closure_payout WHERE returned_journal_id IS NOT NULL
)
SELECT journal_id, p.id AS closure_payout_id,
       CASE WHEN p.id IS NULL THEN concat(event, ' in the book only')
            WHEN t.amount_minor IS NULL THEN concat('a payout without transfers of ', event)
            WHEN (p.amount_minor, p.unit, p.programme_id) <> (t.amount_minor, t.unit, t.programme_id)
            THEN concat('a payout of ', p.amount_minor, ' ', p.unit, ', transfers moved ', t.amount_minor,
                        ' ', t.unit) END AS detail
FROM told p FULL JOIN (
    SELECT * FROM transfer WHERE event IN ('closure_paid', 'closure_settled', 'closure_returned')) t
  USING (journal_id, event)
"""

# The account of closures holds what open closures keep and what is owed and not sent; nothing else, and nothing less.
CLOSURE_PAYABLE: Final = """
WITH kept AS (
    SELECT programme_id, unit, sum(amount_minor) AS amount_minor
    FROM (SELECT programme_id, unit, principal_minor AS amount_minor FROM closure
          WHERE status IN ('requested', 'verified')
          UNION ALL
          SELECT programme_id, unit, amount_minor FROM closure_payout
          WHERE status IN ('account_needed', 'proposed', 'due')) AS each
    GROUP BY programme_id, unit
), booked AS (
    SELECT programme_id, unit, sum(CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END) AS amount_minor
    FROM entry WHERE code = 2050 GROUP BY programme_id, unit
)
SELECT programme_id, unit,
       CASE WHEN coalesce(k.amount_minor, 0) <> coalesce(b.amount_minor, 0)
            THEN concat('closures keep and owe ', coalesce(k.amount_minor, 0), ', the book says ',
                        coalesce(b.amount_minor, 0)) END AS detail
FROM kept k FULL JOIN booked b USING (programme_id, unit)
"""
