"""Return: a person of ours sends back what was paid and credited to nobody: disputed, or not taken back before."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import wanted_payment
from florin.clearing.payments.pay_back import pay_back
from florin.clearing.payments.payment_views import payment_refund_view
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payment import PaymentStatus
from florin.domain.payment_refund import RefundCause
from florin.domain.people import Actor, Role
from florin.storage.payments.payments import find_payment
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.FINANCE})

_CAUSES: Final = {
    PaymentStatus.DISPUTED: RefundCause.DISPUTED,
    PaymentStatus.RETURNED: RefundCause.NOT_CREDITABLE,
}


@dataclass(frozen=True, slots=True)
class ReturnPayment:
    """Send all that is left of a payment back to where it came from."""

    payment_id: UUID


async def return_payment(
    house: ClearingHouse, actor: Actor, command: ReturnPayment, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Request a refund of what no wallet has got; the answer is the refund.

    One person is enough, because it can go nowhere but to whoever paid. Declines: ``payment_not_found``,
    ``role_required``, ``payment_not_refundable`` for what was credited, was never paid, or has gone back.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    found = await find_payment(house.pool, command.payment_id)
    if found is None:
        return Decline.PAYMENT_NOT_FOUND

    def decide(group: Group) -> Outcome:
        payment = group.payments.get(command.payment_id)
        cause = None if payment is None else _CAUSES.get(payment.status)
        if payment is None or cause is None or not payment.left_minor:
            return declined(Decline.PAYMENT_NOT_REFUNDABLE)
        refund = pay_back(group, payment, payment.left_minor, cause, actor.session_id)
        told = {"payment_refund_id": wire_id("payment_refund", refund.id), "amount_minor": refund.amount_minor}
        group.record(actor.session_id, "payment.returned", payment.id, told)
        return Outcome(payment_refund_view(refund), subject_id=refund.id)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    request = house.request(caller, key, "return_payment", command, wanted_payment(found), decide)
    return await house.engine.submit(request)
