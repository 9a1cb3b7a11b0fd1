"""What is asked of the database for a posting group: first the locks, then all that is read under them."""

from dataclasses import fields
from typing import Final

from florin.domain.card import Card
from florin.domain.chart import AccountCode
from florin.domain.closure import Closure
from florin.domain.closure_payout import ClosurePayout
from florin.domain.corporate_order import CorporateOrder
from florin.domain.funding_refund import FundingRefund
from florin.domain.loss import Loss
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout
from florin.domain.payment import Payment
from florin.domain.payment_refund import PaymentRefund
from florin.domain.purchase import Hold, Purchase
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.domain.vouchers import Voucher
from florin.storage.book.day_lock import DAY_LOCK
from florin.storage.reconciliation.break_rows import BREAK_COLUMNS, FROM_BREAKS, PROPOSAL_COLUMNS

CARD_COLUMNS: Final = ", ".join("c." + each.name for each in fields(Card))
PURCHASE_COLUMNS: Final = ", ".join("p." + each.name for each in fields(Purchase))
ORDER_COLUMNS: Final = ", ".join("r." + each.name for each in fields(CorporateOrder))
FUNDING_REFUND_COLUMNS: Final = ", ".join("f." + each.name for each in fields(FundingRefund))
PAYMENT_COLUMNS: Final = ", ".join("y." + each.name for each in fields(Payment))
PAYMENT_REFUND_COLUMNS: Final = ", ".join("z." + each.name for each in fields(PaymentRefund))
CLOSURE_COLUMNS: Final = ", ".join("l." + each.name for each in fields(Closure))
PAYOUT_COLUMNS: Final = ", ".join("y." + each.name for each in fields(ClosurePayout))
MERCHANT_STATEMENT_COLUMNS: Final = ", ".join("s." + each.name for each in fields(MerchantStatement))
MERCHANT_PAYOUT_COLUMNS: Final = ", ".join("y." + each.name for each in fields(MerchantPayout))
NETTING_STATEMENT_COLUMNS: Final = ", ".join("s." + each.name for each in fields(NettingStatement))
NETTING_PAYOUT_COLUMNS: Final = ", ".join("y." + each.name for each in fields(NettingPayout))
SUSPENSE_ITEM_COLUMNS: Final = ", ".join("i." + each.name for each in fields(SuspenseItem))
SUSPENSE_PAYOUT_COLUMNS: Final = ", ".join("y." + each.name for each in fields(SuspensePayout))
SUSPENSE_RESOLUTION_COLUMNS: Final = ", ".join("r." + each.name for each in fields(SuspenseResolution))
VOUCHER_COLUMNS: Final = ", ".join("v." + each.name for each in fields(Voucher))
LOSS_COLUMNS: Final = ", ".join("x." + each.name for each in fields(Loss))
HOLD_COLUMNS: Final = ", ".join("h." + each.name for each in fields(Hold))


def _locked(columns: str, table: str, *, ids: str) -> str:
    """The query that locks rows by their ids, in the one order in which everybody does."""
    return f"SELECT {columns} FROM {table} WHERE id = ANY(%({ids})b::uuid[]) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 (our names)


BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
LIMIT_LOCK_WAIT: Final = "SELECT set_config('lock_timeout', %(lock_wait_ms)b, true)"
SHARE_DAY_LOCK: Final = f"SELECT pg_advisory_xact_lock_shared({DAY_LOCK})"

# What a card paid is given back to where its rest has gone: to the card in its place, or to a wallet in the end.
PAYER_AND_HEIRS: Final = """unnest(ARRAY(
        WITH RECURSIVE heir AS (
            SELECT p.owner_id AS id
            UNION SELECT coalesce(c.successor_id, r.member_id)
            FROM heir JOIN card c ON c.id = heir.id LEFT JOIN redemption r ON r.card_id = c.id
        ) SELECT id FROM heir WHERE id IS NOT NULL))"""

