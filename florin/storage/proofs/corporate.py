"""Questions about corporate customers: is what they paid, got back and ordered what the book says?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

RECEIPTS: Final = """
SELECT journal_id, r.id AS receipt_id,
       CASE WHEN r.id IS NULL THEN 'a receipt in the book only'
            WHEN t.journal_id IS NULL THEN 'a receipt without transfers'
            WHEN r.amount_minor <> t.amount_minor
            THEN concat('recorded ', r.amount_minor, ', transfers received ', t.amount_minor)
            WHEN (r.customer_id, r.unit, r.programme_id) <> (t.credit_owner, t.unit, t.programme_id)
            THEN 'transfers of another customer, unit or programme' END AS detail
FROM receipt r FULL JOIN (
    SELECT * FROM transfer WHERE event IN ('funding_received', 'suspense_assigned')) t USING (journal_id)
"""

# A refund is two journals: what leaves the customer's account, and later what leaves the bank.
FUNDING_REFUNDS: Final = """
WITH decided AS (
    SELECT id, journal_id, 'funding_refunded' AS event, customer_id AS debit_owner, amount_minor, unit, programme_id
    FROM funding_refund WHERE journal_id IS NOT NULL
    UNION ALL
    SELECT id, paid_journal_id, 'funding_refund_paid', programme_id, amount_minor, unit, programme_id
    FROM funding_refund WHERE paid_journal_id IS NOT NULL
)
SELECT journal_id, d.id AS funding_refund_id,
       CASE WHEN d.id IS NULL THEN concat(event, ' in the book only')
            WHEN t.amount_minor IS NULL THEN concat('a refund without transfers of ', event)
            WHEN d.amount_minor <> t.amount_minor
            THEN concat('refunded ', d.amount_minor, ', transfers moved ', t.amount_minor)
            WHEN (d.debit_owner, d.unit, d.programme_id) <> (t.debit_owner, t.unit, t.programme_id)
            THEN 'transfers of another customer, unit or programme' END AS detail
FROM decided d FULL JOIN (
    SELECT * FROM transfer WHERE event IN ('funding_refunded', 'funding_refund_paid')) t USING (journal_id, event)
"""

# What an order has used went through the activation clearing onto its cards. What it reserves is the price of the cards
# that wait for their activation, or until they are made that of the lines which are not given up.
ORDERS: Final = """
WITH line AS (
    SELECT order_id, sum(principal_minor * quantity) AS ordered_minor
    FROM order_line WHERE status NOT IN ('dropping', 'dropped') GROUP BY order_id
), waiting AS (
    SELECT l.order_id, sum(l.principal_minor) AS waiting_minor
    FROM order_line l JOIN card c ON c.issue_id = l.issue_id AND c.status = 'sold'
    WHERE l.status NOT IN ('dropping', 'dropped') GROUP BY l.order_id
), used AS (
    SELECT l.order_id, CASE WHEN l.order_id IS NULL THEN t.journal_id END AS journal_id,
           sum(t.amount_minor) AS used_minor
    FROM transfer t JOIN card c ON c.id = t.credit_owner LEFT JOIN order_line l ON l.issue_id = c.issue_id
    WHERE t.event = 'card_activated' AND t.debit_code = 2091
    GROUP BY 1, 2
), standing AS (
    SELECT o.id AS order_id, o.used_minor, o.reserved_minor,
           CASE WHEN o.status IN ('draft', 'submitted', 'approved', 'cancelled') THEN 0
                WHEN o.status IN ('funded', 'generating', 'partially_failed') THEN coalesce(l.ordered_minor, 0)
                ELSE coalesce(w.waiting_minor, 0) END AS wanted_minor
    FROM corporate_order o LEFT JOIN line l ON l.order_id = o.id LEFT JOIN waiting w ON w.order_id = o.id
)
SELECT s.order_id, u.journal_id,
       CASE WHEN s.order_id IS NULL THEN 'a card of no order was activated with funding'
            WHEN s.used_minor <> coalesce(u.used_minor, 0)
            THEN concat('used ', s.used_minor, ', its cards took ', coalesce(u.used_minor, 0))
            WHEN s.reserved_minor <> s.wanted_minor
            THEN concat('reserved ', s.reserved_minor, ', its cards need ', s.wanted_minor) END AS detail
FROM standing s FULL JOIN used u ON u.order_id = s.order_id
"""
