"""Writing what a group changed: one set-based statement a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from florin.domain.break_proposal import BreakProposal
from florin.domain.break_record import WRITTEN, Break
from florin.domain.card import Card
from florin.domain.chart import AccountCode
from florin.domain.closure import Closure, PayoutAccount
from florin.domain.closure_payout import ClosurePayout
from florin.domain.corporate_order import CorporateOrder
from florin.domain.funding_refund import FundingRefund
from florin.domain.journal import InvariantBrokenError, StrictAccount, Transfer
from florin.domain.loss import Loss
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout
from florin.domain.order_line import OrderedLine
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.payment_refund import PaymentRefund
from florin.domain.purchase import Hold, Purchase
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.domain.vouchers import Voucher
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.corporate.receipts import Receipt
from florin.storage.posting.columns import Table, Write, instants, uuids
from florin.storage.posting.exchange import Asked, exchange
from florin.storage.posting.facts import Facts
from florin.storage.posting.loyalty_rows import PointsEntry, PointsLapse
from florin.storage.posting.request import Operation, OutcomeUnknownError
from florin.storage.posting.rows import (
    AccessEnded,
    AuditRow,
    HolderRow,
    OutboxEvent,
    RedemptionRow,
    RefundRow,
)
from florin.storage.reconciliation.break_rows import BreakChange

ACCOUNTS: Final = Table("strict_account", StrictAccount, leave_out=("is_new",))
TRANSFERS: Final = Table("transfer", Transfer)
OPERATIONS: Final = Table("operation", Operation)
PURCHASES: Final = Table("purchase", Purchase)
HOLDS: Final = Table("hold", Hold)
REFUNDS: Final = Table("refund", RefundRow)
REDEMPTIONS: Final = Table("redemption", RedemptionRow)
CARDS: Final = Table("card", Card)
HOLDERS: Final = Table("card_holder", HolderRow)
WALLETS: Final = Table("member", Wallet, leave_out=("has_identity",))
PAYMENT_CODES: Final = Table("payment_code", PaymentCode)
ORDERS: Final = Table("corporate_order", CorporateOrder)
ORDERED_LINES: Final = Table("order_line", OrderedLine)
RECEIPTS: Final = Table("receipt", Receipt)
FUNDING_REFUNDS: Final = Table("funding_refund", FundingRefund)
PAYMENTS: Final = Table("payment", Payment)
PAYMENT_REFUNDS: Final = Table("payment_refund", PaymentRefund)
CLOSURES: Final = Table("closure", Closure)
PAYOUT_ACCOUNTS: Final = Table("payout_account", PayoutAccount)
PAYOUTS: Final = Table("closure_payout", ClosurePayout)
MERCHANT_STATEMENTS: Final = Table("merchant_statement", MerchantStatement)
MERCHANT_PAYOUTS: Final = Table("merchant_payout", MerchantPayout)
BREAKS: Final = Table("break", Break)
BREAK_PROPOSALS: Final = Table("break_proposal", BreakProposal)
BREAK_CHANGES: Final = Table("break_change", BreakChange)
NETTING_STATEMENTS: Final = Table("netting_statement", NettingStatement)
NETTING_PAYOUTS: Final = Table("netting_payout", NettingPayout)
POINTS_ENTRIES: Final = Table("points_entry", PointsEntry)
POINTS_LAPSES: Final = Table("points_lapse", PointsLapse)
SUSPENSE_ITEMS: Final = Table("suspense_item", SuspenseItem)
SUSPENSE_RESOLUTIONS: Final = Table("suspense_resolution", SuspenseResolution)
SUSPENSE_PAYOUTS: Final = Table("suspense_payout", SuspensePayout)
VOUCHERS: Final = Table("voucher", Voucher)
LOSSES: Final = Table("lost_card", Loss)
EVENTS: Final = Table("outbox", OutboxEvent)
AUDITS: Final = Table("audit", AuditRow)

INSERT_ACCOUNTS: Final = ACCOUNTS.insert()
UPDATE_ACCOUNTS: Final = ACCOUNTS.update(("owner_id", "code"), ("balance_minor", "held_minor", "sequence"))
INSERT_TRANSFERS: Final = TRANSFERS.insert()
INSERT_OPERATIONS: Final = OPERATIONS.insert()
INSERT_PURCHASES: Final = PURCHASES.insert()
UPDATE_PURCHASES: Final = PURCHASES.update(
    ("id",), ("refunded_principal_minor", "refunded_bonus_minor", "refunded_discount_minor", "status")
)
INSERT_HOLDS: Final = HOLDS.insert()
UPDATE_HOLDS: Final = HOLDS.update(("id",), ("status", "principal_minor", "expires_at", "ended_at"))
INSERT_REFUNDS: Final = REFUNDS.insert()
INSERT_REDEMPTIONS: Final = REDEMPTIONS.insert()
UPDATE_CARDS: Final = CARDS.update(
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
INSERT_HOLDERS: Final = HOLDERS.insert(
    """ON CONFLICT (card_id) DO UPDATE
    SET identity_encrypted = excluded.identity_encrypted, recorded_at = excluded.recorded_at"""
)
UPDATE_MEMBERS: Final = WALLETS.update(("id",), ("status",))
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
UPDATE_PAYMENT_CODES: Final = PAYMENT_CODES.update(("code_index",), ("used_at",))
UPDATE_ORDERED_LINES: Final = ORDERED_LINES.update(("order_id", "line"), ("status", "failure"))
UPDATE_ORDERS: Final = ORDERS.update(("id",), ("status", "reserved_minor", "used_minor"))
INSERT_RECEIPTS: Final = RECEIPTS.insert()
INSERT_FUNDING_REFUNDS: Final = FUNDING_REFUNDS.insert()
UPDATE_FUNDING_REFUNDS: Final = FUNDING_REFUNDS.update(
    ("id",),
    (
        "status",
        "decided_by",
        "decided_person",
        "decided_at",
        "journal_id",
        "paid_by",
        "paid_at",
        "paid_journal_id",
        "bank_reference",
    ),
)
INSERT_PAYMENTS: Final = PAYMENTS.insert()
UPDATE_PAYMENTS: Final = PAYMENTS.update(
    ("id",),
    (
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
    ),
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
INSERT_PAYMENT_REFUNDS: Final = PAYMENT_REFUNDS.insert()
UPDATE_PAYMENT_REFUNDS: Final = PAYMENT_REFUNDS.update(
    ("id",), ("status", "provider_reference", "failure", "put_back_journal_id", "ended_at", "next_step_at")
)
INSERT_CLOSURES: Final = CLOSURES.insert()
UPDATE_CLOSURES: Final = CLOSURES.update(
    ("id",),
    (
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
    ),
)
INSERT_PAYOUT_ACCOUNTS: Final = PAYOUT_ACCOUNTS.insert()
PAYOUTS_WAY: Final = (
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
INSERT_PAYOUTS: Final = PAYOUTS.insert()
UPDATE_PAYOUTS: Final = PAYOUTS.update(
    ("id",), ("account_id", "account_person", "accepted_by", "accepted_person", *PAYOUTS_WAY)
)
UPDATE_MERCHANT_STATEMENTS: Final = MERCHANT_STATEMENTS.update(
    ("id",),
    (
        "status",
        "approved_by",
        "approved_person",
        "approved_at",
        "approved_hash",
        "journal_id",
        "taken_over_journal_id",
    ),
)
INSERT_MERCHANT_PAYOUTS: Final = MERCHANT_PAYOUTS.insert()
UPDATE_MERCHANT_PAYOUTS: Final = MERCHANT_PAYOUTS.update(("id",), PAYOUTS_WAY)
UPDATE_BREAKS: Final = BREAKS.update(("id",), WRITTEN)
INSERT_BREAK_PROPOSALS: Final = BREAK_PROPOSALS.insert()
UPDATE_BREAK_PROPOSALS: Final = BREAK_PROPOSALS.update(
    ("id",), ("state", "decided_by", "decided_person", "decided_at", "journal_id")
)
INSERT_BREAK_CHANGES: Final = BREAK_CHANGES.insert()
UPDATE_NETTING_STATEMENTS: Final = NETTING_STATEMENTS.update(
    ("id",),
    (
        "status",
        "approved_by",
        "approved_person",
        "approved_at",
        "approved_hash",
        "first_journal_id",
        "second_journal_id",
    ),
)
INSERT_NETTING_PAYOUTS: Final = NETTING_PAYOUTS.insert()
# Into which netting statement one that came back is carried is written by whoever draws that up, and never here.
UPDATE_NETTING_PAYOUTS: Final = NETTING_PAYOUTS.update(
    ("id",), (*PAYOUTS_WAY, "received_by", "received_at", "received_journal_id", "received_reference")
)
INSERT_SUSPENSE_ITEMS: Final = SUSPENSE_ITEMS.insert()
INSERT_SUSPENSE_RESOLUTIONS: Final = SUSPENSE_RESOLUTIONS.insert()
UPDATE_SUSPENSE_RESOLUTIONS: Final = SUSPENSE_RESOLUTIONS.update(
    ("id",), ("status", "decided_by", "decided_person", "decided_at", "approved_hash", "receipt_id", "journal_id")
)
INSERT_SUSPENSE_PAYOUTS: Final = SUSPENSE_PAYOUTS.insert()
UPDATE_SUSPENSE_PAYOUTS: Final = SUSPENSE_PAYOUTS.update(("id",), PAYOUTS_WAY)
INSERT_POINTS_ENTRIES: Final = POINTS_ENTRIES.insert()
INSERT_POINTS_LAPSES: Final = POINTS_LAPSES.insert()
INSERT_VOUCHERS: Final = VOUCHERS.insert()
UPDATE_VOUCHERS: Final = VOUCHERS.update(("id",), ("status", "ended_at", "ended_journal_id"))
INSERT_LOSSES: Final = LOSSES.insert()
# Which card is to take its place is written by whoever makes it, and never here.
UPDATE_LOSSES: Final = LOSSES.update(("id",), ("status", "decided_by", "decided_person", "decided_at", "journal_id"))
INSERT_EVENTS: Final = EVENTS.insert()
INSERT_AUDITS: Final = AUDITS.insert()

# Of an inquiry about a card that does not exist nothing is written. A wrong PIN is, and a row lock is in the log: those
# answers wait for the disk. Without this record the first would come milliseconds sooner, and tell.
WRITE_TO_LOG: Final = "SELECT pg_logical_emit_message(true, 'florin', '')"

COMMIT: Final = "COMMIT"

Statement = tuple[Write, Sequence[Any]]


@dataclass(slots=True)
class Writes:
    """The changes of a group besides those in the `WorkingRows` of its facts, in the order of their tables."""

    facts: Facts
    transfers: list[Transfer] = field(default_factory=list)
    accounts: dict[tuple[UUID, AccountCode], StrictAccount] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    events: list[OutboxEvent] = field(default_factory=list)
    refunds: list[RefundRow] = field(default_factory=list)
    redemptions: list[RedemptionRow] = field(default_factory=list)
    cards: dict[UUID, Card] = field(default_factory=dict)
    holders: dict[UUID, HolderRow] = field(default_factory=dict)
    wallets: dict[UUID, Wallet] = field(default_factory=dict)
    payment_codes: dict[bytes, PaymentCode] = field(default_factory=dict)
    access_ended: dict[UUID, AccessEnded] = field(default_factory=dict)
    ordered_lines: dict[tuple[UUID, int], OrderedLine] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    payout_accounts: list[PayoutAccount] = field(default_factory=list)
    break_changes: list[BreakChange] = field(default_factory=list)
    points_entries: list[PointsEntry] = field(default_factory=list)
    points_lapses: list[PointsLapse] = field(default_factory=list)
    audits: list[AuditRow] = field(default_factory=list)

    def touch(self, account: StrictAccount) -> None:
        """Write the account's counters."""
        self.accounts[account.owner_id, account.code] = account

    def statements(self) -> list[Statement]:
        """The statements to run and the rows of each, in an order that never changes; empty ones are left out."""
        facts = self.facts
        ordered: tuple[tuple[Write, Sequence[Any] | dict[Any, Any]], ...] = (
            (INSERT_ACCOUNTS, [each for each in self.accounts.values() if each.is_new]),
            (UPDATE_ACCOUNTS, [each for each in self.accounts.values() if not each.is_new]),
            (INSERT_TRANSFERS, self.transfers),
            # Two groups of two processes that hold the same new keys wait for each other in the same order.
            (INSERT_OPERATIONS, sorted(self.operations, key=_by_caller_and_key)),
            (INSERT_PURCHASES, facts.purchases.added),
            (UPDATE_PURCHASES, facts.purchases.changed),
            (INSERT_HOLDS, facts.holds.added),
            (UPDATE_HOLDS, facts.holds.changed),
            (INSERT_REFUNDS, self.refunds),
            (INSERT_REDEMPTIONS, self.redemptions),
            (UPDATE_CARDS, self.cards),
            (INSERT_HOLDERS, self.holders),
            (UPDATE_MEMBERS, self.wallets),
            (UPDATE_PAYMENT_CODES, self.payment_codes),
            # After the status: a sign-in that was quicker is seen here, and a slower one sees the status.
            (END_ACCESS, self.access_ended),
            (UPDATE_ORDERS, facts.orders.changed),
            (UPDATE_ORDERED_LINES, self.ordered_lines),
            (INSERT_RECEIPTS, self.receipts),
            (INSERT_FUNDING_REFUNDS, facts.funding_refunds.added),
            (UPDATE_FUNDING_REFUNDS, facts.funding_refunds.changed),
            (INSERT_PAYMENTS, facts.payments.added),
            (UPDATE_PAYMENTS, facts.payments.changed),
            (PUT_BACK, [each for each in facts.payments.changed.values() if each.status is PaymentStatus.RETURNED]),
            (INSERT_PAYMENT_REFUNDS, facts.payment_refunds.added),
            (UPDATE_PAYMENT_REFUNDS, facts.payment_refunds.changed),
            (INSERT_CLOSURES, facts.closures.added),
            (UPDATE_CLOSURES, facts.closures.changed),
            (INSERT_PAYOUT_ACCOUNTS, self.payout_accounts),
            (INSERT_PAYOUTS, facts.payouts.added),
            (UPDATE_PAYOUTS, facts.payouts.changed),
            (UPDATE_MERCHANT_STATEMENTS, facts.merchant_statements.changed),
            # What replaces another payout is written after it is known to have come back.
            (UPDATE_MERCHANT_PAYOUTS, facts.merchant_payouts.changed),
            (INSERT_MERCHANT_PAYOUTS, facts.merchant_payouts.added),
            (UPDATE_BREAKS, facts.breaks.changed),
            # What is rejected makes room for what is proposed next.
            (UPDATE_BREAK_PROPOSALS, facts.break_proposals.changed),
            (INSERT_BREAK_PROPOSALS, facts.break_proposals.added),
            (INSERT_BREAK_CHANGES, self.break_changes),
            (UPDATE_NETTING_STATEMENTS, facts.nettings.changed),
            (INSERT_NETTING_PAYOUTS, facts.netting_payouts.added),
            (UPDATE_NETTING_PAYOUTS, facts.netting_payouts.changed),
            (INSERT_SUSPENSE_ITEMS, facts.suspense_items.added),
            (UPDATE_SUSPENSE_RESOLUTIONS, facts.suspense_resolutions.changed),
            (INSERT_SUSPENSE_RESOLUTIONS, facts.suspense_resolutions.added),
            (UPDATE_SUSPENSE_PAYOUTS, facts.suspense_payouts.changed),
            (INSERT_SUSPENSE_PAYOUTS, facts.suspense_payouts.added),
            (INSERT_POINTS_ENTRIES, self.points_entries),
            (INSERT_POINTS_LAPSES, self.points_lapses),
            (INSERT_VOUCHERS, facts.vouchers.added),
            (UPDATE_VOUCHERS, facts.vouchers.changed),
            (INSERT_LOSSES, facts.losses.added),
            (UPDATE_LOSSES, facts.losses.changed),
            (INSERT_EVENTS, self.events),
            (INSERT_AUDITS, self.audits),
        )
        return [(write, list(rows.values()) if isinstance(rows, dict) else rows) for write, rows in ordered if rows]


def _by_caller_and_key(operation: Operation) -> tuple[int, str]:
    return operation.caller_id.int, operation.key


async def write_and_commit(connection: AsyncConnection[Any], writes: Writes) -> None:
    """Write everything in one round trip, then commit.

    Raises `InvariantBrokenError`, and commits nothing, when a row that was locked is not there to be updated. Raises
    `OutcomeUnknownError` when the commit was sent and no answer came; any other error says that nothing was done.
    """
    statements = writes.statements()
    packed: list[Asked] = [(write.query, write.pack(rows)) for write, rows in statements]
    returned = await exchange(connection, packed or [(WRITE_TO_LOG, {})])
    for (write, rows), each in zip(statements, returned, strict=False):
        if each.count != len(rows):
            raise InvariantBrokenError(f"{each.count} of {len(rows)} rows written by: {write.query[:60]}")
    try:
        await exchange(connection, [(COMMIT, {})])
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise OutcomeUnknownError("the database went away while it committed") from error