# What a caller names a card by never changes hands, so the owners may be looked up before they are locked; only whether
# a card has been replaced or redeemed may change meanwhile, and then its heir is found not to be locked.
OWNERS: Final = f"""
WITH original AS (
    SELECT o.subject_id FROM operation o
    JOIN unnest(%(original_callers)b::uuid[], %(original_references)b::text[]) AS w (caller_id, reference)
      ON o.caller_id = w.caller_id AND o.reference = w.reference
), owner AS (
    SELECT id FROM card WHERE number_index = ANY(%(number_indexes)b::bytea[])
    UNION SELECT id FROM card WHERE ecode_index = ANY(%(ecode_indexes)b::bytea[])
    UNION SELECT member_id FROM payment_code WHERE code_index = ANY(%(payment_code_indexes)b::bytea[])
    UNION SELECT {PAYER_AND_HEIRS} FROM purchase p WHERE p.id = ANY(%(purchase_ids)b::uuid[])
    UNION SELECT owner_id FROM hold WHERE id = ANY(%(hold_ids)b::uuid[])
    UNION SELECT {PAYER_AND_HEIRS} FROM purchase p WHERE p.id IN (SELECT subject_id FROM original)
    UNION SELECT owner_id FROM hold WHERE id IN (SELECT subject_id FROM original)
    UNION SELECT id FROM card WHERE id IN (SELECT subject_id FROM original)
    UNION SELECT unnest(%(owner_ids)b::uuid[])
)
"""  # noqa: S608 (a constant)

# No payment shall wait for points, so they are locked only for who wants them.
POINTS_AND_VOUCHERS: Final = f"{AccountCode.POINTS:d}, {AccountCode.VOUCHERS:d}"

LOCK_ACCOUNTS: Final = f"""{OWNERS}
SELECT a.shard, a.owner_id, a.code, a.unit, a.programme_id, a.balance_minor, a.held_minor, a.sequence
FROM strict_account a
WHERE a.owner_id = ANY(ARRAY(SELECT id FROM owner))
  AND (a.code NOT IN ({POINTS_AND_VOUCHERS}) OR a.owner_id = ANY(%(points_owners)b::uuid[]))
ORDER BY a.owner_id, a.code
FOR NO KEY UPDATE
"""  # noqa: S608 (a constant)

READ_CARDS: Final = f"""
SELECT c.number_index, c.ecode_index, {CARD_COLUMNS} FROM card c
WHERE c.id = ANY(%(locked_owners)b::uuid[])
"""  # noqa: S608 (the columns are the names of our own dataclass's fields)

READ_WALLETS: Final = """
SELECT id, shard, programme_id, status, identity_encrypted IS NOT NULL, price_basis_points FROM member
WHERE id = ANY(%(locked_owners)b::uuid[])
"""

# Who changes the status of a customer or its bank account holds the lock of its funding account, too.
READ_CUSTOMERS: Final = """
SELECT c.id, c.status, (SELECT p.id FROM customer_proposal p
                        WHERE p.customer_id = c.id AND p.purpose = 'refunds' AND p.status = 'in_force')
FROM customer c WHERE c.id = ANY(%(locked_owners)b::uuid[])
"""

READ_REDEMPTIONS: Final = "SELECT card_id, member_id FROM redemption WHERE card_id = ANY(%(locked_owners)b::uuid[])"

READ_PAYMENT_CODES: Final = """
SELECT code_index, member_id, expires_at, used_at FROM payment_code
WHERE code_index = ANY(%(payment_code_indexes)b::bytea[])
"""

READ_PURCHASES: Final = f"""
SELECT {PURCHASE_COLUMNS} FROM purchase p WHERE p.id = ANY(%(purchase_ids)b::uuid[])
UNION
SELECT {PURCHASE_COLUMNS} FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)b::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN purchase p ON p.id = o.subject_id
"""  # noqa: S608 (as above)

READ_HOLDS: Final = f"""
SELECT {HOLD_COLUMNS} FROM hold h
WHERE h.id = ANY(%(hold_ids)b::uuid[])
UNION
SELECT {HOLD_COLUMNS} FROM hold h WHERE h.owner_id = ANY(%(holding_owners)b::uuid[]) AND h.status = 'open'
UNION
SELECT {HOLD_COLUMNS} FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)b::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN hold h ON h.id = o.subject_id
"""  # noqa: S608 (as above)

