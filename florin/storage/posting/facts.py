"""Facts: everything that a posting group has locked and read, and how the rows of the database become them."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from florin.domain.card import Card
from florin.domain.card_life import CardBlock, CardStatus
from florin.domain.chart import AccountCode
from florin.domain.closure import Closure, ClosureStatus, ProofOfHolder
from florin.domain.closure_payout import ClosurePayout, PayoutCause
from florin.domain.corporate_order import CorporateOrder, OrderedCard
from florin.domain.customer import CustomerStanding, CustomerStatus
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.journal import StrictAccount
from florin.domain.loss import Loss, LossStatus
from florin.domain.member_life import MemberStatus
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.netting import NettingStatement, NettingStatus
from florin.domain.netting_payout import NettingPayout
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus, OrderedLine
from florin.domain.payment import Payment, PaymentPurpose, PaymentStatus
from florin.domain.payment_refund import PaymentRefund, PaymentRefundStatus, RefundCause
from florin.domain.payout import PayoutStatus
from florin.domain.purchase import Hold, HoldStatus, OwnerKind, Purchase, PurchaseStatus
from florin.domain.suspense import (
    ResolutionKind,
    ResolutionStatus,
    SuspenseItem,
    SuspensePayout,
    SuspenseReason,
    SuspenseResolution,
)
from florin.domain.vouchers import Voucher, VoucherStatus
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.posting.working_tables import WorkingTables
from florin.storage.reconciliation.break_rows import read_break, read_proposal


@dataclass(slots=True)
class CardSale:
    """A card's activation at a till: its number in the card's statement, its time, and whether it is taken back."""

    sequence: int
    posted_at: datetime
    is_taken_back: bool = False


@dataclass(slots=True)
class PastOperation:
    """An operation that the book already holds."""

    fingerprint: UUID
    verb: str
    decline: Decline | None
    answer: bytes
    subject_id: UUID | None
    journal_id: UUID | None


# Looking a member up costs a tenth of asking its enumeration for it.
_CODES: Final = {int(code): code for code in AccountCode}
_CARD_STATUSES: Final = {each.value: each for each in CardStatus}
_CARD_BLOCKS: Final = {each.value: each for each in CardBlock}


@dataclass(slots=True)
class Facts(WorkingTables):
    """Everything that a group has locked and read; each method takes in a row of a query of `fact_queries`."""

    version: int = 0
    accounts: dict[UUID, list[StrictAccount]] = field(default_factory=dict)
    cards: dict[UUID, Card] = field(default_factory=dict)
    cards_by_number: dict[bytes, Card] = field(default_factory=dict)
    cards_by_ecode: dict[bytes, Card] = field(default_factory=dict)
    wallets: dict[UUID, Wallet] = field(default_factory=dict)
    redeemed_into: dict[UUID, UUID] = field(default_factory=dict)
    payment_codes: dict[bytes, PaymentCode] = field(default_factory=dict)
    card_sales: dict[UUID, CardSale] = field(default_factory=dict)
    ordered_cards: dict[UUID, OrderedCard] = field(default_factory=dict)
    ordered_lines: dict[tuple[UUID, int], OrderedLine] = field(default_factory=dict)
    customers: dict[UUID, CustomerStanding] = field(default_factory=dict)
    by_key: dict[tuple[UUID, str], PastOperation] = field(default_factory=dict)
    by_reference: dict[tuple[UUID, str], PastOperation] = field(default_factory=dict)

    def set_version(self, row: tuple[Any, ...]) -> None:
        """The configuration's version."""
        (self.version,) = row

    def add_account(self, row: tuple[Any, ...]) -> None:
        """A strict account, now locked."""
        shard, owner_id, code, unit, programme_id, balance_minor, held_minor, sequence = row
        account = StrictAccount(shard, owner_id, _CODES[code], unit, programme_id, balance_minor, held_minor, sequence)
        self.accounts.setdefault(owner_id, []).append(account)

    def add_card(self, row: tuple[Any, ...]) -> None:
        """A card, findable by whatever a caller may name it by."""
        number_index, ecode_index, *columns = row
        card = Card(*columns)
        card.status, card.block = _CARD_STATUSES[card.status], _CARD_BLOCKS[card.block]
        self.cards[card.id] = card
        self.cards_by_number[number_index] = card
        if ecode_index is not None:
            self.cards_by_ecode[ecode_index] = card

    def add_wallet(self, row: tuple[Any, ...]) -> None:
        """A member's wallet."""
        wallet = Wallet(*row)
        wallet.status = MemberStatus(wallet.status)
        self.wallets[wallet.id] = wallet

    def add_payment_code(self, row: tuple[Any, ...]) -> None:
        """A payment code."""
        code = PaymentCode(*row)
        self.payment_codes[code.code_index] = code

    def add_purchase(self, row: tuple[Any, ...]) -> None:
        """A purchase."""
        purchase = Purchase(*row)
        purchase.owner_kind, purchase.status = OwnerKind(purchase.owner_kind), PurchaseStatus(purchase.status)
        self.purchases[purchase.id] = purchase

    def add_redemption(self, row: tuple[Any, ...]) -> None:
        """Where a redeemed card's value went."""
        card_id, member_id = row
        self.redeemed_into[card_id] = member_id

    def add_hold(self, row: tuple[Any, ...]) -> None:
        """A hold."""
        hold = Hold(*row)
        hold.owner_kind, hold.status = OwnerKind(hold.owner_kind), HoldStatus(hold.status)
        self.holds[hold.id] = hold

    def add_card_sale(self, row: tuple[Any, ...]) -> None:
        """A card's activation."""
        journal_id, sequence, posted_at, is_taken_back = row
        self.card_sales[journal_id] = CardSale(sequence, posted_at, is_taken_back)

    def add_order(self, row: tuple[Any, ...]) -> None:
        """A corporate order, now locked."""
        order = CorporateOrder(*row)
        order.status = OrderStatus(order.status)
        self.orders[order.id] = order

    def add_ordered_card(self, row: tuple[Any, ...]) -> None:
        """A card's place in its order."""
        card = OrderedCard(*row)
        self.ordered_cards[card.card_id] = card

    def add_ordered_line(self, row: tuple[Any, ...]) -> None:
        """A line of an order that is locked."""
        line = OrderedLine(*row)
        line.status = LineStatus(line.status)
        self.ordered_lines[line.order_id, line.line] = line

    def add_customer(self, row: tuple[Any, ...]) -> None:
        """How things stand with a corporate customer."""
        customer_id, status, refund_account_id = row
        self.customers[customer_id] = CustomerStanding(customer_id, CustomerStatus(status), refund_account_id)

    def add_funding_refund(self, row: tuple[Any, ...]) -> None:
        """A refund of a customer's money."""
        refund = FundingRefund(*row)
        refund.status = FundingRefundStatus(refund.status)
        self.funding_refunds[refund.id] = refund

    def add_payment(self, row: tuple[Any, ...]) -> None:
        """A payment through a provider, locked if a decision is to change it."""
        payment = read_payment(Payment(*row))
        self.payments[payment.id] = payment

    def add_payment_refund(self, row: tuple[Any, ...]) -> None:
        """A refund of a payment, now locked."""
        refund = read_payment_refund(PaymentRefund(*row))
        self.payment_refunds[refund.id] = refund

    def add_closure(self, row: tuple[Any, ...]) -> None:
        """A closure of an account."""
        closure = Closure(*row)
        closure.owner_kind, closure.status = OwnerKind(closure.owner_kind), ClosureStatus(closure.status)
        closure.verified_by = None if closure.verified_by is None else ProofOfHolder(closure.verified_by)
        self.closures[closure.id] = closure

    def add_payout(self, row: tuple[Any, ...]) -> None:
        """A payout of a closure."""
        payout = _row_of(ClosurePayout, row)
        payout.cause, payout.status = PayoutCause(payout.cause), PayoutStatus(payout.status)
        self.payouts[payout.id] = payout

    def add_merchant_statement(self, row: tuple[Any, ...]) -> None:
        """A merchant's statement, now locked."""
        statement = read_merchant_statement(row)
        self.merchant_statements[statement.id] = statement

    def add_merchant_payout(self, row: tuple[Any, ...]) -> None:
        """A merchant's payout, now locked."""
        payout = _row_of(MerchantPayout, row)
        payout.status = PayoutStatus(payout.status)
        self.merchant_payouts[payout.id] = payout

    def add_break(self, row: tuple[Any, ...]) -> None:
        """A break, now locked."""
        known = read_break(row)
        self.breaks[known.id] = known

    def add_break_proposal(self, row: tuple[Any, ...]) -> None:
        """What waits for a decision on a break that is locked."""
        proposal = read_proposal(row)
        self.break_proposals[proposal.id] = proposal

    def add_netting_statement(self, row: tuple[Any, ...]) -> None:
        """A netting statement, now locked."""
        statement = read_netting_statement(row)
        self.nettings[statement.id] = statement

    def add_netting_payout(self, row: tuple[Any, ...]) -> None:
        """A payout between programmes, now locked."""
        payout = _row_of(NettingPayout, row)
        payout.status = PayoutStatus(payout.status)
        self.netting_payouts[payout.id] = payout

    def add_suspense_item(self, row: tuple[Any, ...]) -> None:
        """Money in suspense, now locked."""
        item = read_suspense_item(SuspenseItem(*row))
        self.suspense_items[item.id] = item

    def add_suspense_resolution(self, row: tuple[Any, ...]) -> None:
        """What was proposed for an item that is locked."""
        resolution = read_suspense_resolution(SuspenseResolution(*row))
        self.suspense_resolutions[resolution.id] = resolution

    def add_suspense_payout(self, row: tuple[Any, ...]) -> None:
        """The payout of an item that is locked."""
        payout = _row_of(SuspensePayout, row)
        payout.status = PayoutStatus(payout.status)
        self.suspense_payouts[payout.id] = payout

    def add_voucher(self, row: tuple[Any, ...]) -> None:
        """A voucher of a member who is locked."""
        voucher = Voucher(*row)
        voucher.status = VoucherStatus(voucher.status)
        self.vouchers[voucher.id] = voucher

    def add_loss(self, row: tuple[Any, ...]) -> None:
        """A loss of a card."""
        loss = Loss(*row)
        loss.status = LossStatus(loss.status)
        self.losses[loss.id] = loss

    def add_operation(self, row: tuple[Any, ...]) -> None:
        """An operation of the past."""
        caller_id, key, fingerprint, verb, decline, answer, reference, subject_id, journal_id = row
        past = PastOperation(
            fingerprint, verb, None if decline is None else Decline(decline), answer.encode(), subject_id, journal_id
        )
        self.by_key[caller_id, key] = past
        if reference is not None:
            self.by_reference[caller_id, reference] = past


