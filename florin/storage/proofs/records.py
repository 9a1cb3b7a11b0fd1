"""Questions about what stands beside the book: cards, members, holds, operations, purchases and what was given back.

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

HOLDS: Final = """
WITH reserved AS (
    SELECT owner_id, code, sum(amount_minor) AS held_minor
    FROM hold, LATERAL (VALUES
        (CASE owner_kind WHEN 'card' THEN 2010 ELSE 2020 END::smallint, principal_minor),
        (CASE owner_kind WHEN 'card' THEN 2011 ELSE 2021 END::smallint, bonus_minor)) AS lot (code, amount_minor)
    WHERE status = 'open' AND amount_minor > 0
    GROUP BY owner_id, code
    UNION ALL
    -- A customer's funding is held by orders whose cards are not all activated, and by refunds not yet approved.
    SELECT customer_id, 2030::smallint, sum(amount_minor)
    FROM (SELECT customer_id, reserved_minor AS amount_minor FROM corporate_order WHERE reserved_minor > 0
          UNION ALL
          SELECT customer_id, amount_minor FROM funding_refund WHERE status = 'requested') AS kept
    GROUP BY customer_id
    UNION ALL
    -- The bonus of an account that is being closed is held until the closure is decided.
    SELECT owner_id, CASE owner_kind WHEN 'card' THEN 2011 ELSE 2021 END::smallint, bonus_minor
    FROM closure WHERE status IN ('requested', 'verified') AND bonus_minor > 0
)
SELECT code, owner_id,
       CASE WHEN coalesce(a.held_minor, 0) <> coalesce(r.held_minor, 0)
            THEN concat('held ', coalesce(a.held_minor, 0), ', open holds reserve ',
                        coalesce(r.held_minor, 0)) END AS detail
FROM strict_account a FULL JOIN reserved r USING (owner_id, code)
"""

# Only an active card is worth anything; no value belongs to nobody.
OWNERS: Final = """
WITH account AS (
    SELECT owner_id, programme_id, code IN (2010, 2011) AS is_card,
           sum(balance_minor) AS balance_minor, sum(held_minor) AS held_minor
    FROM strict_account WHERE code IN (2010, 2011, 2020, 2021, 2120, 2130)
    GROUP BY owner_id, programme_id, code IN (2010, 2011)
)
SELECT coalesce(c.id, a.owner_id) AS card_id, NULL::uuid AS member_id,
       CASE WHEN c.id IS NULL THEN 'an account without a card of its programme'
            WHEN a.owner_id IS NULL THEN 'a card without an account of its programme'
            WHEN c.status NOT IN ('active', 'closing') AND (a.balance_minor <> 0 OR a.held_minor <> 0)
            THEN concat('a card that is ', c.status, ' has ', a.balance_minor, ', held ', a.held_minor) END AS detail
FROM card c FULL JOIN (SELECT * FROM account WHERE is_card) a ON a.owner_id = c.id AND a.programme_id = c.programme_id
UNION ALL
SELECT NULL, coalesce(m.id, a.owner_id),
       CASE WHEN m.id IS NULL THEN 'an account without a member of its programme'
            WHEN a.owner_id IS NULL THEN 'a member without an account of its programme'
            WHEN m.status = 'closed' AND (a.balance_minor <> 0 OR a.held_minor <> 0)
            THEN concat('a closed member has ', a.balance_minor, ', held ', a.held_minor) END
FROM member m FULL JOIN (SELECT * FROM account WHERE NOT is_card) a
  ON a.owner_id = m.id AND a.programme_id = m.programme_id
"""

# Each transfer after the first is compared with the one before it, so that no journal needs to be gathered up.
WHOLE_JOURNALS: Final = """
SELECT t.journal_id, t.position,
       CASE WHEN b.journal_id IS NULL THEN concat('no transfer at position ', t.position - 1)
            WHEN (t.event, t.programme_id, t.business_date, t.event_at, t.posted_at)
              <> (b.event, b.programme_id, b.business_date, b.event_at, b.posted_at)
              OR t.reverses_journal_id IS DISTINCT FROM b.reverses_journal_id
            THEN 'differs from the transfer before in event, programme, time or what it reverses' END AS detail
