"""Questions about the settlement of merchants and about payout files: does everything add up to its transfers?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# A statement is of one programme, merchant and business day, and so is a transfer of a merchant's trade. What the
# settlement itself has posted belongs to the statement that has posted it.
STATEMENTS: Final = """
WITH booked AS (
    SELECT statement_id,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'purchase'), 0) AS purchases_minor,
           -coalesce(sum(amount_minor) FILTER (WHERE event IN ('void', 'reversal')), 0) AS undone_minor,
           -coalesce(sum(amount_minor) FILTER (WHERE event = 'refund'), 0) AS refunds_minor,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'merchant_taken_over'), 0) AS taken_over_minor,
           coalesce(sum(amount_minor) FILTER (WHERE event = 'merchant_settled'), 0) AS settled_minor,
           coalesce(sum(amount_minor) FILTER (WHERE event IN ('merchant_paid', 'merchant_payout_returned')), 0)
               AS paid_minor
    FROM merchant_statement_transfer GROUP BY statement_id
), sent AS (
    SELECT statement_id, sum(amount_minor) AS paid_minor FROM merchant_payout
    WHERE status IN ('sent', 'settled') GROUP BY statement_id
)
SELECT s.id AS merchant_statement_id,
       CASE WHEN (s.purchases_minor, s.undone_minor, s.refunds_minor, s.taken_over_minor)
              <> (coalesce(b.purchases_minor, 0), coalesce(b.undone_minor, 0), coalesce(b.refunds_minor, 0),
                  coalesce(b.taken_over_minor, 0))
            THEN concat('says ', s.purchases_minor, ' - ', s.undone_minor, ' - ', s.refunds_minor, ' + ',
                        s.taken_over_minor, ', transfers moved ', coalesce(b.purchases_minor, 0), ' - ',
                        coalesce(b.undone_minor, 0), ' - ', coalesce(b.refunds_minor, 0), ' + ',
                        coalesce(b.taken_over_minor, 0))
            WHEN s.status = 'approved' AND coalesce(b.settled_minor, 0)
              <> s.fees_returned_minor - s.fees_minor + s.reserve_released_minor - s.reserve_kept_minor
                 - s.passed_on_minor - s.set_off_minor
            THEN concat('fees, reserve, what is set off and passed on are other ones than the ',
                        coalesce(b.settled_minor, 0),
                        ' that was posted')
            WHEN -coalesce(b.paid_minor, 0) <> coalesce(p.paid_minor, 0)
            THEN concat('payouts of ', coalesce(p.paid_minor, 0), ', transfers paid ', -coalesce(b.paid_minor, 0))
            WHEN s.carried_in_minor <> coalesce(e.carried_out_minor, 0)
            THEN concat('carries in ', s.carried_in_minor, ', the day before carried on ',
                        coalesce(e.carried_out_minor, 0)) END AS detail
FROM merchant_statement s
LEFT JOIN booked b ON b.statement_id = s.id
LEFT JOIN sent p ON p.statement_id = s.id
LEFT JOIN LATERAL (
    SELECT carried_out_minor FROM merchant_statement e
    WHERE e.programme_id = s.programme_id AND e.merchant_id = s.merchant_id AND e.business_date < s.business_date
    ORDER BY e.business_date DESC LIMIT 1) e ON true
"""

# Every transfer of a merchant's payable on a day that has its statements is in exactly one of them.
IN_ONE_STATEMENT: Final = """
WITH posted_by AS (
    SELECT journal_id, id AS statement_id FROM merchant_statement WHERE journal_id IS NOT NULL
    UNION ALL
    SELECT paid_journal_id, statement_id FROM merchant_payout WHERE paid_journal_id IS NOT NULL
    UNION ALL
    SELECT returned_journal_id, statement_id FROM merchant_payout WHERE returned_journal_id IS NOT NULL
)
SELECT t.journal_id, t.position,
       CASE WHEN s.id IS NULL AND j.statement_id IS NULL THEN 'in no statement'
            WHEN s.id IS NOT NULL AND j.statement_id IS NOT NULL THEN 'in two statements' END AS detail
