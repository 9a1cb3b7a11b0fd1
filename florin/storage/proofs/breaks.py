"""The question about differences that were put right: was each posting agreed on, as it is in the book?"""

from typing import Final

ADJUSTMENTS: Final = """
WITH agreed AS (
    SELECT p.journal_id, p.break_id, p.state, p.amount_minor, p.debit_code, p.debit_owner, p.credit_code,
           p.credit_owner, b.currency, b.programme_id,
           CASE p.kind WHEN 'write_off' THEN 'written_off' ELSE 'posted' END AS ends_as, b.state AS break_state
    FROM break_proposal p JOIN break b ON b.id = p.break_id
    WHERE p.journal_id IS NOT NULL OR (p.state = 'approved' AND p.kind <> 'explain')
)
SELECT journal_id, a.break_id,
       CASE WHEN a.break_id IS NULL THEN 'a difference was put right that nobody has agreed on'
            WHEN t.journal_id IS NULL THEN 'agreed on, and not in the book'
            WHEN a.state <> 'approved' THEN concat('posted, and the proposal is ', a.state)
            WHEN a.break_state <> a.ends_as THEN concat('posted, and the break is ', a.break_state)
            WHEN t.position > 0 OR (t.amount_minor, t.unit, t.programme_id, t.debit_code, t.debit_owner, t.credit_code,
                                    t.credit_owner)
                 <> (a.amount_minor, a.currency, a.programme_id, a.debit_code, a.debit_owner, a.credit_code,
                     a.credit_owner)
            THEN concat('agreed on ', a.amount_minor, ' from ', a.credit_code, ' to ', a.debit_code,
                        ', transfers moved ', t.amount_minor, ' from ', t.credit_code, ' to ', t.debit_code) END
       AS detail
FROM agreed a FULL JOIN (SELECT * FROM transfer WHERE event = 'difference_adjusted') t USING (journal_id)
"""