READ_OPERATIONS: Final = """
SELECT o.caller_id, o.key, o.fingerprint, o.verb, o.decline, o.answer::text, o.reference, o.subject_id, o.journal_id
FROM unnest(%(callers)b::uuid[], %(keys)b::text[]) AS w (caller_id, key)
JOIN operation o ON o.caller_id = w.caller_id AND o.key = w.key
UNION ALL
SELECT o.caller_id, o.key, o.fingerprint, o.verb, o.decline, o.answer::text, o.reference, o.subject_id, o.journal_id
FROM unnest(%(reference_callers)b::uuid[], %(references)b::text[]) AS w (caller_id, reference)
JOIN operation o ON o.caller_id = w.caller_id AND o.reference = w.reference
"""

# Only an untouched card is taken back, so the transfer that undid its sale is the next one in its statement.
READ_CARD_SALES: Final = """
SELECT s.journal_id, s.strict_sequence, s.posted_at, EXISTS (
    SELECT FROM transfer r
    WHERE r.strict_owner = s.strict_owner AND r.strict_code = s.strict_code
      AND r.strict_sequence = s.strict_sequence + 1 AND r.reverses_journal_id = s.journal_id)
FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)b::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN transfer s ON s.journal_id = o.journal_id
WHERE o.verb = 'activate'
"""

# An order is locked after the funding account of its customer, and also by changes that concern no money.
LOCK_ORDERS: Final = _locked(ORDER_COLUMNS, "corporate_order r", ids="order_ids")

# A line changes only under the lock of its order.
READ_ORDERED_LINES: Final = """
SELECT l.order_id, l.line, l.quantity * l.principal_minor, l.status, l.failure FROM order_line l
WHERE l.order_id = ANY(%(order_ids)b::uuid[])
"""

# Where a card stands in its order never changes, so it needs no lock of its own.
READ_ORDERED_CARDS: Final = """
SELECT c.id, l.order_id, l.line, c.serial, l.principal_minor
FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = ANY(%(order_ids)b::uuid[]) AND c.id = ANY(%(locked_owners)b::uuid[])
"""

# Decided and paid under the lock of its customer's funding account alone.
READ_FUNDING_REFUNDS: Final = f"""
SELECT {FUNDING_REFUND_COLUMNS} FROM funding_refund f
WHERE f.id = ANY(%(funding_refund_ids)b::uuid[]) AND f.customer_id = ANY(%(locked_owners)b::uuid[])
"""  # noqa: S608 (as above)

# Locked after the wallet of its member, and also by whoever writes down what the provider offers or when to ask again.
# Which payment a hold waits for never changes.
LOCK_PAYMENTS: Final = f"""
SELECT {PAYMENT_COLUMNS} FROM payment y
WHERE y.id = ANY(ARRAY(
        SELECT unnest(%(payment_ids)b::uuid[])
        UNION SELECT payment_id FROM hold WHERE id = ANY(%(given_up_holds)b::uuid[])
        UNION SELECT h.payment_id FROM operation o
        JOIN unnest(%(original_callers)b::uuid[], %(original_references)b::text[]) AS w (caller_id, reference)
          ON o.caller_id = w.caller_id AND o.reference = w.reference
        JOIN hold h ON h.id = o.subject_id))
  AND y.member_id = ANY(%(locked_owners)b::uuid[])
ORDER BY y.id
FOR NO KEY UPDATE
"""  # noqa: S608 (as above)
# What becomes of them is decided under the locks of the wallet. Those that are locked are read after them.
READ_CARD_PAYMENTS: Final = f"""
SELECT {PAYMENT_COLUMNS} FROM payment y WHERE y.member_id = ANY(%(card_buyers)b::uuid[]) AND y.purpose = 'card'
"""  # noqa: S608 (as above)
LOCK_PAYMENT_REFUNDS: Final = f"""
SELECT {PAYMENT_REFUND_COLUMNS} FROM payment_refund z
WHERE z.id = ANY(%(payment_refund_ids)b::uuid[]) AND z.member_id = ANY(%(locked_owners)b::uuid[])
ORDER BY z.id
FOR NO KEY UPDATE
"""  # noqa: S608 (as above)