FROM transfer t LEFT JOIN transfer b ON b.journal_id = t.journal_id AND b.position = t.position - 1
WHERE t.position <> 0
"""

# What a reversal announces depends on what it undoes: a purchase (a merchant gives back), or the sale of a card.
# The names are ordered for speed alone: the server then sorts the events instead of keeping every list in memory.
OPERATIONS: Final = """
WITH journal AS (
    SELECT journal_id, event, debit_code = 2040 AS gives_back FROM transfer WHERE position = 0
), asked AS (
    SELECT journal_id, count(*) AS operations, bool_or(decline IS NOT NULL) AS declined
    FROM operation WHERE journal_id IS NOT NULL GROUP BY journal_id
), announced AS (
    SELECT journal_id, array_agg(name ORDER BY name) AS names
    FROM outbox WHERE journal_id IS NOT NULL GROUP BY journal_id
), announcement (event, gives_back, name) AS (
    VALUES ('card_activated', false, 'card.activated'), ('card_redeemed', false, 'card.redeemed'),
           ('card_replaced', false, 'card.replaced'), ('top_up', false, 'top_up.completed'),
           ('funding_received', false, 'funding.received'), ('funding_refunded', false, 'funding.refunded'),
           ('funding_refund_paid', false, 'funding.refund_paid'),
           ('top_up_refunded', false, 'top_up.refunded'), ('top_up_refund_failed', false, 'top_up.refund_failed'),
           ('merchant_settled', true, 'merchant.settled'), ('merchant_settled', false, 'merchant.settled'),
           ('merchant_taken_over', true, 'merchant.taken_over'), ('merchant_taken_over', false, 'merchant.taken_over'),
           ('provider_fee', false, 'provider.fees_kept'), ('provider_paid_out', false, 'provider.paid_out'),
           ('programmes_netted', false, 'netting.approved'), ('netting_paid', false, 'netting.paid'),
           ('netting_settled', false, 'netting.settled'), ('netting_returned', false, 'netting.returned'),
           ('merchant_paid', true, 'merchant.paid'),
           ('merchant_payout_settled', false, 'merchant.payout_settled'),
           ('merchant_payout_returned', false, 'merchant.payout_returned'),
           ('difference_adjusted', false, 'break.adjusted'),
           ('receipt_unidentified', false, 'suspense.received'), ('suspense_assigned', false, 'funding.received'),
           ('suspense_sent_back', false, 'suspense.sent_back'),
           ('suspense_payout_settled', false, 'suspense.payout_settled'),
           ('suspense_payout_returned', false, 'suspense.payout_returned'),
           ('payout_identified', false, 'suspense.payout_identified'),
           ('closure_requested', false, 'closure.requested'), ('closure_cancelled', false, 'closure.cancelled'),
           ('closure_approved', false, 'closure.approved'), ('closure_paid', false, 'closure.paid'),
           ('closure_settled', false, 'closure.settled'), ('closure_returned', false, 'closure.returned'),
           ('balance_lapsed', false, 'balance.lapsed'), ('balance_escheated', false, 'balance.escheated'),
           ('lapsed_balance_restored', false, 'balance.restored'),
           ('points_earned', false, 'points.earned'), ('points_taken_back', false, 'points.taken_back'),
           ('points_exchanged', false, 'points.exchanged'), ('points_lapsed', false, 'points.lapsed'),
           ('voucher_granted', false, 'voucher.granted'), ('voucher_used', false, 'voucher.used'),
           ('voucher_lapsed', false, 'voucher.lapsed'),
           ('purchase', false, 'purchase.completed'),
           ('refund', true, 'purchase.refunded'), ('void', true, 'purchase.voided'),
           ('reversal', true, 'purchase.reversed'), ('reversal', false, 'card.taken_back')
)
SELECT journal_id,
       CASE WHEN j.event IS NULL AND a.operations IS NULL THEN 'announced, but not in the book'
            WHEN j.event IS NULL THEN 'asked for, but not in the book'
            WHEN a.operations IS NULL THEN 'in the book without an operation'
            WHEN a.operations > 1 THEN concat(a.operations, ' operations of one journal')
            WHEN a.declined THEN 'a declined operation has moved value'
            WHEN e.name IS NOT NULL AND cardinality(array_positions(o.names, e.name)) IS DISTINCT FROM 1
            THEN concat('not announced once as ', e.name) END AS detail
