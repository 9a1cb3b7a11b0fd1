"""What a line of a bank's statement is for, by what it names: a receipt, a payout paid or come back, or nobody.

Only what fits exactly does something by itself. A credit that fits nobody goes to suspense, for people to decide; a
debit that fits nothing is left to matching, which makes a break of it.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.payout import HAS_LEFT, PayoutKind, PayoutStatus
from florin.domain.statement_line import Direction, LineKind
from florin.domain.suspense import SuspenseReason


class LeftReason(StrEnum):
    """Why a line is left to matching."""

    FEE = auto()
    INTEREST = auto()
    REVERSAL = auto()  # the bank takes an earlier line back, and it names no payout of ours
    OTHER_CURRENCY = auto()  # not the programme's
    NOTHING_NAMED = auto()
    SEVERAL_NAMED = auto()
    OTHER_AMOUNT = auto()
    NOT_SENT = auto()
    SHOWN_BEFORE = auto()  # another line stands for that payment
    REFERENCE_TAKEN = auto()  # somebody has recorded something else under the bank's reference
    PROVIDER_PAYOUT = auto()  # a provider has told of it: matching brings the two together
    REFUSED = auto()


INTEREST: Final = frozenset({"INTR", "INT", "NINT", "SINT", "FINT"})
"""Types of lines that are interest: ISO 20022's subfamily, and SWIFT's transaction type with what may stand before."""


@dataclass(frozen=True, slots=True)
class NamedPayment:
    """A payment of ours that a line names by its end-to-end id; of no ``kind`` is a refund of a customer's money.

    The journals that a statement shows are None where a line stands for them already; ``was_shown``: there is one.
    ``creditor_id`` is the other programme that netting pays, whose own bank shows that it ``was_received``.
    """

    kind: PayoutKind | None
    id: UUID
    programme_id: UUID
    unit: str
    amount_minor: int
    status: PayoutStatus
    was_shown: bool
    free_shown_journal_id: UUID | None
    free_returned_journal_id: UUID | None
    creditor_id: UUID | None = None
    was_received: bool = False
    free_received_journal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order that a line names by its payment reference, and how things stand with its customer."""

    payment_reference: str
    customer_id: UUID
    programme_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class NamedDebtor:
    """A merchant that a line names by its payment reference, and what it owes the programme for cards."""

    merchant_id: UUID
    owed_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line, the programme whose bank account it is on, and everything that it names."""

    kind: LineKind
    direction: Direction
    their_type: str
    amount_minor: int
    currency: str
    programme_id: UUID
    unit: str
    has_payer: bool
    payments: tuple[NamedPayment, ...] = ()
    orders: tuple[NamedOrder, ...] = ()
    debtors: tuple[NamedDebtor, ...] = ()
    known_receipt_journal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receive:
    """It is a receipt of the order's customer."""

    order: NamedOrder


@dataclass(frozen=True, slots=True)
class PayDebt:
    """It pays what the merchant owes for cards, or some of it."""

    debtor: NamedDebtor


@dataclass(frozen=True, slots=True)
class Settle:
    """It shows that a payment was made."""

    payment: NamedPayment


@dataclass(frozen=True, slots=True)
class Return:
    """It shows that a payout of a kind came back."""

    payment: NamedPayment
    kind: PayoutKind