# A closure and its payouts change under the locks of the account that is closed, which is gone by no closure.
READ_CLOSURES: Final = f"""
SELECT {CLOSURE_COLUMNS} FROM closure l
WHERE l.owner_id = ANY(%(locked_owners)b::uuid[])
  AND (l.status <> 'cancelled' OR l.id = ANY(%(closure_ids)b::uuid[]))
"""  # noqa: S608 (as above)

READ_PAYOUTS: Final = f"""
SELECT {PAYOUT_COLUMNS} FROM closure_payout y
WHERE y.closure_id = ANY(%(closure_ids)b::uuid[]) AND y.owner_id = ANY(%(locked_owners)b::uuid[])
"""  # noqa: S608 (as above)

# Merchants and programmes have no strict account: their statements and payouts are locked themselves, in this order.
LOCK_MERCHANT_STATEMENTS: Final = _locked(
    MERCHANT_STATEMENT_COLUMNS, "merchant_statement s", ids="merchant_statement_ids"
)
LOCK_MERCHANT_PAYOUTS: Final = _locked(MERCHANT_PAYOUT_COLUMNS, "merchant_payout y", ids="merchant_payout_ids")

# A run of matching keeps the breaks that it ends until it is over; who shares a group with one of them does not wait.
LOCK_BREAKS: Final = f"""
SELECT {BREAK_COLUMNS} {FROM_BREAKS}
WHERE b.id = ANY(%(break_ids)b::uuid[])
ORDER BY b.id
FOR NO KEY UPDATE OF b NOWAIT
"""
# What is proposed for a break changes under the lock of the break alone.
READ_BREAK_PROPOSALS: Final = f"""
SELECT {PROPOSAL_COLUMNS} FROM break_proposal p WHERE p.break_id = ANY(%(break_ids)b::uuid[]) AND p.state = 'waiting'
"""  # noqa: S608 (as above)

LOCK_NETTING_STATEMENTS: Final = _locked(NETTING_STATEMENT_COLUMNS, "netting_statement s", ids="netting_statement_ids")
LOCK_NETTING_PAYOUTS: Final = _locked(NETTING_PAYOUT_COLUMNS, "netting_payout y", ids="netting_payout_ids")
# What becomes of money in suspense is decided under the lock of its item, which itself never changes.
LOCK_SUSPENSE_ITEMS: Final = _locked(SUSPENSE_ITEM_COLUMNS, "suspense_item i", ids="suspense_item_ids")
READ_SUSPENSE_RESOLUTIONS: Final = f"""
SELECT {SUSPENSE_RESOLUTION_COLUMNS} FROM suspense_resolution r
WHERE r.item_id = ANY(%(suspense_item_ids)b::uuid[])
"""  # noqa: S608 (as above)

READ_SUSPENSE_PAYOUTS: Final = f"""
SELECT {SUSPENSE_PAYOUT_COLUMNS} FROM suspense_payout y WHERE y.item_id = ANY(%(suspense_item_ids)b::uuid[])
"""  # noqa: S608 (as above)

READ_VOUCHERS: Final = f"""
SELECT {VOUCHER_COLUMNS} FROM voucher v
WHERE v.member_id = ANY(%(locked_owners)b::uuid[])
  AND (v.id = ANY(%(voucher_ids)b::uuid[])
       OR (v.status = 'granted' AND v.member_id = ANY(%(voucher_owners)b::uuid[])))
"""  # noqa: S608 (as above)

# A loss changes under the locks of its card; only its successor is written before.
READ_LOSSES: Final = f"""
SELECT {LOSS_COLUMNS} FROM lost_card x WHERE x.card_id = ANY(%(locked_owners)b::uuid[])
"""  # noqa: S608 (as above)