FROM journal j
FULL JOIN asked a USING (journal_id)
FULL JOIN announced o USING (journal_id)
LEFT JOIN announcement e USING (event, gives_back)
"""

# The merchant got what was taken from each lot, and what the programme paid for a member with a tier.
PURCHASES: Final = """
SELECT coalesce(p.journal_id, t.journal_id) AS journal_id, p.id AS purchase_id,
       CASE WHEN p.id IS NULL THEN 'a purchase in the book only'
            WHEN coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'principal'), 0) <> p.principal_minor
              OR coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'bonus'), 0) <> p.bonus_minor
              OR coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'discount'), 0) <> p.discount_minor
            THEN concat('took ', p.principal_minor, ' + ', p.bonus_minor, ' + ', p.discount_minor, ', transfers took ',
                        coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'principal'), 0), ' + ',
                        coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'bonus'), 0), ' + ',
                        coalesce(sum(t.amount_minor) FILTER (WHERE t.lot = 'discount'), 0))
            WHEN bool_or((CASE t.lot WHEN 'discount' THEN p.owner_id ELSE t.debit_owner END, t.credit_owner, t.unit,
                          t.programme_id)
                         <> (p.owner_id, p.merchant_id, p.unit, p.programme_id))
            THEN 'transfers of another payer, merchant, unit or programme' END AS detail
FROM purchase p
FULL JOIN (SELECT *, CASE WHEN debit_code IN (2010, 2020) THEN 'principal' WHEN debit_code = 5010 THEN 'discount'
                          ELSE 'bonus' END AS lot
           FROM transfer WHERE event = 'purchase') t
  ON t.journal_id = p.journal_id
GROUP BY coalesce(p.journal_id, t.journal_id), p.id
"""

# What is given back goes to whoever paid, or to the card or wallet to which the rest of the paying card has gone. Of an
# account that is closed by then the principal is owed (`closures` proves to whom), the bonus goes to the promotion; so
# does the share of a discount always.
GIVEN_BACK: Final = """
WITH RECURSIVE gone_to AS (
    SELECT id AS payer, successor_id AS heir FROM card WHERE successor_id IS NOT NULL
    UNION ALL SELECT card_id, member_id FROM redemption
), inherited AS (
    SELECT payer, heir FROM gone_to UNION SELECT i.payer, g.heir FROM inherited i JOIN gone_to g ON g.payer = i.heir
), heirs AS (
    SELECT payer, array_agg(heir) AS heirs FROM inherited GROUP BY payer
), returned AS (
    SELECT reverses_journal_id AS journal_id,
           array_agg(DISTINCT credit_owner) FILTER (WHERE credit_code NOT IN (2050, 5010)) AS receivers,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code IN (2010, 2020, 2050)), 0) AS principal_minor,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code IN (2011, 2021, 5010)), 0) AS given_minor,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code = 5010), 0) AS promotion_minor
    FROM transfer WHERE debit_code = 2040 AND event IN ('refund', 'void', 'reversal')
    GROUP BY reverses_journal_id
)
SELECT journal_id, p.id AS purchase_id,
       CASE WHEN p.id IS NULL THEN 'given back for a purchase that is not there'
            WHEN p.refunded_principal_minor <> coalesce(r.principal_minor, 0)
              OR p.refunded_bonus_minor + p.refunded_discount_minor <> coalesce(r.given_minor, 0)
              OR p.refunded_discount_minor > coalesce(r.promotion_minor, 0)
            THEN concat('refunded ', p.refunded_principal_minor, ' + ',
                        p.refunded_bonus_minor + p.refunded_discount_minor,
                        ', transfers gave back ', coalesce(r.principal_minor, 0), ' + ', coalesce(r.given_minor, 0))
            WHEN NOT r.receivers <@ (d.heirs || p.owner_id) THEN 'given back to somebody else'
            WHEN p.status <> 'completed'
             AND (p.refunded_principal_minor, p.refunded_bonus_minor, p.refunded_discount_minor)
                 <> (p.principal_minor, p.bonus_minor, p.discount_minor)
            THEN concat('a purchase that is ', p.status, ' was not given back whole') END AS detail