FROM transfer t
LEFT JOIN settlement_progress g ON g.programme_id = t.programme_id
LEFT JOIN merchant_statement s
  ON s.programme_id = t.programme_id AND s.business_date = t.business_date
 AND s.merchant_id = CASE 2040 WHEN t.credit_code THEN t.credit_owner ELSE t.debit_owner END
 AND t.event IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over')
LEFT JOIN posted_by j ON j.journal_id = t.journal_id
WHERE 2040 IN (t.debit_code, t.credit_code)
  AND (t.business_date <= g.drafted_until
       OR t.event NOT IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over'))
"""

# What a merchant is owed is what its statements carry on and what they pay that is not on its way, besides what is not
# in an approved statement yet; its reserve is what they keep and have not given back.
MERCHANT_PAYABLE: Final = """
WITH owed AS (
    SELECT programme_id, merchant_id AS owner_id, 2040::smallint AS code, sum(amount_minor) AS amount_minor
    FROM (SELECT programme_id, merchant_id,
                 purchases_minor - undone_minor - refunds_minor + taken_over_minor AS amount_minor
          FROM merchant_statement
          UNION ALL
          SELECT programme_id, merchant_id,
                 fees_returned_minor - fees_minor + reserve_released_minor - reserve_kept_minor - passed_on_minor
                 - set_off_minor
          FROM merchant_statement WHERE status = 'approved'
          UNION ALL
          SELECT programme_id, merchant_id, -amount_minor FROM merchant_payout WHERE status IN ('sent', 'settled')
          UNION ALL
          SELECT t.programme_id, CASE 2040 WHEN credit_code THEN credit_owner ELSE debit_owner END,
                 CASE 2040 WHEN credit_code THEN amount_minor ELSE -amount_minor END
          FROM transfer t LEFT JOIN settlement_progress g ON g.programme_id = t.programme_id
          WHERE 2040 IN (debit_code, credit_code)
            AND event IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over')
            AND (g.drafted_until IS NULL OR t.business_date > g.drafted_until)) AS each
    GROUP BY programme_id, merchant_id
    UNION ALL
    SELECT s.programme_id, s.merchant_id, 2041::smallint, sum(s.reserve_kept_minor)
    FROM merchant_statement s LEFT JOIN merchant_statement r ON r.id = s.reserve_released_by
    WHERE s.status = 'approved' AND (r.id IS NULL OR r.status <> 'approved')
    GROUP BY s.programme_id, s.merchant_id
), booked AS (
    SELECT programme_id, owner_id, code,
           sum(CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END) AS amount_minor
    FROM entry WHERE code IN (2040, 2041) GROUP BY programme_id, owner_id, code
)
SELECT programme_id, code, owner_id,
       CASE WHEN coalesce(o.amount_minor, 0) <> coalesce(b.amount_minor, 0)
            THEN concat('statements say ', coalesce(o.amount_minor, 0), ', the book ',
                        coalesce(b.amount_minor, 0)) END AS detail
FROM owed o FULL JOIN booked b USING (programme_id, owner_id, code)
"""

# What a merchant owes for cards that it has sold is what its last statement says, and what no statement has yet.
MERCHANT_RECEIVABLE: Final = """
WITH owed AS (
    SELECT programme_id, merchant_id AS owner_id, sum(amount_minor) AS amount_minor
    FROM (SELECT programme_id, merchant_id, sold_minor - taken_back_minor - debt_paid_minor AS amount_minor
          FROM merchant_statement
          UNION ALL
          SELECT programme_id, merchant_id, -set_off_minor FROM merchant_statement WHERE status = 'approved'
          UNION ALL
          SELECT t.programme_id, CASE 1030 WHEN debit_code THEN debit_owner ELSE credit_owner END,
                 CASE 1030 WHEN debit_code THEN amount_minor ELSE -amount_minor END
          FROM transfer t LEFT JOIN settlement_progress g ON g.programme_id = t.programme_id
          WHERE 1030 IN (debit_code, credit_code) AND event IN ('card_activated', 'reversal', 'merchant_debt_paid')
            AND (g.drafted_until IS NULL OR t.business_date > g.drafted_until)) AS each
    GROUP BY programme_id, merchant_id
), booked AS (
    SELECT programme_id, owner_id, sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) AS amount_minor
    FROM entry WHERE code = 1030 GROUP BY programme_id, owner_id
), carried AS (
    SELECT programme_id, merchant_id AS owner_id,
           bool_or(receivable_in_minor <> coalesce(before_minor, 0)) AS is_broken
    FROM (SELECT programme_id, merchant_id, receivable_in_minor,
                 lag(receivable_out_minor) OVER (PARTITION BY programme_id, merchant_id ORDER BY business_date)
                     AS before_minor
          FROM merchant_statement) AS each
    GROUP BY programme_id, merchant_id
)
SELECT programme_id, 1030 AS code, owner_id,
       CASE WHEN coalesce(o.amount_minor, 0) <> coalesce(b.amount_minor, 0)
            THEN concat('statements say ', coalesce(o.amount_minor, 0), ' for cards, the book ',
                        coalesce(b.amount_minor, 0))
            WHEN c.is_broken THEN 'a statement does not go on from what was owed for cards before' END AS detail
