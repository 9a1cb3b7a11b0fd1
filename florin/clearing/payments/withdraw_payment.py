"""Withdraw: what a posting group does about a payment for which nobody waits any more.

Its provider is asked to close it by the duty that follows payments. Somebody may have paid by then, or pay in the very
moment: what comes in is a plain top-up.
"""

from uuid import UUID

from florin.domain.payment import PaymentOperation, following
from florin.storage.posting.group import Group


def withdraw_payment(group: Group, payment_id: UUID) -> None:
    """Have a payment closed at once; one that has been paid or has ended stays what it is."""
    payment = group.payments.known(payment_id)
    status = following(PaymentOperation.WITHDRAW, payment.status)
    if status is not None:
        payment.status, payment.next_step_at = status, group.now
        group.payments.save(payment)
