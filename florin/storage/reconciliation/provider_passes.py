"""Passes of matching for what providers have kept and paid out, with their statements and the bank's, and have refused.

A payout is told of three times: by our book, by the provider and by the bank. The entry on the provider's account was
posted from the provider's line; that on the bank account has to be found on the bank's statement.
"""

from typing import Final

from florin.domain.matching import LEAST_MENTION
from florin.storage.reconciliation.heard_days import DUE_DAYS
from florin.storage.reconciliation.provider_totals import OPERATION_KEY

_POSTED: Final = f"provider_total t JOIN operation o ON o.caller_id = t.counterparty_id AND o.key = {OPERATION_KEY}"


def by_settlement(into: str) -> str:
    """The pass that brings together what was posted from a provider's statement, and what it was posted from."""
    return f"""
{into}
SELECT DISTINCT ON (i.journal_id, i.position) t.line_id, t.relation, 'settled', %(run)s, t.line_id, NULL::uuid,
       i.journal_id, i.position, i.account_code, 0
FROM {_POSTED} JOIN open_item i ON i.journal_id = o.journal_id AND i.account_code = 1020
WHERE (i.direction, i.amount_minor) = (t.direction, t.amount_minor)
ORDER BY i.journal_id, i.position, t.line_id
"""  # noqa: S608 (constants)


def by_identifying(into: str) -> str:
    """The pass that brings together a payout that stood in suspense, and what took it back from there.

    The bank's line is matched with what it had posted to suspense: over all three the bank has the money once.
    """
    return f"""
{into}
SELECT b.journal_id, 'book', 'identified', %(run)s, NULL, NULL, side.*
FROM open_item b JOIN suspense_resolution r ON r.journal_id = b.journal_id AND r.kind = 'payout'
JOIN open_item p ON p.journal_id = r.payout_journal_id
    AND (p.account_code, p.owner_id, p.currency, p.signed_minor)
      = (b.account_code, b.owner_id, b.currency, -b.signed_minor)
CROSS JOIN LATERAL (VALUES (p.journal_id, p.position, p.account_code, b.signed_minor),
                           (b.journal_id, b.position, b.account_code, p.signed_minor)) AS side
"""  # noqa: S608 (constants)


def by_payout(name: str, into: str, *, same_amount: bool) -> str:
    """The pass that finds a payout on the bank's statement by its number, which is never looked for when it is short.

    Of several lines with the number the first is the payout, and the others are for people. A payout that was taken
    back has two entries under its number, of which a line means that of its own direction.
    """
    condition = "=" if same_amount else "<>"
    return f"""
WITH paid AS (
    SELECT i.*, t.key AS payout_key
    FROM {_POSTED} JOIN open_item i ON i.journal_id = o.journal_id AND i.account_code = 1010
    WHERE t.relation = 'payouts' AND length(t.key) >= {LEAST_MENTION}
), pair AS (
    SELECT DISTINCT l.id, l.booked_on, p.journal_id, p.position, p.account_code,
           l.signed_minor - p.signed_minor AS more, l.direction = p.direction AS is_same_way
    FROM (SELECT *, unnest(mentions || ARRAY[key, other_key]) AS mention FROM open_line WHERE account_code = 1010) l
    JOIN paid p USING (account_code, owner_id, currency)
    WHERE l.mention = p.payout_key AND l.signed_minor {condition} p.signed_minor
), likelier AS (
    SELECT *, is_same_way = bool_or(is_same_way) OVER (PARTITION BY id) AS is_likelier FROM pair
), told AS (
    SELECT *, count(*) OVER (PARTITION BY id) AS of_line,
           row_number() OVER (PARTITION BY journal_id, position, account_code ORDER BY booked_on, id) AS turn
    FROM likelier WHERE is_likelier
) {into}
SELECT id, 'book', '{name}', %(run)s, id, NULL, journal_id, position, account_code, more
FROM told WHERE of_line = 1 AND turn = 1
"""  # noqa: S608 (constants)


def by_putting_back(into: str) -> str:
    """The pass that brings together a refund or payout and its taking back, of which the other side has neither.

    Both bear the same reference: the refund's, or on the bank account the payout's number. It waits for the statements
    on which they could stand: what has left and come back there, too, is matched with its lines.
    """
    return f"""
{DUE_DAYS}, known AS (
    SELECT i.*, i.key AS reference FROM open_item i WHERE account_code = 1020 AND key IS NOT NULL
    UNION ALL
    SELECT DISTINCT i.*, t.key FROM {_POSTED} JOIN open_item i ON i.journal_id = o.journal_id AND i.account_code = 1010
    WHERE t.relation = 'payouts'
), item AS (
    SELECT k.*, row_number() OVER (PARTITION BY reference, account_code, owner_id, currency, direction, amount_minor
                                   ORDER BY journal_id, position) AS turn
    FROM known k JOIN due USING (account_code, owner_id, currency, business_date)
), pair AS (
    SELECT o.journal_id AS match_id, o.journal_id, o.position, account_code, o.signed_minor,
           b.journal_id AS back_id, b.position AS back_position, b.signed_minor AS back_minor
    FROM item o JOIN item b USING (reference, account_code, owner_id, currency, amount_minor, turn)
    WHERE o.direction = 'out' AND b.direction = 'in' AND (
        SELECT true FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id
        WHERE CASE c.kind WHEN 'bank' THEN 1010 ELSE 1020 END = o.account_code
          AND (c.owner_id, c.currency) = (o.owner_id, o.currency) AND l.status <> 'failed'
          AND (l.key = o.reference OR l.other_key IN (o.reference, o.other_key, b.other_key)
               OR l.mentions @> ARRAY[o.reference] AND l.mentions <> '{{}}')
        LIMIT 1) IS NULL
) {into}
SELECT match_id, 'book', 'put_back', %(run)s, NULL, NULL, side.*
FROM pair CROSS JOIN LATERAL (VALUES (journal_id, position, account_code, -signed_minor),
                                     (back_id, back_position, account_code, -back_minor)) AS side
"""  # noqa: S608 (constants)
