"""Settle a refund: the provider has paid it back, or never will, and then it is in the wallet again if it was there."""

from florin.clearing.answers import declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import wallet_payer
from florin.clearing.payments.payment_views import payment_refund_view
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.member_life import MemberStatus
from florin.domain.payment_refund import PaymentRefund, PaymentRefundStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


def refund_paid(house: ClearingHouse, refund: PaymentRefund, provider_reference: str | None) -> PostingRequest:
    """The request to be submitted; it does nothing once the refund has ended."""

    def decide(group: Group) -> Outcome:
        current = group.payment_refunds.known(refund.id)
        if current.status is PaymentRefundStatus.REQUESTED:
            current.status, current.ended_at, current.next_step_at = PaymentRefundStatus.PAID, group.now, None
            current.provider_reference = provider_reference
            group.payment_refunds.save(current)
        return Outcome(payment_refund_view(current), subject_id=current.id)

    return house.request(_caller(refund), None, "payment_refund_paid", refund.id, _wanted(refund), decide)


def refund_failed(house: ClearingHouse, refund: PaymentRefund, code: str) -> PostingRequest:
    """The request to be submitted; ``code`` is the provider's word for why. Its key is one for the refund's whole life.

    Declines: ``member_not_active`` when the money was in a wallet that is closed by now. The refund stays open then.
    """

    def decide(group: Group) -> Outcome:
        current = group.payment_refunds.known(refund.id)
        if current.status is not PaymentRefundStatus.REQUESTED:
            return Outcome(payment_refund_view(current), subject_id=current.id)
        wallet = group.wallet(current.member_id)
        if current.journal_id is not None and (wallet is None or wallet.status is MemberStatus.CLOSED):
            return declined(Decline.MEMBER_NOT_ACTIVE)
        return _fail(group, current, code)

    return house.request(_caller(refund), "fail", "payment_refund_failed", refund.id, _wanted(refund), decide)


def _fail(group: Group, refund: PaymentRefund, code: str) -> Outcome:
    payment = group.payments.known(refund.payment_id)
    payment.refunded_minor -= refund.amount_minor
    group.payments.save(payment)
    refund.status, refund.ended_at, refund.next_step_at = PaymentRefundStatus.FAILED, group.now, None
    refund.failure = code
    group.payment_refunds.save(refund)
    if refund.journal_id is None:
        return Outcome(payment_refund_view(refund), subject_id=refund.id)
    target = wallet_payer(group, refund.member_id)
    receivable = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, payment.provider_id)
    refund.put_back_journal_id = group.post(
        Event.TOP_UP_REFUND_FAILED,
        target.programme,
        [(refund.amount_minor, receivable, target.principal)],
        reverses_journal_id=refund.journal_id,
    )
    group.emit("top_up.refund_failed", refund.member_id, None, refund.put_back_journal_id)
    answer = {**payment_refund_view(refund), **funds_of(target)}
    return Outcome(answer, journal_id=refund.put_back_journal_id, subject_id=refund.id)


def _caller(refund: PaymentRefund) -> Caller:
    return Caller(refund.id, refund.payment_id)


def _wanted(refund: PaymentRefund) -> Wanted:
    return Wanted(member_id=refund.member_id, payment_id=refund.payment_id, payment_refund_id=refund.id)
