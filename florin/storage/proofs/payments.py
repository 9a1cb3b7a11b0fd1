"""Questions about payments through providers: is what they brought in and sent back what the book says?

Together they say of each provider that its receivable is what was credited, less what has gone back, until it settles.
Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

PAYMENTS: Final = """
WITH going_back AS (
    SELECT payment_id, sum(amount_minor) AS amount_minor FROM payment_refund WHERE status <> 'failed'
    GROUP BY payment_id
)
SELECT journal_id, p.id AS payment_id,
       CASE WHEN p.id IS NULL THEN 'a top-up, or a card sold online, in the book only'
            WHEN p.journal_id IS NOT NULL AND t.journal_id IS NULL THEN 'a credited payment without transfers'
            WHEN p.amount_minor <> t.amount_minor
            THEN concat('paid ', p.amount_minor, ', transfers credited ', t.amount_minor)
            WHEN (coalesce(p.card_id, p.member_id), p.provider_id, p.unit, p.programme_id)
              <> (t.credit_owner, t.debit_owner, t.unit, t.programme_id)
            THEN 'transfers of another card or member, provider, unit or programme'
            WHEN p.card_id IS NOT NULL AND p.face_minor - p.amount_minor <> coalesce(b.amount_minor, 0)
            THEN concat('sold ', p.face_minor - p.amount_minor, ' below its face, the programme gave ',
                        coalesce(b.amount_minor, 0))
            WHEN p.card_id IS DISTINCT FROM o.card_id AND (p.journal_id IS NOT NULL OR p.status = 'returned')
            THEN 'another card is kept for it than it has bought'
            WHEN p.refunded_minor <> coalesce(g.amount_minor, 0)
            THEN concat('refunded ', p.refunded_minor, ', its refunds send back ', coalesce(g.amount_minor, 0)) END
       AS detail
FROM payment p FULL JOIN (
    SELECT * FROM transfer WHERE event = 'top_up' OR (event = 'card_activated' AND debit_code = 1020)
) t USING (journal_id)
LEFT JOIN (
    SELECT journal_id AS given_with, amount_minor FROM transfer WHERE event = 'card_activated' AND credit_code = 2011
) b ON b.given_with = p.journal_id
LEFT JOIN going_back g ON g.payment_id = p.id
LEFT JOIN online_card o ON o.payment_id = p.id
"""

# A refund is a journal that takes the money out of the wallet, and another one if it has to be put back.
PAYMENT_REFUNDS: Final = """
WITH told AS (
    SELECT z.id, z.journal_id, 'top_up_refunded' AS event, z.member_id, p.provider_id, z.amount_minor, z.unit,
           z.programme_id
    FROM payment_refund z JOIN payment p ON p.id = z.payment_id WHERE z.journal_id IS NOT NULL
    UNION ALL
    SELECT z.id, z.put_back_journal_id, 'top_up_refund_failed', z.member_id, p.provider_id, z.amount_minor, z.unit,
           z.programme_id
    FROM payment_refund z JOIN payment p ON p.id = z.payment_id WHERE z.put_back_journal_id IS NOT NULL
), moved AS (
    SELECT journal_id, event, amount_minor, unit, programme_id,
           CASE event WHEN 'top_up_refunded' THEN debit_owner ELSE credit_owner END AS member_id,
           CASE event WHEN 'top_up_refunded' THEN credit_owner ELSE debit_owner END AS provider_id
    FROM transfer WHERE event IN ('top_up_refunded', 'top_up_refund_failed')
)
SELECT journal_id, r.id AS payment_refund_id,
       CASE WHEN r.id IS NULL THEN 'a refund of a payment in the book only'
            WHEN m.journal_id IS NULL THEN 'a refund of a payment without transfers'
            WHEN r.amount_minor <> m.amount_minor
            THEN concat('sent back ', r.amount_minor, ', transfers moved ', m.amount_minor)
            WHEN (r.event, r.member_id, r.provider_id, r.unit, r.programme_id)
              <> (m.event, m.member_id, m.provider_id, m.unit, m.programme_id)
            THEN 'transfers of another event, member, provider, unit or programme' END AS detail
FROM told r FULL JOIN moved m USING (journal_id)
"""