FROM owed o FULL JOIN booked b USING (programme_id, owner_id) LEFT JOIN carried c USING (programme_id, owner_id)
"""

# What a merchant has paid by transfer of what it owes for cards is one journal each, of its day.
DEBT_PAYMENTS: Final = """
SELECT p.id AS merchant_debt_payment_id, journal_id,
       CASE WHEN p.id IS NULL THEN 'merchant_debt_paid in the book only'
            WHEN t.amount_minor IS NULL THEN 'a payment without its transfer'
            WHEN (p.amount_minor, p.unit, p.programme_id, p.merchant_id, p.business_date)
              <> (t.amount_minor, t.unit, t.programme_id, t.credit_owner, t.business_date)
            THEN concat('a payment of ', p.amount_minor, ' ', p.unit, ', its transfer moved ', t.amount_minor, ' ',
                        t.unit, ' or is of another merchant or day') END AS detail
FROM merchant_debt_payment p
FULL JOIN (SELECT * FROM transfer WHERE event = 'merchant_debt_paid') t USING (journal_id)
"""

# An approved statement is paid by the payouts that did not come back; each moved what its transfers say.
MERCHANT_PAYOUTS: Final = """
WITH told AS (
    SELECT id, paid_journal_id AS journal_id, 'merchant_paid' AS event, amount_minor, unit, programme_id, merchant_id
    FROM merchant_payout WHERE paid_journal_id IS NOT NULL
    UNION ALL
    SELECT id, settled_journal_id, 'merchant_payout_settled', amount_minor, unit, programme_id, NULL
    FROM merchant_payout WHERE settled_journal_id IS NOT NULL
    UNION ALL
    SELECT id, returned_journal_id, 'merchant_payout_returned', amount_minor, unit, programme_id, merchant_id
    FROM merchant_payout WHERE returned_journal_id IS NOT NULL
), moved AS (
    SELECT journal_id, event, amount_minor, unit, programme_id,
           CASE 2040 WHEN debit_code THEN debit_owner WHEN credit_code THEN credit_owner END AS merchant_id
    FROM transfer WHERE event IN ('merchant_paid', 'merchant_payout_settled', 'merchant_payout_returned')
)
SELECT p.id AS merchant_payout_id, NULL::uuid AS merchant_statement_id, journal_id,
       CASE WHEN p.id IS NULL THEN concat(event, ' in the book only')
            WHEN m.amount_minor IS NULL THEN concat('a payout without transfers of ', event)
            WHEN (p.amount_minor, p.unit, p.programme_id) <> (m.amount_minor, m.unit, m.programme_id)
              OR p.merchant_id IS DISTINCT FROM m.merchant_id
            THEN concat('a payout of ', p.amount_minor, ' ', p.unit, ', transfers moved ', m.amount_minor, ' ', m.unit,
                        ' or of another merchant') END AS detail
