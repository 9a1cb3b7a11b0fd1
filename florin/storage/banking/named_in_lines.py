"""What a bank's line names: orders and merchants by payment reference, payments of ours by their end-to-end id."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.bank_line import NamedOrder, NamedPayment
from florin.domain.payout import PayoutKind, PayoutStatus
from florin.storage.banking.lines_to_book import LineToBook
from florin.storage.connect import Pool

ORDERS: Final = """
SELECT o.payment_reference, c.id AS customer_id, o.programme_id, c.status = 'active' AS is_active
FROM corporate_order o JOIN customer c ON c.id = o.customer_id
WHERE o.payment_reference = ANY(%(references)s) AND o.status <> 'draft'
ORDER BY o.id
"""
MERCHANTS: Final = "SELECT id FROM merchant WHERE payment_reference = ANY(%(references)s) ORDER BY id"
# A journal is free for a line as long as no other one stands for it. A refund of a customer's money is sent when it is
# approved, and settled when it is paid. Of netting, which has one payout, the statement's id names it as well.
PAYMENTS: Final = """
WITH paid AS (
    SELECT 'closure' AS kind, id, programme_id, unit, amount_minor, status, settled_journal_id, returned_journal_id,
           NULL::uuid AS creditor_id, NULL::uuid AS received_journal_id
    FROM closure_payout WHERE id = ANY(%(ids)s) AND NOT in_cash
    UNION ALL
    SELECT 'merchant', id, programme_id, unit, amount_minor, status, settled_journal_id, returned_journal_id, NULL, NULL
    FROM merchant_payout WHERE id = ANY(%(ids)s)
    UNION ALL
    SELECT 'suspense', id, programme_id, unit, amount_minor, status, settled_journal_id, returned_journal_id, NULL, NULL
    FROM suspense_payout WHERE id = ANY(%(ids)s)
    UNION ALL
    SELECT 'netting', id, programme_id, unit, amount_minor, status, settled_journal_id, returned_journal_id,
           creditor_id, received_journal_id
    FROM netting_payout WHERE id = ANY(%(ids)s) OR netting_id = ANY(%(ids)s)
    UNION ALL
    SELECT NULL, id, programme_id, unit, amount_minor,
           CASE status WHEN 'approved' THEN 'sent' WHEN 'paid' THEN 'settled' ELSE 'due' END, paid_journal_id, NULL,
           NULL, NULL
    FROM funding_refund WHERE id = ANY(%(ids)s)
), journals AS (
    SELECT settled_journal_id AS journal_id FROM paid UNION ALL SELECT returned_journal_id FROM paid
    UNION ALL SELECT received_journal_id FROM paid
), taken AS (
    SELECT journal_id FROM booked_line JOIN journals USING (journal_id)
    UNION ALL
    SELECT journal_id FROM matched JOIN journals USING (journal_id)
)
SELECT kind, id, programme_id, unit, amount_minor, status, settled_journal_id IS NOT NULL AS was_shown,
       CASE WHEN NOT EXISTS (SELECT FROM taken t WHERE t.journal_id = settled_journal_id)
            THEN settled_journal_id END AS free_shown_journal_id,
       -- One that came back before it was shown has never been on the bank account.
       CASE WHEN settled_journal_id IS NOT NULL
                 AND NOT EXISTS (SELECT FROM taken t WHERE t.journal_id = returned_journal_id)
            THEN returned_journal_id END AS free_returned_journal_id,
       creditor_id, received_journal_id IS NOT NULL AS was_received,
       CASE WHEN NOT EXISTS (SELECT FROM taken t WHERE t.journal_id = received_journal_id)
            THEN received_journal_id END AS free_received_journal_id
FROM paid ORDER BY id
"""
# Finance may have been quicker, and recorded the transfer from the bank's own pages.
RECEIPT: Final = """
SELECT r.journal_id FROM (
    SELECT id, programme_id, amount_minor, unit, bank_reference, payment_reference, received_on, journal_id
    FROM receipt WHERE method = 'bank_transfer'
    UNION ALL
    SELECT p.id, p.programme_id, p.amount_minor, p.unit, p.bank_reference, m.payment_reference, p.received_on,
           p.journal_id
    FROM merchant_debt_payment p JOIN merchant m ON m.id = p.merchant_id) r
WHERE r.programme_id = %(programme_id)s AND r.amount_minor = %(amount_minor)s AND r.unit = %(unit)s
  AND (r.bank_reference = %(other_key)s
       OR (r.payment_reference = ANY(%(references)s) AND abs(r.received_on - %(booked_on)s) <= %(date_window_days)s))
  AND NOT EXISTS (SELECT FROM booked_line b WHERE b.journal_id = r.journal_id)
  AND NOT EXISTS (SELECT FROM matched m WHERE m.journal_id = r.journal_id)
ORDER BY r.bank_reference = %(other_key)s DESC, r.id LIMIT 1
"""


async def orders_named(pool: Pool, references: Collection[str]) -> tuple[NamedOrder, ...]:
    """The orders of these payment references, drafts left out."""
    if not references:
        return ()
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(NamedOrder)) as orders:
        return tuple(await (await orders.execute(ORDERS, {"references": list(references)})).fetchall())


async def merchants_named(pool: Pool, references: Collection[str]) -> list[UUID]:
    """The merchants of these payment references."""
    if not references:
        return []
    async with pool.connection() as connection:
        rows = await (await connection.execute(MERCHANTS, {"references": list(references)})).fetchall()
    return [merchant_id for (merchant_id,) in rows]


async def payments_named(pool: Pool, ids: Collection[UUID]) -> tuple[NamedPayment, ...]:
    """The payments of ours that have these ids, or pay the netting statements that have them."""
    if not ids:
        return ()
    async with pool.connection() as connection:
        rows = await (await connection.execute(PAYMENTS, {"ids": list(ids)})).fetchall()
    return tuple(
        NamedPayment(kind and PayoutKind(kind), id_, programme_id, unit, amount_minor, PayoutStatus(status), *journals)
        for kind, id_, programme_id, unit, amount_minor, status, *journals in rows
    )


async def receipt_of(pool: Pool, line: LineToBook, references: Collection[str]) -> UUID | None:
    """The journal of what was recorded by hand, and that no line stands for yet, if the line is that transfer."""
    where = {
        "programme_id": line.programme_id,
        "amount_minor": line.amount_minor,
        "unit": line.currency,
        "other_key": line.other_key,
        "references": list(references),
        "booked_on": line.booked_on,
        "date_window_days": line.date_window_days,
    }
    async with pool.connection() as connection:
        row = await (await connection.execute(RECEIPT, where)).fetchone()
    return None if row is None else row[0]
