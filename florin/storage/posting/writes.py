"""Writing what a group changed: one set-based statement a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from florin.domain.card import Card
from florin.domain.chart import AccountCode
from florin.domain.closure import PayoutAccount
from florin.domain.journal import InvariantBrokenError, StrictAccount, Transfer
from florin.domain.merchant_debt import MerchantDebtPayment
from florin.domain.order_line import OrderedLine
from florin.domain.payment import PaymentStatus
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.corporate.receipts import Receipt
from florin.storage.posting import tables as to
from florin.storage.posting.columns import Write
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
from florin.storage.posting.tables import Statement
from florin.storage.reconciliation.break_rows import BreakChange

# Of an inquiry about a card that does not exist nothing is written. A wrong PIN is, and a row lock is in the log: those
# answers wait for the disk. Without this record the first would come milliseconds sooner, and tell.
WRITE_TO_LOG: Final = "SELECT pg_logical_emit_message(true, 'florin', '')"

COMMIT: Final = "COMMIT"


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
    debt_payments: list[MerchantDebtPayment] = field(default_factory=list)
    payout_accounts: list[PayoutAccount] = field(default_factory=list)
    break_changes: list[BreakChange] = field(default_factory=list)
    points_entries: list[PointsEntry] = field(default_factory=list)
    points_lapses: list[PointsLapse] = field(default_factory=list)
    audits: list[AuditRow] = field(default_factory=list)

    def touch(self, account: StrictAccount) -> None:
        """Write the account's counters."""
        self.accounts[account.owner_id, account.code] = account

    def statements(self) -> list[tuple[Write, Sequence[Any]]]:
        """The statements to run and the rows of each, in an order that never changes; empty ones are left out."""
        facts = self.facts
        ordered: tuple[Statement, ...] = (
            (to.INSERT_ACCOUNTS, [each for each in self.accounts.values() if each.is_new]),
            (to.UPDATE_ACCOUNTS, [each for each in self.accounts.values() if not each.is_new]),
            (to.INSERT_TRANSFERS, self.transfers),
            # Two groups of two processes that hold the same new keys wait for each other in the same order.
            (to.INSERT_OPERATIONS, sorted(self.operations, key=_by_caller_and_key)),
            *to.PURCHASES.added_then_changed(facts.purchases),
            *to.HOLDS.added_then_changed(facts.holds),
            (to.INSERT_REFUNDS, self.refunds),
            (to.INSERT_REDEMPTIONS, self.redemptions),
            (to.UPDATE_CARDS, self.cards),
            (to.INSERT_HOLDERS, self.holders),
            (to.UPDATE_MEMBERS, self.wallets),
            (to.UPDATE_PAYMENT_CODES, self.payment_codes),
            # After the status: a sign-in that was quicker is seen here, and a slower one sees the status.
            (to.END_ACCESS, self.access_ended),
            (to.UPDATE_ORDERS, facts.orders.changed),
            (to.UPDATE_ORDERED_LINES, self.ordered_lines),
            (to.INSERT_RECEIPTS, self.receipts),
            (to.INSERT_DEBT_PAYMENTS, self.debt_payments),
            *to.FUNDING_REFUNDS.added_then_changed(facts.funding_refunds),
            *to.PAYMENTS.added_then_changed(facts.payments),
            (to.PUT_BACK, [each for each in facts.payments.changed.values() if each.status is PaymentStatus.RETURNED]),
            *to.PAYMENT_REFUNDS.added_then_changed(facts.payment_refunds),
            *to.CLOSURES.added_then_changed(facts.closures),
            (to.INSERT_PAYOUT_ACCOUNTS, self.payout_accounts),
            *to.PAYOUTS.added_then_changed(facts.payouts),
            (to.UPDATE_MERCHANT_STATEMENTS, facts.merchant_statements.changed),
            # What replaces another payout is written after it is known to have come back.
            *to.MERCHANT_PAYOUTS.changed_then_added(facts.merchant_payouts),
            (to.UPDATE_BREAKS, facts.breaks.changed),
            # What is rejected makes room for what is proposed next.
            *to.BREAK_PROPOSALS.changed_then_added(facts.break_proposals),
            (to.INSERT_BREAK_CHANGES, self.break_changes),
            (to.UPDATE_NETTING_STATEMENTS, facts.nettings.changed),
            *to.NETTING_PAYOUTS.added_then_changed(facts.netting_payouts),
            (to.INSERT_SUSPENSE_ITEMS, facts.suspense_items.added),
            *to.SUSPENSE_RESOLUTIONS.changed_then_added(facts.suspense_resolutions),
            *to.SUSPENSE_PAYOUTS.changed_then_added(facts.suspense_payouts),
            (to.INSERT_POINTS_ENTRIES, self.points_entries),
            (to.INSERT_POINTS_LAPSES, self.points_lapses),
            *to.VOUCHERS.added_then_changed(facts.vouchers),
            *to.LOSSES.added_then_changed(facts.losses),
            (to.INSERT_EVENTS, self.events),
            (to.INSERT_AUDITS, self.audits),
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
