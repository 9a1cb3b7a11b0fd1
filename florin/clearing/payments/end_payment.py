"""End: a payment that nobody has paid and nobody can pay any more, or that its provider would not offer."""

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import payment_as_caller, wanted_payment
from florin.clearing.payments.credit_payment import release_what_waits
from florin.clearing.payments.payment_views import payment_view
from florin.domain.payment import Payment, PaymentOperation, following
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest


def end_payment(house: ClearingHouse, payment: Payment, operation: PaymentOperation) -> PostingRequest:
    """The request to be submitted; ``operation`` is `EXPIRE` or `FAIL`. It does nothing once money has come."""

    def decide(group: Group) -> Outcome:
        current = group.payments.known(payment.id)
        status = following(operation, current.status)
        if status is None:
            return Outcome(payment_view(current), subject_id=current.id)
        current.status, current.ended_at, current.next_step_at = status, group.now, None
        release_what_waits(group, current)
        group.payments.save(current)
        answer = payment_view(current)
        group.emit("payment.unpaid", current.member_id, answer)
        return Outcome(answer, subject_id=current.id)

    wanted = wanted_payment(payment)
    return house.request(payment_as_caller(payment), None, f"{operation}_payment", payment.id, wanted, decide)