@dataclass(frozen=True, slots=True)
class ReceiveNetting:
    """It shows that another programme's payment has arrived."""

    payment: NamedPayment


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody has recorded it already: the line stands for that journal, and nothing is posted."""

    journal_id: UUID


@dataclass(frozen=True, slots=True)
class Suspend:
    """Nobody can be found who it is for."""

    reason: SuspenseReason


@dataclass(frozen=True, slots=True)
class Leave:
    """Matching is to see it."""

    reason: LeftReason


Purpose = Receive | PayDebt | Settle | Return | ReceiveNetting | Known | Suspend | Leave


def purpose_of(line: LineFacts) -> Purpose:
    """What a line is for."""
    if line.currency != line.unit:
        return Leave(LeftReason.OTHER_CURRENCY)
    if line.kind is LineKind.FEE:
        return Leave(LeftReason.FEE)
    if line.their_type in INTEREST:
        return Leave(LeftReason.INTEREST)
    return _of_credit(line) if line.direction is Direction.IN else _of_debit(line)


def _of_debit(line: LineFacts) -> Purpose:
    if line.kind is LineKind.REVERSAL:
        return Leave(LeftReason.REVERSAL)
    if len(line.payments) != 1:
        return Leave(LeftReason.SEVERAL_NAMED if line.payments else LeftReason.NOTHING_NAMED)
    (payment,) = line.payments
    if not _fits(line, payment):
        return Leave(LeftReason.OTHER_AMOUNT)
    if payment.status is PayoutStatus.SENT:
        return Settle(payment)
    if payment.free_shown_journal_id is not None:
        return Known(payment.free_shown_journal_id)
    return Leave(LeftReason.SHOWN_BEFORE if payment.was_shown else LeftReason.NOT_SENT)


def _of_credit(line: LineFacts) -> Purpose:
    named = len(line.payments) + len(line.orders) + len(line.debtors)
    if named > 1:
        return Suspend(SuspenseReason.SEVERAL_NAMED)
    if line.payments:
        (payment,) = line.payments
        return _of_arrival(line, payment) if payment.creditor_id == line.programme_id else _of_return(line, payment)
    if line.known_receipt_journal_id is not None:
        return Known(line.known_receipt_journal_id)
    if line.orders:
        return _of_receipt(line, line.orders[0])
    if line.debtors:
        (debtor,) = line.debtors
        return PayDebt(debtor) if line.amount_minor <= debtor.owed_minor else Suspend(SuspenseReason.MORE_THAN_OWED)
    return Leave(LeftReason.REVERSAL) if line.kind is LineKind.REVERSAL else Suspend(SuspenseReason.NOBODY_NAMED)


def _of_return(line: LineFacts, payment: NamedPayment) -> Purpose:
    if not _fits(line, payment):
        return Suspend(SuspenseReason.OTHER_AMOUNT)
    if payment.kind is None:
        return Suspend(SuspenseReason.REFUND_CAME_BACK)
    if payment.status in HAS_LEFT:
        return Return(payment, payment.kind)
    if payment.free_returned_journal_id is not None:
        return Known(payment.free_returned_journal_id)
    return Suspend(SuspenseReason.PAYOUT_NOT_SENT)


def _of_arrival(line: LineFacts, payment: NamedPayment) -> Purpose:
    if line.kind is LineKind.REVERSAL:
        return Leave(LeftReason.REVERSAL)
    if (payment.unit, payment.amount_minor) != (line.currency, line.amount_minor):
        return Suspend(SuspenseReason.OTHER_AMOUNT)
    if payment.free_received_journal_id is not None:
        return Known(payment.free_received_journal_id)
    has_come = payment.status in HAS_LEFT and not payment.was_received
    return ReceiveNetting(payment) if has_come else Suspend(SuspenseReason.PAYOUT_NOT_SENT)


def _of_receipt(line: LineFacts, order: NamedOrder) -> Purpose:
    if order.programme_id != line.programme_id:
        return Suspend(SuspenseReason.OTHER_PROGRAMME)
    if not order.is_active:
        return Suspend(SuspenseReason.CUSTOMER_NOT_ACTIVE)
    return Receive(order) if line.has_payer else Suspend(SuspenseReason.PAYER_UNKNOWN)


def _fits(line: LineFacts, payment: NamedPayment) -> bool:
    expected = (payment.programme_id, payment.unit, payment.amount_minor)
    return expected == (line.programme_id, line.currency, line.amount_minor)
