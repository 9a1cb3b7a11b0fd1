"""What the provider says of a payment, a refund and a notification: the same in an answer and in a notification."""

from datetime import datetime
from typing import Any

from florin.sandbox_provider.book import Notification, Payment, Refund


def payment_view(payment: Payment, merchant_id: str, now: datetime) -> dict[str, Any]:
    """A payment. ``paid_amount_minor`` is what the person has paid, which should be ``amount_minor``."""
    made, paid = payment.made, payment.paid
    return {
        "payment_id": made.payment_id,
        "merchant_id": merchant_id,
        "reference": made.reference,
        "state": payment.state(now),
        "amount_minor": made.amount_minor,
        "currency": made.currency,
        "expires_at": made.expires_at,
        "paid_amount_minor": paid.amount_minor if paid else None,
        "paid_at": paid.at if paid else None,
    }


def refund_view(refund: Refund, merchant_id: str) -> dict[str, Any]:
    """A refund: its ``state`` is ``pending``, ``paid`` or ``failed``."""
    made, settled = refund.made, refund.settled
    return {
        "refund_id": made.refund_id,
        "merchant_id": merchant_id,
        "reference": made.reference,
        "payment_reference": made.payment_reference,
        "state": "pending" if settled is None else "paid" if settled.paid else "failed",
        "amount_minor": made.amount_minor,
        "currency": "CNY",
    }


def notification_view(notification: Notification) -> dict[str, Any]:
    """A notification, for a tester who looks on."""
    made = notification.made
    return {
        "event_id": made.event_id,
        "callback_url": made.callback_url,
        "body": made.body,
        "taken": notification.taken,
        "failures": notification.failures,
        "next_at": notification.next_at,
    }
