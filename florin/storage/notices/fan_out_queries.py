"""What the fan-out writes of a chunk of events, each table in one statement."""

from typing import Final

# The operations of a chunk's journals are looked up minute by minute, because the record of operations is indexed by
# nothing but the time.
_EVENTS: Final = """
WITH event AS MATERIALIZED (
    SELECT id, name, subject_id, journal_id, payload, posted_at FROM outbox WHERE id = ANY(%(ids)s::uuid[])
), answered AS MATERIALIZED (
    SELECT o.journal_id, o.caller_id, o.answer
    FROM (SELECT DISTINCT date_bin('1 minute', posted_at, 'epoch') AS minute FROM event WHERE journal_id IS NOT NULL) m
    CROSS JOIN LATERAL (
        SELECT journal_id, caller_id, answer FROM operation
        WHERE posted_at >= m.minute AND posted_at < m.minute + interval '1 minute'
    ) o
    WHERE o.journal_id IN (SELECT journal_id FROM event)
), told AS MATERIALIZED (
    SELECT e.id, e.name, e.subject_id, e.posted_at, o.caller_id, coalesce(e.payload, o.answer) AS facts
    FROM event e LEFT JOIN answered o ON o.journal_id = e.journal_id
)"""

# An event is a merchant's when one of its tills asked for it, when it is about a purchase or hold of the merchant's, or
# when it names the merchant; it is a customer's when it names the customer or one of the customer's orders.
OWNED: Final = f"""
{_EVENTS}, owned AS (
    SELECT t.id, t.name, t.subject_id,
        CASE WHEN t.name = ANY(%(merchant_events)s::text[])
             THEN coalesce(h.merchant_id, p.merchant_id,
                           substring(t.facts->>'merchant_id' FROM '^mer_([0-9a-f]{{32}})$')::uuid, t.caller_id)
             END AS merchant_id,
        CASE WHEN t.name = ANY(%(customer_events)s::text[])
             THEN coalesce(substring(t.facts->>'customer_id' FROM '^cus_([0-9a-f]{{32}})$')::uuid,
                           r.customer_id, t.subject_id) END AS customer_id
    FROM told t
    LEFT JOIN hold h ON h.id = substring(t.facts->>'hold_id' FROM '^hld_([0-9a-f]{{32}})$')::uuid
        AND t.name = 'hold.expired'
    LEFT JOIN purchase p ON p.id = substring(t.facts->>'id' FROM '^pur_([0-9a-f]{{32}})$')::uuid
        AND t.name = 'purchase.completed'
    LEFT JOIN corporate_order r ON r.id = coalesce(
        substring(t.facts->>'order_id' FROM '^ord_([0-9a-f]{{32}})$')::uuid, t.caller_id)
        AND t.name = ANY(%(customer_events)s::text[])
)"""  # noqa: S608 (our own text)

DELIVER: Final = f"""
{OWNED}
INSERT INTO webhook_delivery (endpoint_id, event_id, subject_id, due_at)
SELECT w.id, o.id, o.subject_id, %(now)s
FROM owned o JOIN webhook_endpoint w
  ON (w.owner_kind = 'operator' OR w.merchant_id = o.merchant_id OR w.customer_id = o.customer_id)
WHERE w.status = 'active' AND (w.events = '{{}}' OR o.name = ANY(w.events))
ORDER BY o.id
ON CONFLICT DO NOTHING
"""  # noqa: S608 (our own text)

