"""The tables that posting groups write, and the statement by which each is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from florin.domain.break_proposal import BreakProposal
from florin.domain.break_record import WRITTEN, Break
from florin.domain.card import Card
from florin.domain.closure import Closure, PayoutAccount
from florin.domain.closure_payout import ClosurePayout
from florin.domain.corporate_order import CorporateOrder
from florin.domain.funding_refund import FundingRefund
from florin.domain.journal import StrictAccount, Transfer
from florin.domain.loss import Loss
from florin.domain.merchant_debt import MerchantDebtPayment
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout
from florin.domain.order_line import OrderedLine
from florin.domain.payment import Payment
from florin.domain.payment_refund import PaymentRefund
from florin.domain.purchase import Hold, Purchase
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.domain.vouchers import Voucher
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.corporate.receipts import Receipt
from florin.storage.posting.columns import Table, Write, instants, uuids
from florin.storage.posting.loyalty_rows import PointsEntry, PointsLapse
from florin.storage.posting.request import Operation
from florin.storage.posting.rows import (
    AuditRow,
    HolderRow,
    OutboxEvent,
    RedemptionRow,
    RefundRow,
)
from florin.storage.posting.working_rows import WorkingRows
from florin.storage.reconciliation.break_rows import BreakChange

Statement = tuple[Write, Sequence[Any] | dict[Any, Any]]
"""How rows are written, and the rows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of rows with an id that decisions add to and change."""

    insert: Write
    update: Write

    def added_then_changed(self, rows: WorkingRows[Any]) -> tuple[Statement, Statement]:
        """What is new is written before what is changed."""
        return (self.insert, rows.added), (self.update, rows.changed)

    def changed_then_added(self, rows: WorkingRows[Any]) -> tuple[Statement, Statement]:
        """What is changed is written before what is new, and so makes room for it."""
        return (self.update, rows.changed), (self.insert, rows.added)


def _kept(name: str, row: type, *changing: str) -> Kept:
    table = Table(name, row)
    return Kept(table.insert(), table.update(("id",), changing))


def _inserted(name: str, row: type) -> Write:
    return Table(name, row).insert()


_ACCOUNTS: Final = Table("strict_account", StrictAccount, leave_out=("is_new",))
INSERT_ACCOUNTS: Final = _ACCOUNTS.insert()
UPDATE_ACCOUNTS: Final = _ACCOUNTS.update(("owner_id", "code"), ("balance_minor", "held_minor", "sequence"))
INSERT_TRANSFERS: Final = _inserted("transfer", Transfer)
INSERT_OPERATIONS: Final = _inserted("operation", Operation)
PURCHASES: Final = _kept(
    "purchase", Purchase, "refunded_principal_minor", "refunded_bonus_minor", "refunded_discount_minor", "status"
)
HOLDS: Final = _kept("hold", Hold, "status", "principal_minor", "expires_at", "ended_at")
INSERT_REFUNDS: Final = _inserted("refund", RefundRow)
INSERT_REDEMPTIONS: Final = _inserted("redemption", RedemptionRow)
UPDATE_CARDS: Final = Table("card", Card).update(
    ("id",),
    (
        "status",
        "block",
        "block_reason",
        "expires_on",
        "sold_by",
        "sold_at",
        "activated_at",
        "ended_at",
        "pin_failures",
        "pin_locked_until",
        "successor_id",
    ),
)
INSERT_HOLDERS: Final = Table("card_holder", HolderRow).insert(
    """ON CONFLICT (card_id) DO UPDATE
    SET identity_encrypted = excluded.identity_encrypted, recorded_at = excluded.recorded_at"""
)
UPDATE_MEMBERS: Final = Table("member", Wallet, leave_out=("has_identity",)).update(("id",), ("status",))
# One row for each member, as `write_and_commit` wants it, however many sessions there were.
END_ACCESS: Final = Write(
    """
    WITH gone AS (
        SELECT unnest(%(member_id)b::uuid[]) AS member_id, unnest(%(at)b::timestamptz[]) AS at
    ), signed_out AS (
        UPDATE session SET revoked_at = gone.at FROM gone
        WHERE session.member_id = gone.member_id AND revoked_at IS NULL
    ), withdrawn AS (
        DELETE FROM payment_code USING gone WHERE payment_code.member_id = gone.member_id AND used_at IS NULL
    )
    SELECT FROM gone
    """,
    attrgetter("member_id", "at"),
    {"member_id": uuids, "at": instants},
)
UPDATE_PAYMENT_CODES: Final = Table("payment_code", PaymentCode).update(("code_index",), ("used_at",))
UPDATE_ORDERS: Final = Table("corporate_order", CorporateOrder).update(
    ("id",), ("status", "reserved_minor", "used_minor")
)
UPDATE_ORDERED_LINES: Final = Table("order_line", OrderedLine).update(("order_id", "line"), ("status", "failure"))
INSERT_RECEIPTS: Final = _inserted("receipt", Receipt)
INSERT_DEBT_PAYMENTS: Final = _inserted("merchant_debt_payment", MerchantDebtPayment)
FUNDING_REFUNDS: Final = _kept(
    "funding_refund",
    FundingRefund,
    "status",
    "decided_by",
    "decided_person",
    "decided_at",
    "journal_id",
    "paid_by",
    "paid_at",
    "paid_journal_id",
    "bank_reference",
)
PAYMENTS: Final = _kept(
    "payment",
    Payment,
    "status",
    "provider_reference",
    "paid_minor",
    "paid_unit",
    "paid_at",
    "refunded_minor",
    "journal_id",
    "ended_at",
    "next_step_at",
    "card_id",
)
# The card that is kept for a payment that goes back is for sale again. One row for each payment, as `write_and_commit`
# wants it, whether or not a card was kept for it.
PUT_BACK: Final = Write(
    """
    WITH gone AS (
        SELECT unnest(%(payment_id)b::uuid[]) AS payment_id
    ), put_back AS (
        UPDATE online_card o SET payment_id = NULL, trial_person = NULL FROM gone WHERE o.payment_id = gone.payment_id
    )
    SELECT FROM gone
    """,
    lambda payment: (payment.id,),
    {"payment_id": uuids},
)
PAYMENT_REFUNDS: Final = _kept(
    "payment_refund",
    PaymentRefund,
    "status",
    "provider_reference",
    "failure",
    "put_back_journal_id",
    "ended_at",
    "next_step_at",
)
CLOSURES: Final = _kept(
    "closure",
    Closure,
    "status",
    "account_id",
    "added_minor",
    "verified_by",
    "verified_at",
    "cools_until",
    "decided_by",
    "decided_person",
    "decided_at",
    "decided_journal_id",
    "reason",
)
INSERT_PAYOUT_ACCOUNTS: Final = _inserted("payout_account", PayoutAccount)
_PAYOUTS_WAY: Final = (
    "status",
    "sent_by",
    "sent_at",
    "paid_journal_id",
    "settled_by",
    "settled_at",
    "settled_journal_id",
    "bank_reference",
    "returned_by",
    "returned_at",
    "returned_journal_id",
    "return_reason",
)
"""How far a payout of any kind is; in which file it is, is written by whoever makes the file, and never here."""
PAYOUTS: Final = _kept(
    "closure_payout",
    ClosurePayout,
    *("account_id", "account_person", "accepted_by", "accepted_person"),
    *_PAYOUTS_WAY,
)
_APPROVAL: Final = ("status", "approved_by", "approved_person", "approved_at", "approved_hash")
UPDATE_MERCHANT_STATEMENTS: Final = Table("merchant_statement", MerchantStatement).update(
    ("id",), (*_APPROVAL, "journal_id", "taken_over_journal_id")
)
MERCHANT_PAYOUTS: Final = _kept("merchant_payout", MerchantPayout, *_PAYOUTS_WAY)
UPDATE_BREAKS: Final = Table("break", Break).update(("id",), WRITTEN)
BREAK_PROPOSALS: Final = _kept(
    "break_proposal", BreakProposal, "state", "decided_by", "decided_person", "decided_at", "journal_id"
)
INSERT_BREAK_CHANGES: Final = _inserted("break_change", BreakChange)
UPDATE_NETTING_STATEMENTS: Final = Table("netting_statement", NettingStatement).update(
    ("id",), (*_APPROVAL, "first_journal_id", "second_journal_id")
)
# Into which netting statement one that came back is carried is written by whoever draws that up, and never here.
NETTING_PAYOUTS: Final = _kept(
    "netting_payout",
    NettingPayout,
    *_PAYOUTS_WAY,
    *("received_by", "received_at", "received_journal_id", "received_reference"),
)
INSERT_SUSPENSE_ITEMS: Final = _inserted("suspense_item", SuspenseItem)
SUSPENSE_RESOLUTIONS: Final = _kept(
    "suspense_resolution",
    SuspenseResolution,
    "status",
    "decided_by",
    "decided_person",
    "decided_at",
    "approved_hash",
    "receipt_id",
    "journal_id",
)
SUSPENSE_PAYOUTS: Final = _kept("suspense_payout", SuspensePayout, *_PAYOUTS_WAY)
INSERT_POINTS_ENTRIES: Final = _inserted("points_entry", PointsEntry)
INSERT_POINTS_LAPSES: Final = _inserted("points_lapse", PointsLapse)
VOUCHERS: Final = _kept("voucher", Voucher, "status", "ended_at", "ended_journal_id")
# Which card is to take its place is written by whoever makes it, and never here.
LOSSES: Final = _kept("lost_card", Loss, "status", "decided_by", "decided_person", "decided_at", "journal_id")
INSERT_EVENTS: Final = _inserted("outbox", OutboxEvent)
INSERT_AUDITS: Final = _inserted("audit", AuditRow)
