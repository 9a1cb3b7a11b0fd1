"""Dispute: a payment was paid with another amount or in another currency than was asked for, so nothing is credited."""

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import payment_as_caller, wanted_payment
from florin.clearing.payments.credit_payment import note_paid, release_what_waits
from florin.clearing.payments.payment_views import payment_view
from florin.domain.payment import Payment, PaymentOperation, following
from florin.gateways.payment_provider import PaymentFound
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest


def dispute_payment(house: ClearingHouse, payment: Payment, found: PaymentFound) -> PostingRequest:
    """The request to be submitted; a payment that has been credited or returned stays what it is."""

    def decide(group: Group) -> Outcome:
        current = group.payments.known(payment.id)
        status = following(PaymentOperation.DISPUTE, current.status)
        if status is None:
            return Outcome(payment_view(current), subject_id=current.id)
        note_paid(group, current, status, found)
        release_what_waits(group, current)
        group.payments.save(current)
        answer = payment_view(current)
        group.emit("payment.disputed", current.member_id, answer)
        return Outcome(answer, subject_id=current.id)

    wanted = wanted_payment(payment)
    return house.request(payment_as_caller(payment), None, "dispute_payment", payment.id, wanted, decide)