FROM told p FULL JOIN moved m USING (journal_id, event)
UNION ALL
SELECT NULL, s.id, NULL,
       CASE WHEN coalesce(sum(p.amount_minor), 0) <> CASE s.status WHEN 'approved' THEN s.payout_minor ELSE 0 END
            THEN concat('pays ', s.payout_minor, ', its payouts are ', coalesce(sum(p.amount_minor), 0)) END
FROM merchant_statement s LEFT JOIN merchant_payout p ON p.statement_id = s.id AND p.status <> 'returned'
GROUP BY s.id
"""

# What one programme passes on, the other has taken over: the same amount, of the same merchant, in one transaction.
TAKEN_OVER: Final = """
SELECT coalesce(s.taken_over_journal_id, t.journal_id) AS journal_id, s.id AS merchant_statement_id,
       CASE WHEN s.id IS NULL THEN 'taken over of no statement'
            WHEN t.journal_id IS NULL THEN concat('passes on ', s.passed_on_minor, ', nobody has taken it over')
            WHEN (s.acceptor_id, s.merchant_id, s.programme_id, s.unit)
              <> (t.programme_id, t.merchant_id, t.issuer_id, t.unit) OR s.passed_on_minor <> t.amount_minor
            THEN concat('passes on ', s.passed_on_minor, ', taken over were ', t.amount_minor,
                        ' or of another merchant or programme') END AS detail
FROM (SELECT * FROM merchant_statement WHERE status = 'approved' AND passed_on_minor <> 0) s
FULL JOIN (
    SELECT journal_id, programme_id, unit,
           CASE 2040 WHEN credit_code THEN amount_minor ELSE -amount_minor END AS amount_minor,
           CASE 2040 WHEN credit_code THEN credit_owner ELSE debit_owner END AS merchant_id,
           CASE 1040 WHEN credit_code THEN credit_owner ELSE debit_owner END AS issuer_id
    FROM transfer WHERE event = 'merchant_taken_over') t ON t.journal_id = s.taken_over_journal_id
"""

# What a programme owes another one is what that one has coming from it, in both their books and at any time.
BETWEEN_PROGRAMMES: Final = """
WITH side AS (
    SELECT programme_id AS debtor_id, owner_id AS creditor_id, unit, 'owes' AS side,
           CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END AS amount_minor
    FROM entry WHERE code = 2080
    UNION ALL
    SELECT owner_id, programme_id, unit, 'has coming', CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END
    FROM entry WHERE code = 1040
), pair AS (
    SELECT debtor_id, creditor_id, unit,
           coalesce(sum(amount_minor) FILTER (WHERE side = 'owes'), 0) AS owes_minor,
           coalesce(sum(amount_minor) FILTER (WHERE side = 'has coming'), 0) AS coming_minor
    FROM side GROUP BY debtor_id, creditor_id, unit
)
SELECT debtor_id AS programme_id, 2080 AS code, creditor_id AS owner_id, unit,
       CASE WHEN owes_minor <> coming_minor
            THEN concat('owes ', owes_minor, ', the other has ', coming_minor, ' coming') END AS detail
FROM pair
"""

# A payout is in one file at most, and a file pays out what it says.
PAYOUT_FILES: Final = """
WITH payout AS (
    SELECT file_id, id, amount_minor, status FROM closure_payout WHERE file_id IS NOT NULL
    UNION ALL
    SELECT file_id, id, amount_minor, status FROM merchant_payout WHERE file_id IS NOT NULL
    UNION ALL
    SELECT file_id, id, amount_minor, status FROM netting_payout WHERE file_id IS NOT NULL
    UNION ALL
    SELECT file_id, id, amount_minor, status FROM suspense_payout WHERE file_id IS NOT NULL
)
SELECT f.id AS payout_file_id,
       CASE WHEN count(p.id) <> f.payouts OR coalesce(sum(p.amount_minor), 0) <> f.total_minor
            THEN concat('lists ', f.payouts, ' payments of ', f.total_minor, ', has ', count(p.id), ' of ',
                        coalesce(sum(p.amount_minor), 0))
            WHEN f.finished_at IS NOT NULL AND bool_or(p.status = 'due')
            THEN 'finished with payments that are not posted' END AS detail
FROM payout_file f LEFT JOIN payout p ON p.file_id = f.id
GROUP BY f.id
"""
