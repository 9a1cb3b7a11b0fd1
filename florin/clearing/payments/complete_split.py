"""Complete: the rest of a split purchase has come in, so the purchase is made, as one, of all that its hold keeps."""

from florin.clearing.answers import declined
from florin.clearing.capture import open_hold
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import payer_of, refused_by_life
from florin.clearing.payments.background import payment_as_caller, wanted_payment
from florin.clearing.payments.credit_payment import release_what_waits
from florin.clearing.purchase import Sale, settle_purchase
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.lots import Lots, take
from florin.domain.member_life import MemberOperation
from florin.domain.payment import Payment
from florin.domain.personal_tier import paid_of
from florin.domain.purchase import Hold, HoldStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


def complete_split(house: ClearingHouse, payment: Payment) -> PostingRequest:
    """The request to be submitted once the payment is credited. Its key is one for the payment's whole life.

    The purchase bears the id of its hold, so that the reference under which the merchant began it finds both. Where the
    purchase cannot be made any more, what came in stays in the wallet, and what was held is free. Declines: those of
    `open_hold` and of a capture.
    """

    def decide(group: Group) -> Outcome:
        current = group.payments.known(payment.id)
        current.next_step_at = None
        group.payments.save(current)
        hold = None if current.hold_id is None else group.holds.get(current.hold_id)
        if hold is None:
            return declined(Decline.HOLD_NOT_FOUND)
        refusal = _not_to_be_made(group, hold)
        if refusal is not None:
            release_what_waits(group, current)
            return declined(refusal)
        return _make(group, current, hold)

    caller, wanted = payment_as_caller(payment), wanted_payment(payment)
    return house.request(caller, "complete", "complete_split_purchase", payment.id, wanted, decide)


def _not_to_be_made(group: Group, hold: Hold) -> Decline | None:
    found = open_hold(group, Caller(hold.merchant_id, hold.merchant_id), hold.id)
    if isinstance(found, Decline):
        return found
    payer = payer_of(group, hold.owner_kind, hold.owner_id)
    return refused_by_life(group, payer, CardOperation.CAPTURE, MemberOperation.CAPTURE)


def _make(group: Group, payment: Payment, hold: Hold) -> Outcome:
    payer = payer_of(group, hold.owner_kind, hold.owner_id)
    group.end_hold(hold, HoldStatus.CAPTURED)
    merchant = Caller(hold.merchant_id, payment.provider_id, hold.terminal_id)
    sale = Sale(hold.reference, hold.amount_minor, hold_id=hold.id)
    # Held is the whole price, as for a capture; what a tier takes off stays in the wallet.
    paid_minor = paid_of(hold.amount_minor, payer.price_basis_points)
    taken = take(Lots(hold.principal_minor, hold.bonus_minor), paid_minor, payer.programme.spend_order)
    return settle_purchase(group, merchant, payer, sale, taken, hold.amount_minor - paid_minor, hold.id)
