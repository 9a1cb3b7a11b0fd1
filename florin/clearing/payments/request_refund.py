"""Request a refund: within the cooling-off time a member has unspent principal of a payment sent back to its source."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import amount, declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import refused_by_life, wallet_payer
from florin.clearing.payments.pay_back import pay_back
from florin.clearing.payments.payment_views import payment_refund_view
from florin.domain.card_life import CardOperation
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.member_life import MemberOperation
from florin.domain.payment import Payment, PaymentPurpose, PaymentStatus
from florin.domain.payment_refund import RefundCause
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import cooling_off_on
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class RequestRefund:
    """Send ``amount_minor`` of ``unit`` of a payment back (None: all of it that has not been spent)."""

    payment_id: UUID
    amount_minor: int | None = None
    unit: str | None = None


def request_refund(house: ClearingHouse, caller: Caller, key: str, command: RequestRefund) -> PostingRequest:
    """The request to be submitted; ``caller`` is the member. The money leaves the wallet at once.

    What is spent of a wallet is not traced to a payment: as much goes back as was paid and is still there as principal.
    """

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, command)

    wanted = Wanted(member_id=caller.id, payment_id=command.payment_id)
    return house.request(caller, key, "request_payment_refund", command, wanted, decide)


def _decide(group: Group, caller: Caller, command: RequestRefund) -> Outcome:
    payment = group.payments.get(command.payment_id)
    # Another member's may have been read for another request of the group.
    if payment is None or payment.member_id != caller.id:
        return declined(Decline.PAYMENT_NOT_FOUND)
    source = wallet_payer(group, caller.id)
    refusal = refused_by_life(group, source, CardOperation.PURCHASE, MemberOperation.PURCHASE)
    if refusal is not None:
        return declined(refusal)
    # Of a card that was bought nothing is in the wallet; nobody knows by now who holds it.
    in_wallet = payment.purpose is not PaymentPurpose.CARD
    if not in_wallet or payment.status is not PaymentStatus.CREDITED or payment.ended_at is None:
        return declined(Decline.PAYMENT_NOT_REFUNDABLE)
    if command.unit not in (None, payment.unit):
        return declined(Decline.CURRENCY_MISMATCH)
    pack = PACKS[PackName(source.programme.policy_pack)]
    if group.now > payment.ended_at + cooling_off_on(pack, group.business_date(source.programme)):
        return declined(Decline.REFUND_PERIOD_OVER)
    unspent_minor = min(payment.left_minor, source.principal.available_minor)
    amount_minor = unspent_minor if command.amount_minor is None else command.amount_minor
    if amount_minor > unspent_minor or not unspent_minor:
        return declined(Decline.REFUND_EXCEEDS_UNSPENT, unspent=amount(unspent_minor, payment.unit))
    return _send_back(group, caller, payment, amount_minor)


def _send_back(group: Group, caller: Caller, payment: Payment, amount_minor: int) -> Outcome:
    source = wallet_payer(group, caller.id)
    receivable = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, payment.provider_id)
    journal_id = group.post(
        Event.TOP_UP_REFUNDED,
        source.programme,
        [(amount_minor, source.principal, receivable)],
        reverses_journal_id=payment.journal_id,
    )
    refund = pay_back(group, payment, amount_minor, RefundCause.COOLING_OFF, caller.actor_id, journal_id)
    group.emit("top_up.refunded", payment.member_id, None, journal_id)
    return Outcome({**payment_refund_view(refund), **funds_of(source)}, journal_id=journal_id, subject_id=refund.id)
