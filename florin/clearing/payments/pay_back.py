"""Pay back: what a posting group does to send money of a payment back to where it came from."""

from uuid import UUID

from florin.domain.payment import Payment
from florin.domain.payment_refund import PaymentRefund, PaymentRefundStatus, RefundCause
from florin.storage.posting.group import Group


def pay_back(
    group: Group,
    payment: Payment,
    amount_minor: int,
    cause: RefundCause,
    requested_by: UUID,
    journal_id: UUID | None = None,
) -> PaymentRefund:
    """Record a refund of a paid payment, for a duty to send to the provider at once; at most what is left of it.

    ``journal_id`` is what took the money out of the wallet, None where it never was in one.
    """
    refund = PaymentRefund(
        group.fresh_id(payment.shard),
        payment.shard,
        payment.programme_id,
        payment.id,
        payment.member_id,
        cause,
        amount_minor,
        payment.paid_unit or payment.unit,
        PaymentRefundStatus.REQUESTED,
        requested_by,
        group.now,
        None,
        None,
        journal_id,
        None,
        None,
        group.now,
    )
    payment.refunded_minor += amount_minor
    group.payments.save(payment)
    group.payment_refunds.add(refund)
    return refund
