"""Questions about netting between programmes: does each statement add up, and what is left open between two?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# A netting statement is the sum of the merchants' statements that it has, and of the payouts that came back into it.
NETTINGS: Final = """
WITH part AS (
    SELECT netting_id, programme_id AS debtor_id, acceptor_id AS creditor_id, passed_on_minor AS amount_minor,
           1 AS statements
    FROM merchant_statement WHERE netting_id IS NOT NULL
    UNION ALL
    SELECT carried_into, programme_id, creditor_id, amount_minor, 0 FROM netting_payout WHERE carried_into IS NOT NULL
), summed AS (
    SELECT n.id, coalesce(sum(p.statements), 0) AS statements,
           coalesce(sum(p.amount_minor) FILTER (WHERE p.debtor_id = n.first_id), 0) AS first_minor,
           coalesce(sum(p.amount_minor) FILTER (WHERE p.debtor_id = n.second_id), 0) AS second_minor,
           coalesce(bool_and((p.debtor_id, p.creditor_id)
                             IN ((n.first_id, n.second_id), (n.second_id, n.first_id))), true) AS is_of_pair
    FROM netting_statement n LEFT JOIN part p ON p.netting_id = n.id GROUP BY n.id
)
SELECT n.id AS netting_statement_id,
       CASE WHEN NOT s.is_of_pair THEN 'holds what is owed between other programmes'
            WHEN (n.statements, n.first_owes_minor, n.second_owes_minor)
              <> (s.statements, s.first_minor, s.second_minor)
            THEN concat('says ', n.first_owes_minor, ' against ', n.second_owes_minor, ', its parts are ',
                        s.first_minor, ' against ', s.second_minor)
            WHEN n.status = 'approved' AND n.net_minor <> coalesce(y.amount_minor, 0)
            THEN concat('leaves ', n.net_minor, ', its payout is ', coalesce(y.amount_minor, 0))
            WHEN y.id IS NOT NULL AND (n.status <> 'approved' OR y.programme_id <> n.debtor_id
                                       OR y.creditor_id NOT IN (n.first_id, n.second_id) OR y.unit <> n.unit)
            THEN 'its payout is not what it says' END AS detail
FROM netting_statement n JOIN summed s USING (id) LEFT JOIN netting_payout y ON y.netting_id = n.id
"""

# Whatever netting has posted is a journal of one statement or payout, each at its amount and in its book.
NETTING_JOURNALS: Final = """
WITH told AS (
    SELECT id, first_journal_id AS journal_id, 'programmes_netted' AS event, first_id AS programme_id,
           offset_minor AS amount_minor, unit FROM netting_statement WHERE first_journal_id IS NOT NULL
    UNION ALL
    SELECT id, second_journal_id, 'programmes_netted', second_id, offset_minor, unit
    FROM netting_statement WHERE second_journal_id IS NOT NULL
    UNION ALL
    SELECT id, paid_journal_id, 'netting_paid', programme_id, amount_minor, unit
    FROM netting_payout WHERE paid_journal_id IS NOT NULL
    UNION ALL
    SELECT id, settled_journal_id, 'netting_settled', programme_id, amount_minor, unit
    FROM netting_payout WHERE settled_journal_id IS NOT NULL
    UNION ALL
    SELECT id, received_journal_id, 'netting_settled', creditor_id, amount_minor, unit
    FROM netting_payout WHERE received_journal_id IS NOT NULL
    UNION ALL
    SELECT id, returned_journal_id, 'netting_returned', programme_id, amount_minor, unit
    FROM netting_payout WHERE returned_journal_id IS NOT NULL
), moved AS (
    SELECT journal_id, event, programme_id, unit,
           CASE WHEN event = 'programmes_netted' AND debit_code = 1040 THEN -amount_minor ELSE amount_minor END
               AS amount_minor
    FROM transfer
    WHERE event IN ('programmes_netted', 'netting_settled')
       OR (event IN ('netting_paid', 'netting_returned') AND 2080 IN (debit_code, credit_code))
)
SELECT journal_id, n.id AS netting_statement_id,
       CASE WHEN n.id IS NULL THEN concat(event, ' in the book only')
            WHEN m.amount_minor IS NULL THEN concat('says ', event, ', which is not in the book')
            WHEN (n.programme_id, n.amount_minor, n.unit) <> (m.programme_id, m.amount_minor, m.unit)
            THEN concat(event, ' of ', n.amount_minor, ' ', n.unit, ', the book moved ', m.amount_minor, ' ', m.unit,
                        ' or in another book') END AS detail
FROM told n FULL JOIN moved m USING (journal_id, event)
"""

# What is open between two programmes: what statements have passed on, less what was set off and is paid.
OPEN_BETWEEN_PROGRAMMES: Final = """
WITH said AS (
    SELECT debtor_id, creditor_id, sum(amount_minor) AS amount_minor
    FROM (SELECT programme_id AS debtor_id, acceptor_id AS creditor_id, passed_on_minor AS amount_minor
          FROM merchant_statement WHERE status = 'approved' AND passed_on_minor <> 0
          UNION ALL
          SELECT first_id, second_id, -offset_minor FROM netting_statement WHERE status = 'approved'
          UNION ALL
          SELECT second_id, first_id, -offset_minor FROM netting_statement WHERE status = 'approved'
          UNION ALL
          SELECT programme_id, creditor_id, -amount_minor FROM netting_payout WHERE status IN ('sent', 'settled'))
         AS each
    GROUP BY debtor_id, creditor_id
), booked AS (
    SELECT programme_id AS debtor_id, owner_id AS creditor_id,
           sum(CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END) AS amount_minor
    FROM entry WHERE code = 2080 GROUP BY programme_id, owner_id
)
SELECT debtor_id AS programme_id, 2080 AS code, creditor_id AS owner_id,
       CASE WHEN coalesce(s.amount_minor, 0) <> coalesce(b.amount_minor, 0)
            THEN concat('statements leave ', coalesce(s.amount_minor, 0), ', the book ',
                        coalesce(b.amount_minor, 0)) END AS detail
FROM said s FULL JOIN booked b USING (debtor_id, creditor_id)
"""
