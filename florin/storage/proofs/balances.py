"""Questions about amounts: do transfers, running counters and sealed totals tell the same story?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# What reports show: strict counters, and for flow accounts the last sealed totals and the transfers since.
# Each part is summed up where it is read, so that the book is never gathered up row by row.
TRIAL_BALANCE: Final = """
WITH sealed AS (
    SELECT programme_id, max(business_date) AS last_day FROM sealed_day WHERE seal IS NOT NULL GROUP BY programme_id
), balance AS (
    SELECT f.programme_id, f.unit, sum(f.debits_minor - f.credits_minor) AS debit_minor
    FROM flow_balance f JOIN sealed s ON s.programme_id = f.programme_id AND s.last_day = f.business_date
    GROUP BY f.programme_id, f.unit
    UNION ALL
    SELECT t.programme_id, t.unit,
           sum(CASE WHEN debit_code <> ALL (%(strict)s) THEN amount_minor ELSE 0 END
             - CASE WHEN credit_code <> ALL (%(strict)s) THEN amount_minor ELSE 0 END)
    FROM transfer t LEFT JOIN sealed s ON s.programme_id = t.programme_id
    WHERE s.last_day IS NULL OR t.business_date > s.last_day
    GROUP BY t.programme_id, t.unit
    UNION ALL
    SELECT programme_id, unit, -sum(balance_minor) FROM strict_account GROUP BY programme_id, unit
)
SELECT programme_id, unit,
       CASE WHEN sum(debit_minor) <> 0 THEN concat('debits exceed credits by ', sum(debit_minor)) END AS detail
FROM balance GROUP BY programme_id, unit
"""

PERMITTED_POSTINGS: Final = """
WITH permitted (event, debit_code, credit_code) AS (
    SELECT * FROM unnest(%(permitted_events)s::text[], %(permitted_debits)s::int[], %(permitted_credits)s::int[])
), own_unit (code, unit) AS (
    SELECT * FROM unnest(%(own_unit_codes)s::int[], %(own_units)s::text[])
)
SELECT t.journal_id, t.position,
       CASE WHEN p.event IS NULL THEN concat(t.event, ' may not post ', t.debit_code, ' to ', t.credit_code)
            WHEN coalesce(u.unit, g.unit) IS DISTINCT FROM t.unit
            THEN concat('unit ', t.unit, ' is not that of the account')
            WHEN t.amount_minor <= 0 THEN concat('amount ', t.amount_minor, ' is not positive') END AS detail
FROM transfer t
LEFT JOIN permitted p USING (event, debit_code, credit_code)
LEFT JOIN programme g ON g.id = t.programme_id
LEFT JOIN own_unit u ON u.code = t.debit_code
"""

FLOW_BALANCES: Final = """
WITH movement AS (
    SELECT programme_id, business_date, code, owner_id, unit,
           sum(amount_minor) FILTER (WHERE side = 'debit') AS debits_minor,
           sum(amount_minor) FILTER (WHERE side = 'credit') AS credits_minor
    FROM entry WHERE code <> ALL (%(strict)s)
    GROUP BY programme_id, business_date, code, owner_id, unit
), account AS (
    SELECT DISTINCT programme_id, code, owner_id, unit FROM movement
), expected AS (
    SELECT programme_id, d.business_date, a.code, a.owner_id, a.unit,
           sum(m.debits_minor) OVER account_until_day AS debits_minor,
           sum(m.credits_minor) OVER account_until_day AS credits_minor
    FROM sealed_day d JOIN account a USING (programme_id)
    LEFT JOIN movement m USING (programme_id, business_date, code, owner_id, unit)
    WHERE d.seal IS NOT NULL
    WINDOW account_until_day AS (PARTITION BY programme_id, a.code, a.owner_id, a.unit ORDER BY d.business_date)
)
SELECT programme_id, business_date, code, owner_id, unit,
       CASE WHEN coalesce(f.debits_minor, 0) <> coalesce(e.debits_minor, 0)
              OR coalesce(f.credits_minor, 0) <> coalesce(e.credits_minor, 0)
            THEN concat('sealed ', coalesce(f.debits_minor, 0), ' debit and ', coalesce(f.credits_minor, 0),
                        ' credit, transfers say ', coalesce(e.debits_minor, 0), ' and ',
                        coalesce(e.credits_minor, 0)) END AS detail