Row = TypeVar("Row", ClosurePayout, MerchantPayout, MerchantStatement, NettingPayout, NettingStatement, SuspensePayout)


def _row_of(kind: type[Row], row: tuple[Any, ...]) -> Row:
    """The dataclass of a row, from its columns in the order of the fields: of one whose fields go by name only."""
    return kind(**dict(zip((each.name for each in fields(kind)), row, strict=True)))


def read_merchant_statement(row: tuple[Any, ...]) -> MerchantStatement:
    """A statement from the columns of its row, in the order of its fields."""
    statement = _row_of(MerchantStatement, row)
    statement.status = StatementStatus(statement.status)
    return statement


def read_netting_statement(row: tuple[Any, ...]) -> NettingStatement:
    """A netting statement from the columns of its row, in the order of its fields."""
    statement = _row_of(NettingStatement, row)
    statement.status = NettingStatus(statement.status)
    return statement


def read_suspense_item(item: SuspenseItem) -> SuspenseItem:
    """An item as it comes from a row, its texts made members of their enumerations."""
    item.reason = SuspenseReason(item.reason)
    return item


def read_suspense_resolution(resolution: SuspenseResolution) -> SuspenseResolution:
    """A resolution as it comes from a row, its texts made members of their enumerations."""
    resolution.kind, resolution.status = ResolutionKind(resolution.kind), ResolutionStatus(resolution.status)
    return resolution


def read_payment(payment: Payment) -> Payment:
    """A payment as it comes from a row, its texts made members of their enumerations."""
    payment.purpose, payment.status = PaymentPurpose(payment.purpose), PaymentStatus(payment.status)
    return payment


def read_payment_refund(refund: PaymentRefund) -> PaymentRefund:
    """A refund as it comes from a row, its texts made members of their enumerations."""
    refund.cause, refund.status = RefundCause(refund.cause), PaymentRefundStatus(refund.status)
    return refund
