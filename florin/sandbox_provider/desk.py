"""What the provider does when it is asked: decides, writes to the journal, and takes it into the book.

``now`` is the moment of asking. What the provider will not do is a `RefusedRequest` with a word for why.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Final, TypeVar

import msgspec

from florin.sandbox_provider.book import Book, Notification, Payment, Refund, State
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
    RefundOutcome,
    RefundSettled,
)
from florin.sandbox_provider.journal import Journal
from florin.sandbox_provider.requests import NewPayment, NewRefund
from florin.sandbox_provider.views import payment_view, refund_view

_Found = TypeVar("_Found")

CURRENCY: Final = "CNY"
"""The only one: the files of the provider know no other."""


class RefusedRequest(Exception):
    """The provider says no; ``code`` is why, ``status`` the one of HTTP that says it."""

    def __init__(self, code: str, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


class Desk:
    """The only one who writes to the journal."""

    def __init__(self, journal: Journal, merchant_id: str) -> None:
        """Replay the journal, which this desk keeps from now on for the one merchant that there is."""
        self.book = Book()
        self.merchant_id = merchant_id
        self.news = asyncio.Event()
        self._journal = journal
        for entry in journal.replay():
            self.book.take(entry)

    def offer(self, wanted: NewPayment, now: datetime) -> Payment:
        """Make a payment; the same once more is the same payment."""
        there = self.book.payments.get(wanted.reference)
        if there is not None:
            made = there.made
            if (made.amount_minor, made.currency) != (wanted.amount_minor, wanted.currency):
                raise RefusedRequest("reference_used")
            return there
        if wanted.currency != CURRENCY:
            raise RefusedRequest("currency_unknown", 422)
        if wanted.expires_at <= now:
            raise RefusedRequest("expired", 422)
        fields = msgspec.structs.asdict(wanted)
        self._write(PaymentMade(at=now, payment_id=f"sp{token_hex(14)}", page=token_urlsafe(18), **fields))
        return self.book.payments[wanted.reference]

    def payment(self, reference: str) -> Payment:
        """The payment of that reference."""
        return _known(self.book.payments.get(reference))

    def payment_of_page(self, page: str) -> Payment:
        """The payment whose page has that address."""
        return _known(self.book.pages.get(page))

    def pay(self, payment: Payment, now: datetime) -> None:
        """A person pays: what is due, unless the provider is to misbehave. Paying twice is paying once."""
        if payment.state(now) is State.PAID:
            return
        _require_waiting(payment, now)
        amount = max(1, payment.made.amount_minor + self.book.behaviour.paid_off_by_minor)
        paid = PaymentPaid(now, payment.made.reference, amount)
        self._write(paid, self._payment_notice("payment.paid", replace(payment, paid=paid), now))

    def refuse(self, payment: Payment, now: datetime) -> None:
        """A person will not pay."""
        _require_waiting(payment, now)
        closed = PaymentClosed(now, payment.made.reference)
        self._write(closed, self._payment_notice("payment.closed", replace(payment, closed=True), now))

    def close(self, reference: str, now: datetime) -> Payment:
        """The merchant wants nobody to pay any more."""
        payment = self.payment(reference)
        state = payment.state(now)
        if state is State.PAID:
            raise RefusedRequest("already_paid")
        if state is State.WAITING:
            self._write(PaymentClosed(now, reference))
        return payment

    def refund(self, wanted: NewRefund, now: datetime) -> Refund:
        """Give back what a person has paid, or a part; the same once more is the same refund."""
        there = self.book.refunds.get(wanted.reference)
        if there is not None:
            made = there.made
            if (made.payment_reference, made.amount_minor) != (wanted.payment_reference, wanted.amount_minor):
                raise RefusedRequest("reference_used")
            return there
        self._require_refundable(wanted)
        made = RefundMade(at=now, refund_id=f"sr{token_hex(14)}", **msgspec.structs.asdict(wanted))
        self._write(made)
        refund = self.book.refunds[wanted.reference]
        if self.book.behaviour.refunds is not RefundOutcome.PENDING:
            self.settle(refund, paid=self.book.behaviour.refunds is RefundOutcome.PAID, now=now)
        return refund

    def refund_found(self, reference: str) -> Refund:
        """The refund of that reference."""
        return _known(self.book.refunds.get(reference))

    def settle(self, refund: Refund, *, paid: bool, now: datetime) -> None:
        """Say what has become of a refund that waits."""
        if refund.settled is not None:
            raise RefusedRequest("already_settled")
        settled = RefundSettled(now, refund.made.reference, paid)
        event = "refund.paid" if paid else "refund.failed"
        self._write(settled, self._refund_notice(event, replace(refund, settled=settled), now))

    def pay_out(self, now: datetime) -> PaidOut:
        """Send all that the merchant has to his bank."""
        amount = self.book.balance_minor
        if amount <= 0:
            raise RefusedRequest("nothing_to_pay_out")
        paid_out = PaidOut(now, f"so{token_hex(14)}", amount)
        self._write(paid_out)
        return paid_out

    def behave(self, behaviour: Behaviour, now: datetime) -> None:
        """From now on the provider behaves like this."""
        self._write(BehaviourSet(now, behaviour))

    def tried(self, notification: Notification, *, taken: bool, now: datetime) -> None:
        """Take down an attempt to tell the merchant something."""
        self._write(NotificationTried(now, notification.made.event_id, taken))

    def _require_refundable(self, wanted: NewRefund) -> None:
        payment = self.payment(wanted.payment_reference)
        if payment.paid is None:
            raise RefusedRequest("not_paid")
        if payment.refunded_minor + wanted.amount_minor > payment.paid.amount_minor:
            raise RefusedRequest("more_than_was_paid")

    def _payment_notice(self, event: str, payment: Payment, now: datetime) -> NotificationMade:
        view = payment_view(payment, self.merchant_id, now)
        return self._notice(event, payment.made.callback_url, {"payment": view}, now)

    def _refund_notice(self, event: str, refund: Refund, now: datetime) -> NotificationMade:
        payment = self.book.payments[refund.made.payment_reference]
        return self._notice(event, payment.made.callback_url, {"refund": refund_view(refund, self.merchant_id)}, now)

    def _notice(self, event: str, callback_url: str, subject: Mapping[str, object], now: datetime) -> NotificationMade:
        behaviour = self.book.behaviour
        event_id = f"se{token_hex(14)}"
        body = msgspec.json.encode({"event_id": event_id, "event": event, "occurred_at": now, **subject}).decode()
        first_at = None if behaviour.hold else now + timedelta(seconds=behaviour.delay_s)
        return NotificationMade(now, event_id, callback_url, body, first_at, behaviour.copies, behaviour.forge)

    def _write(self, *entries: Entry) -> None:
        """Write what happens together as one line of the journal, and only then believe it."""
        self._journal.append(entries)
        for entry in entries:
            self.book.take(entry)
        self.news.set()


def _known(found: _Found | None) -> _Found:
    if found is None:
        raise RefusedRequest("not_found", 404)
    return found


def _require_waiting(payment: Payment, now: datetime) -> None:
    if payment.state(now) is not State.WAITING:
        raise RefusedRequest(f"already_{payment.state(now)}")