FROM flow_balance f FULL JOIN expected e USING (programme_id, business_date, code, owner_id, unit)
"""

POSTING_TOTALS: Final = """
WITH moved AS (
    SELECT programme_id, business_date, event, debit_code, credit_code, unit,
           count(*) FILTER (WHERE position = 0) AS journals, sum(amount_minor) AS amount_minor
    FROM transfer JOIN sealed_day d USING (programme_id, business_date)
    WHERE d.seal IS NOT NULL
    GROUP BY programme_id, business_date, event, debit_code, credit_code, unit
)
SELECT programme_id, business_date, event, concat(debit_code, '>', credit_code) AS accounts, unit,
       CASE WHEN p.amount_minor IS DISTINCT FROM m.amount_minor OR p.journals IS DISTINCT FROM m.journals
            THEN concat('sealed ', coalesce(p.amount_minor, 0), ' in ', coalesce(p.journals, 0),
                        ' journals, transfers say ', coalesce(m.amount_minor, 0), ' in ', coalesce(m.journals, 0),
                        ' journals') END AS detail
FROM posting_total p FULL JOIN moved m USING (programme_id, business_date, event, debit_code, credit_code, unit)
"""

STRICT_BALANCES: Final = """
WITH book AS (
    SELECT strict_owner AS owner_id, strict_code AS code,
           sum(CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END) AS sum_minor,
           count(*) AS transfers,
           (max(ARRAY[strict_sequence, balance_after_minor]))[2] AS last_balance_minor
    FROM transfer WHERE strict_owner IS NOT NULL
    GROUP BY strict_owner, strict_code
)
SELECT code, owner_id,
       CASE WHEN a.unit IS NULL THEN 'transfers without an account'
            WHEN a.balance_minor <> coalesce(b.sum_minor, 0)
            THEN concat('balance ', a.balance_minor, ', transfers sum to ', coalesce(b.sum_minor, 0))
            WHEN a.balance_minor <> coalesce(b.last_balance_minor, 0)
            THEN concat('balance ', a.balance_minor, ', last transfer leaves ', b.last_balance_minor)
            WHEN a.sequence <> coalesce(b.transfers, 0)
            THEN concat('sequence ', a.sequence, ', but ', coalesce(b.transfers, 0), ' transfers') END AS detail
FROM strict_account a FULL JOIN book b USING (owner_id, code)
"""

STATEMENTS: Final = """
SELECT journal_id, position, strict_code AS code, strict_owner AS owner_id,
       CASE WHEN strict_sequence <> lag(strict_sequence, 1, 0::bigint) OVER statement + 1
            THEN concat('number ', strict_sequence, ' follows ', lag(strict_sequence, 1, 0::bigint) OVER statement)
            WHEN balance_after_minor <> lag(balance_after_minor, 1, 0::bigint) OVER statement
                 + CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END
            THEN concat(CASE WHEN credit_code = strict_code THEN 'credit' ELSE 'debit' END, ' of ', amount_minor,
                        ' leads from ', lag(balance_after_minor, 1, 0::bigint) OVER statement,
                        ' to ', balance_after_minor) END AS detail
FROM transfer WHERE strict_owner IS NOT NULL
WINDOW statement AS (PARTITION BY strict_owner, strict_code ORDER BY strict_sequence)
"""

NOTHING_OVERSPENT: Final = """
SELECT code, owner_id,
       CASE WHEN balance_minor < 0 OR held_minor < 0 OR balance_minor < held_minor
            THEN concat('balance ', balance_minor, ', held ', held_minor) END AS detail
FROM strict_account
"""

# Value passes through a clearing account within one journal, so each journal must leave it as it was.
CLEARING: Final = """
SELECT journal_id, programme_id, code, owner_id, unit,
       CASE WHEN sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0
            THEN concat('the journal leaves ', sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END),
                        ' on a clearing account') END AS detail
FROM entry WHERE code = ANY (%(clearing)s)
GROUP BY journal_id, programme_id, code, owner_id, unit
"""

# What came in from banks, tills, providers and promotions less what is due to merchants, by transfers alone.
ROLL_FORWARD: Final = """
WITH history AS (
    SELECT programme_id, unit,
           sum(CASE WHEN debit_code <> ALL (%(strict)s) THEN amount_minor ELSE 0 END
             - CASE WHEN credit_code <> ALL (%(strict)s) THEN amount_minor ELSE 0 END) AS liability_minor
    FROM transfer GROUP BY programme_id, unit
), counters AS (
    SELECT programme_id, unit, sum(balance_minor) AS liability_minor FROM strict_account GROUP BY programme_id, unit
)
SELECT programme_id, unit,
       CASE WHEN coalesce(h.liability_minor, 0) <> coalesce(c.liability_minor, 0)
            THEN concat('history leads to ', coalesce(h.liability_minor, 0), ', balances stand at ',
                        coalesce(c.liability_minor, 0)) END AS detail
FROM history h FULL JOIN counters c USING (programme_id, unit)
"""