# By the rule of `florin.storage.notices.notices`. An event that nobody is told of leaves no row.
NOTIFY_MEMBERS: Final = f"""
{_EVENTS}, wanted AS MATERIALIZED (
    SELECT t.id, k.kind, m.id AS member_id, m.programme_id, t.facts, c.channel
    FROM told t
    JOIN unnest(%(names)s::text[], %(kinds)s::text[]) AS n (name, kind) ON n.name = t.name
    CROSS JOIN LATERAL (SELECT CASE
        WHEN t.facts->'voucher'->>'cause' = %(for_newcomer)s THEN 'welcome'
        WHEN t.facts->'voucher'->>'cause' LIKE %(for_referrer)s THEN 'referral'
        ELSE n.kind END) AS k (kind)
    LEFT JOIN redemption r ON t.name = 'card.redeemed' AND r.card_id = t.subject_id
    JOIN member m ON m.id = coalesce(
        substring(t.facts->>'member_id' FROM '^mbr_([0-9a-f]{{32}})$')::uuid, r.member_id, t.subject_id)
    CROSS JOIN LATERAL (VALUES
        ('mail', m.mail_index IS NOT NULL, true),
        ('sms', m.mobile_index IS NOT NULL, m.mail_index IS NULL)) AS c (channel, can_be, is_first)
    LEFT JOIN notice_preference p ON p.member_id = m.id AND p.kind = k.kind AND p.channel = c.channel
    WHERE c.can_be AND (k.kind <> 'tier_reached' OR (t.facts->>'rose')::boolean) AND (
        coalesce(p.wanted, c.is_first AND k.kind <> ALL(%(on_request)s::text[]))
        OR (c.is_first AND k.kind = ANY(%(always)s::text[])))
), made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT DISTINCT ON (id) id, programme_id, kind, 'member', member_id, 'event:' || id, facts, %(now)s FROM wanted
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT w.id, w.channel, w.member_id, w.kind = ANY(%(urgent)s::text[]), %(now)s
FROM wanted w JOIN made USING (id) ORDER BY w.id, w.channel
"""  # noqa: S608 (the same)

# Who gives a registered card up is no member, and has given an address for this closure.
NOTIFY_HOLDERS: Final = f"""
{_EVENTS}, made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT t.id, c.programme_id, k.kind, 'holder', c.owner_id, 'event:' || t.id, t.facts, %(now)s
    FROM told t JOIN unnest(%(names)s::text[], %(kinds)s::text[]) AS k (name, kind) ON k.name = t.name
    JOIN closure c
      ON c.id = substring(coalesce(t.facts->>'closure_id', t.facts->>'id') FROM '^clo_([0-9a-f]{{32}})$')::uuid
    WHERE c.owner_kind = 'card' AND c.mail_encrypted IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING id, recipient_id, kind
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT id, 'mail', recipient_id, kind = ANY(%(urgent)s::text[]), %(now)s FROM made ORDER BY id
"""  # noqa: S608 (the same)

# Those of a customer's people in whose roles it is, who have given an address and not switched it off.
NOTIFY_LOGINS: Final = f"""
{OWNED}, wanted AS MATERIALIZED (
    SELECT DISTINCT ON (o.id, l.id) o.id AS event_id, k.kind, l.id AS login_id, u.programme_id,
        (t.facts::jsonb || jsonb_build_object('customer', u.name, 'reference', r.payment_reference))::json AS facts
    FROM owned o JOIN told t ON t.id = o.id
    JOIN unnest(%(names)s::text[], %(kinds)s::text[], %(roles)s::text[]) AS k (name, kind, role) ON k.name = o.name
    JOIN customer u ON u.id = o.customer_id
    JOIN login l ON l.customer_id = u.id AND k.role = ANY(l.roles) AND l.status = 'active' AND NOT l.waits
    JOIN login_notices p ON p.login_id = l.id AND p.mail_encrypted IS NOT NULL AND k.kind <> ALL(p.unwanted)
    LEFT JOIN corporate_order r ON r.id = o.subject_id
    WHERE k.kind <> 'order_waits' OR (t.facts->>'needs_customer_approval')::boolean
    ORDER BY o.id, l.id
), made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT gen_random_uuid(), programme_id, kind, 'login', login_id, 'event:' || event_id, facts, %(now)s FROM wanted
    ORDER BY event_id
    ON CONFLICT DO NOTHING RETURNING id, recipient_id, cause
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT id, 'mail', recipient_id, false, %(now)s FROM made ORDER BY cause
"""  # noqa: S608 (the same)

# Whoever is to get a card of an order stands in the order, sealed; which way he or she is reached shows when it is
# opened.
NOTIFY_RECIPIENTS: Final = """
WITH made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT e.id, c.programme_id, 'claim_link', 'card', c.id, 'event:' || e.id, e.payload, %(now)s
    FROM outbox e JOIN card c ON c.id = e.subject_id WHERE e.id = ANY(%(ids)s::uuid[])
    ON CONFLICT DO NOTHING RETURNING id, recipient_id
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT id, 'either', recipient_id, true, %(now)s FROM made ORDER BY id
"""
