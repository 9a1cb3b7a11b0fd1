"""The entries of our book that somebody else must have on a statement, with the references that both sides know.

They are read from the transfers and from the records of what each transfer was for, never from the code that posts.
"""

from typing import Final

from florin.storage.connect import Connection

# A day that was sealed before the last run began had been taken up whole by that run: nothing joins it any more.
# What is paid through a provider bears the id of its payment or refund there; what the bank pays, the id of its payout.
TAKE_UP: Final = """
WITH open_days AS (
    SELECT p.id AS programme_id, coalesce((
        SELECT max(s.business_date) FROM sealed_day s
        WHERE s.programme_id = p.id
          AND s.sealed_at < (SELECT max(r.began_at) FROM match_run r WHERE r.finished_at IS NOT NULL)), '-infinity')
        AS taken_up_to
    FROM programme p
), moved AS (
    SELECT t.journal_id, t.position, side.code, side.owner_id, side.direction, t.amount_minor, t.unit, t.business_date
    FROM open_days o
    JOIN transfer t ON t.programme_id = o.programme_id AND t.business_date > o.taken_up_to
    CROSS JOIN LATERAL (VALUES (t.debit_code, t.debit_owner, 'in'), (t.credit_code, t.credit_owner, 'out'))
        AS side (code, owner_id, direction)
    WHERE side.code IN (1010, 1020)
), known AS (
    SELECT journal_id, replace(id::text, '-', '') AS key, provider_reference AS other_key FROM payment
    UNION ALL SELECT journal_id, replace(id::text, '-', ''), provider_reference FROM payment_refund
    UNION ALL SELECT put_back_journal_id, replace(id::text, '-', ''), provider_reference FROM payment_refund
    UNION ALL SELECT journal_id, payment_reference, bank_reference FROM receipt
    UNION ALL SELECT paid_journal_id, replace(id::text, '-', ''), bank_reference FROM funding_refund
    UNION ALL SELECT settled_journal_id, replace(id::text, '-', ''), bank_reference FROM closure_payout
    UNION ALL SELECT returned_journal_id, replace(id::text, '-', ''), bank_reference FROM closure_payout
    UNION ALL SELECT settled_journal_id, replace(id::text, '-', ''), bank_reference FROM merchant_payout
    UNION ALL SELECT returned_journal_id, replace(id::text, '-', ''), bank_reference FROM merchant_payout
)
INSERT INTO book_item (journal_id, position, account_code, owner_id, direction, amount_minor, currency, business_date,
                       key, other_key)
SELECT m.journal_id, m.position, m.code, m.owner_id, m.direction, m.amount_minor, m.unit, m.business_date, k.key,
       k.other_key
FROM moved m LEFT JOIN known k ON k.journal_id = m.journal_id
ON CONFLICT DO NOTHING
"""


async def take_up_items(connection: Connection) -> int:
    """Take up what has been posted to bank and provider accounts since the last finished run; how much that is."""
    return (await connection.execute(TAKE_UP)).rowcount
