"""Credit: put a paid payment into its member's wallet, once; what the wallet may not take goes back to its source."""

from florin.clearing.answers import amount, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import Payer, wallet_payer
from florin.clearing.payments.background import payment_as_caller, wanted_payment
from florin.clearing.payments.pay_back import pay_back
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.top_up_rules import top_up_refused
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.member_life import MemberStatus
from florin.domain.payment import COMPLETION_TIME, Payment, PaymentOperation, PaymentStatus, following
from florin.domain.payment_refund import RefundCause
from florin.domain.purchase import HoldStatus
from florin.gateways.payment_provider import PaymentFound
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest

_KEY = "credit"


def credit_payment(house: ClearingHouse, payment: Payment, found: PaymentFound) -> PostingRequest:
    """The request to be submitted once the provider says that exactly what was asked for has been paid.

    Its key is one for the payment's whole life, so however often and by whomever it is submitted, it happens once. The
    decline is why the money goes back.
    """

    def decide(group: Group) -> Outcome:
        return _decide(group, group.payments.known(payment.id), found)

    caller, wanted = payment_as_caller(payment), wanted_payment(payment)
    return house.request(caller, _KEY, "credit_payment", payment.id, wanted, decide)


def _decide(group: Group, payment: Payment, found: PaymentFound) -> Outcome:
    target = wallet_payer(group, payment.member_id)
    refusal = top_up_refused(group, target, payment.amount_minor)
    operation = PaymentOperation.CREDIT if refusal is None else PaymentOperation.RETURN
    status = following(operation, payment.status)
    if status is None:
        return Outcome(payment_view(payment), subject_id=payment.id)
    note_paid(group, payment, status, found)
    return _credit(group, payment, target) if refusal is None else send_back(group, payment, refusal)


def note_paid(group: Group, payment: Payment, status: PaymentStatus, found: PaymentFound) -> None:
    """The payment is over, because the provider says that it is paid."""
    payment.end_as_paid(status, found.amount_minor, found.unit, found.paid_at, group.now)
    payment.provider_reference = found.provider_reference or payment.provider_reference


def _credit(group: Group, payment: Payment, target: Payer) -> Outcome:
    receivable = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, payment.provider_id)
    payment.journal_id = group.post(
        Event.TOP_UP,
        target.programme,
        [(payment.amount_minor, receivable, target.principal)],
        event_at=payment.paid_at,
    )
    wallet = group.wallet(payment.member_id)
    if wallet is not None and wallet.status is MemberStatus.REGISTERED:
        wallet.status = MemberStatus.ACTIVE
        group.save_wallet(wallet)
    _keep_for_purchase(group, payment, target)
    group.payments.save(payment)
    group.emit("top_up.completed", payment.member_id, None, payment.journal_id)
    answer = {**payment_view(payment), **funds_of(target)}
    return Outcome(answer, journal_id=payment.journal_id, subject_id=payment.id)


def _keep_for_purchase(group: Group, payment: Payment, target: Payer) -> None:
    """Let the hold of a split purchase grow by what has come in; a hold that is over has left it a plain top-up."""
    hold = None if payment.hold_id is None else group.holds.get(payment.hold_id)
    if hold is None or hold.status is not HoldStatus.OPEN:
        return
    hold.principal_minor += payment.amount_minor
    hold.expires_at = group.now + COMPLETION_TIME
    group.reserve(target.principal, payment.amount_minor)
    group.holds.save(hold)
    payment.next_step_at = group.now


def send_back(group: Group, payment: Payment, refusal: Decline) -> Outcome:
    """Let the money of a payment go back whole to where it came from, because it may not be credited."""
    release_what_waits(group, payment)
    pay_back(group, payment, payment.amount_minor, RefundCause.NOT_CREDITABLE, payment.id)
    told = {**payment_view(payment), "reason": refusal, "amount": amount(payment.amount_minor, payment.unit)}
    group.emit("top_up.returned", payment.member_id, told)
    return Outcome({}, refusal, subject_id=payment.id)


def release_what_waits(group: Group, payment: Payment) -> None:
    """Free what the hold of a split purchase keeps, when the payment that it waits for will not come."""
    hold = None if payment.hold_id is None else group.holds.get(payment.hold_id)
    if hold is not None and hold.status is HoldStatus.OPEN:
        group.end_hold(hold, HoldStatus.RELEASED)
