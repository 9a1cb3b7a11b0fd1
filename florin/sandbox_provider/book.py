"""What the entries of the journal come to: payments, refunds, notifications, and the merchant's money here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final, assert_never

from florin.sandbox_provider.entries import (
    Behaviour,
    BehaviourSet,
    Entry,
    NotificationMade,
    NotificationTried,
    PaidOut,
    PaymentClosed,
    PaymentMade,
    PaymentPaid,
    RefundMade,
    RefundSettled,
)

RETRY_AFTER_S: Final = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
"""Seconds between the attempts to tell a merchant who does not take a notification: those that WeChat Pay documents."""

FEE_PER_10_000: Final = 60
"""What the provider keeps of a payment: 0.60 %, WeChat Pay's usual rate."""


class State(StrEnum):
    """Where a payment stands."""

    WAITING = auto()
    PAID = auto()
    CLOSED = auto()


@dataclass(slots=True)
class Refund:
    """A refund, what has become of it, and what the provider gives back of its fee."""

    made: RefundMade
    settled: RefundSettled | None = None
    fee_back_minor: int = 0

    @property
    def failed(self) -> bool:
        """Whether the money stays with the merchant."""
        return self.settled is not None and not self.settled.paid


@dataclass(slots=True)
class Payment:
    """A payment and what has become of it."""

    made: PaymentMade
    paid: PaymentPaid | None = None
    closed: bool = False
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refunded_minor(self) -> int:
        """What has gone back, or may still."""
        return sum(each.made.amount_minor for each in self.refunds if not each.failed)

    def state(self, now: datetime) -> State:
        """Where it stands at a moment: time alone closes it, too."""
        if self.paid is not None:
            return State.PAID
        return State.CLOSED if self.closed or now >= self.made.expires_at else State.WAITING


@dataclass(slots=True)
class Notification:
    """A notification, how often it was taken, and when it is sent next: never, if None."""

    made: NotificationMade
    next_at: datetime | None
    taken: int = 0
    failures: int = 0

    def note(self, tried: NotificationTried) -> None:
        """Take down an attempt; after the last of the schedule the provider gives up."""
        if tried.taken:
            self.taken += 1
            self.next_at = tried.at if self.taken < self.made.copies else None
        elif self.failures < len(RETRY_AFTER_S):
            self.next_at = tried.at + timedelta(seconds=RETRY_AFTER_S[self.failures])
            self.failures += 1
        else:
            self.next_at = None


class Business(StrEnum):
    """Why money of the merchant moved, in the words of the fund-flow file."""

    TRADE = "交易"
    FEE = "扣除交易手续费"
    REFUND = "退款"
    PAYOUT = "提现"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came to the merchant's account with the provider (positive) or left it."""

    at: datetime
    subject_id: str
    reference: str
    business: Business
    amount_minor: int
    balance_minor: int
    note: str = ""


@dataclass(slots=True)
class Book:
    """All that the provider knows: payments and refunds by the merchant's references, payments by their pages, too.

    ``waiting`` are the notifications that are to be sent, among all that there are.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    payments: dict[str, Payment] = field(default_factory=dict)
    pages: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    waiting: dict[str, Notification] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)

    @property
    def balance_minor(self) -> int:
        """The merchant's money with the provider."""
        return self.movements[-1].balance_minor if self.movements else 0

    def take(self, entry: Entry) -> None:
        """Take an entry into the book; whether it may be written has been decided before."""
        match entry:
            case PaymentMade():
                self.payments[entry.reference] = self.pages[entry.page] = Payment(entry)
            case PaymentPaid():
                self._take_payment(entry)
            case PaymentClosed():
                self.payments[entry.reference].closed = True
            case RefundMade():
                self.refunds[entry.reference] = refund = Refund(entry)
                self.payments[entry.payment_reference].refunds.append(refund)
            case RefundSettled():
                self._take_settlement(entry)
            case PaidOut():
                self._move(entry.at, entry.payout_id, "", Business.PAYOUT, -entry.amount_minor)
            case NotificationMade():
                self.notifications[entry.event_id] = notification = Notification(entry, entry.first_at)
                self._keep_waiting(notification)
            case NotificationTried():
                notification = self.notifications[entry.event_id]
                notification.note(entry)
                self._keep_waiting(notification)
            case BehaviourSet():
                self.behaviour = entry.behaviour
            case _:
                assert_never(entry)

    def _take_payment(self, entry: PaymentPaid) -> None:
        payment = self.payments[entry.reference]
        payment.paid = entry
        subject_id = payment.made.payment_id
        self._move(entry.at, subject_id, entry.reference, Business.TRADE, entry.amount_minor)
        fee = fee_minor(entry.amount_minor)
        if fee:
            self._move(entry.at, subject_id, entry.reference, Business.FEE, -fee)

    def _take_settlement(self, entry: RefundSettled) -> None:
        refund = self.refunds[entry.reference]
        if entry.paid:
            amount, back = refund.made.amount_minor, self._fee_back_minor(refund.made)
            refund.fee_back_minor = back
            note = f"退款总金额{yuan(amount)}元;含手续费{yuan(back)}元"
            self._move(entry.at, refund.made.refund_id, entry.reference, Business.REFUND, back - amount, note)

        refund.settled = entry

    def _fee_back_minor(self, refund: RefundMade) -> int:
        """Its part of the fee, so that all of the fee is back once everything is refunded."""
        payment = self.payments[refund.payment_reference]
        earlier = sum(
            each.made.amount_minor for each in payment.refunds if each.settled is not None and not each.failed
        )
        kept = (payment.paid.amount_minor if payment.paid else 0) - earlier
        return fee_minor(kept) - fee_minor(kept - refund.amount_minor)

    def _keep_waiting(self, notification: Notification) -> None:
        event_id = notification.made.event_id
        if notification.next_at is None:
            self.waiting.pop(event_id, None)
        else:
            self.waiting[event_id] = notification

    def _move(
        self, at: datetime, subject_id: str, reference: str, business: Business, amount_minor: int, note: str = ""
    ) -> None:
        balance = self.balance_minor + amount_minor
        self.movements.append(Movement(at, subject_id, reference, business, amount_minor, balance, note))


def fee_minor(amount_minor: int) -> int:
    """The fee of a payment, half a fen and more counting as one."""
    return (amount_minor * FEE_PER_10_000 + 5_000) // 10_000


def yuan(amount_minor: int) -> str:
    """An amount as the provider's files write it: in yuan, with two digits after the point."""
    whole, fen = divmod(abs(amount_minor), 100)
    return f"{'-' if amount_minor < 0 else ''}{whole}.{fen:02d}"