FROM purchase p FULL JOIN returned r USING (journal_id)
LEFT JOIN heirs d ON d.payer = p.owner_id
"""

# A lost card, or one of an order, gives all that it had to the one card that has its place.
REPLACED_CARDS: Final = """
WITH moved AS (
    SELECT journal_id, array_agg(DISTINCT debit_owner) FILTER (WHERE debit_code IN (2010, 2011)) AS old_cards,
           array_agg(DISTINCT credit_owner) FILTER (WHERE credit_code IN (2010, 2011)) AS new_cards
    FROM transfer WHERE event = 'card_replaced' GROUP BY journal_id
), lost AS (
    SELECT journal_id, id, card_id, successor_id FROM lost_card WHERE journal_id IS NOT NULL
)
SELECT journal_id, l.id AS loss_id,
       CASE WHEN m.journal_id IS NULL THEN 'a loss was replaced without transfers'
            WHEN m.new_cards IS DISTINCT FROM ARRAY[c.successor_id]
            THEN 'moved to another card than the one in its place'
            WHEN l.id IS NOT NULL AND (ARRAY[l.card_id], ARRAY[l.successor_id]) <> (m.old_cards, m.new_cards)
            THEN 'transfers of another card than the lost one, or to another' END AS detail
FROM moved m FULL JOIN lost l USING (journal_id)
LEFT JOIN card c ON c.id = m.old_cards[1]
"""

# The purchase may be of an earlier day than its refund: it is looked up in the table itself, which nothing shadows.
REFUNDS: Final = """
WITH returned AS (
    SELECT journal_id, min(reverses_journal_id::text)::uuid AS purchase_journal_id,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code IN (2010, 2020, 2050)), 0) AS principal_minor,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code IN (2011, 2021, 5010)), 0) AS given_minor,
           coalesce(sum(amount_minor) FILTER (WHERE credit_code = 5010), 0) AS promotion_minor
    FROM transfer WHERE event = 'refund'
    GROUP BY journal_id
)
SELECT coalesce(r.journal_id, t.journal_id) AS journal_id, r.id AS refund_id,
       CASE WHEN r.id IS NULL THEN 'a refund in the book only'
            WHEN t.principal_minor IS NULL THEN 'a refund without transfers'
            WHEN r.principal_minor <> t.principal_minor OR r.bonus_minor + r.discount_minor <> t.given_minor
              OR r.discount_minor > t.promotion_minor
            THEN concat('refunded ', r.principal_minor, ' + ', r.bonus_minor + r.discount_minor,
                        ', transfers gave back ', t.principal_minor, ' + ', t.given_minor)
            WHEN p.journal_id IS DISTINCT FROM t.purchase_journal_id
            THEN 'transfers give back another purchase' END AS detail
FROM refund r FULL JOIN returned t USING (journal_id) LEFT JOIN public.purchase p ON p.id = r.purchase_id
"""

REDEMPTIONS: Final = """
WITH moved AS (
    SELECT journal_id, credit_owner AS member_id, sum(amount_minor) AS amount_minor
    FROM transfer WHERE event = 'card_redeemed' AND credit_code IN (2020, 2021)
    GROUP BY journal_id, credit_owner
)
SELECT journal_id, r.card_id,
       CASE WHEN r.card_id IS NULL THEN 'a redemption in the book only'
            WHEN m.amount_minor IS NULL THEN 'a redemption without transfers'
            WHEN r.member_id <> m.member_id THEN 'transfers reach another member'
            WHEN r.amount_minor <> m.amount_minor
            THEN concat('redeemed ', r.amount_minor, ', transfers moved ', m.amount_minor) END AS detail
FROM redemption r FULL JOIN moved m USING (journal_id)
"""
