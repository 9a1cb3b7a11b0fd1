"""What the provider decides: notifications by their schedule, and refusals that change nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from florin.sandbox_provider.book import RETRY_AFTER_S, State
from florin.sandbox_provider.desk import Desk, RefusedRequest
from florin.sandbox_provider.entries import Behaviour, RefundOutcome
from florin.sandbox_provider.requests import NewPayment, NewRefund

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)


def wanted(reference: str = "a", currency: str = "CNY", expires_at: datetime = LATER) -> NewPayment:
    return NewPayment(reference, 10_000, currency, "Top-up", expires_at, "http://merchant.test/")


def test_a_notification_is_tried_for_a_day_and_then_given_up(desk: Desk) -> None:
    desk.pay(desk.offer(wanted(), NOW), NOW)
    (notification,) = desk.book.notifications.values()
    at, gaps = NOW, []
    while notification.next_at is not None:
        gaps.append(int((notification.next_at - at).total_seconds()))
        at = notification.next_at
        desk.tried(notification, taken=False, now=at)
    assert [0, *RETRY_AFTER_S] == gaps
    assert timedelta(hours=24, minutes=4) == at - NOW


def test_a_notification_waits_as_long_as_it_is_told_to(desk: Desk) -> None:
    desk.behave(Behaviour(delay_s=3 * 86_400), NOW)
    desk.pay(desk.offer(wanted(), NOW), NOW)
    (notification,) = desk.book.notifications.values()
    assert NOW + timedelta(days=3) == notification.next_at


def test_a_payment_is_paid_and_told_once_however_often_the_button_is_clicked(desk: Desk) -> None:
    payment = desk.offer(wanted(), NOW)
    for _ in range(3):
        desk.pay(payment, NOW)
    assert 1 == len(desk.book.notifications)
    assert 10_000 - 60 == desk.book.balance_minor


def test_nobody_can_pay_from_the_moment_of_expiry_on(desk: Desk) -> None:
    payment = desk.offer(wanted(), NOW)
    assert State.WAITING is payment.state(LATER - timedelta(microseconds=1))
    with pytest.raises(RefusedRequest, match="already_closed"):
        desk.pay(payment, LATER)
    with pytest.raises(RefusedRequest, match="already_closed"):
        desk.refuse(payment, LATER)
    assert {} == desk.book.notifications


@pytest.mark.parametrize(
    ("payment", "code"), [(wanted(currency="USD"), "currency_unknown"), (wanted(expires_at=NOW), "expired")]
)
def test_a_payment_that_cannot_be_taken_is_refused(desk: Desk, payment: NewPayment, code: str) -> None:
    with pytest.raises(RefusedRequest, match=code):
        desk.offer(payment, NOW)
    assert {} == desk.book.payments


def test_a_refund_that_failed_leaves_the_money_to_be_refunded_again(desk: Desk) -> None:
    desk.pay(desk.offer(wanted(), NOW), NOW)
    desk.behave(Behaviour(refunds=RefundOutcome.FAILED), NOW)
    desk.refund(NewRefund("r", "a", 10_000), NOW)
    desk.behave(Behaviour(), NOW)
    desk.refund(NewRefund("s", "a", 10_000), NOW)
    assert [False, True] == [each.settled.paid for each in desk.book.refunds.values() if each.settled]
    with pytest.raises(RefusedRequest, match="already_settled"):
        desk.settle(desk.book.refunds["s"], paid=False, now=NOW)


def test_nothing_is_paid_out_where_nothing_is(desk: Desk) -> None:
    with pytest.raises(RefusedRequest, match="nothing_to_pay_out"):
        desk.pay_out(NOW)
