"""Whether a member may buy a card online: asked when it is offered, and when it has been paid."""

from florin.clearing.activate import refused_sale
from florin.clearing.give_back import is_known_by_name
from florin.clearing.payer import Payer, refused_by_life
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.member_life import MemberOperation
from florin.domain.payment import Payment, PaymentPurpose, PaymentStatus
from florin.domain.policy.facts import Sale
from florin.domain.programme import Product
from florin.domain.trial_card import is_first_card, may_begin_trial
from florin.storage.posting.group import Group


def card_sale_refused(
    group: Group, buyer: Payer, product: Product, face_minor: int, payment: Payment | None = None, *, is_trial: bool
) -> Decline | None:
    """Why the member may not buy a card of that face by a new payment, or by this one that is paid, if it may not.

    ``member_not_active``, and ``real_name_required`` for what the member buys in a day: unlike at a till the buyer is
    no stranger, so what the law asks of a purchase is asked of all of them. A trial card wants a real name in any case,
    for it is one a person, and is refused (``trial_card_used``) to whoever has a card already.
    """
    refusal = refused_by_life(group, buyer, CardOperation.PURCHASE, MemberOperation.PURCHASE)
    if refusal is not None:
        return refusal
    others, known = _others(group, buyer, payment), is_known_by_name(group, buyer)
    if is_trial:
        if not known:
            return Decline.REAL_NAME_REQUIRED
        if not (may_begin_trial(others) if payment is None else is_first_card(others)):
            return Decline.TRIAL_CARD_USED
    others_minor = sum(each.face_minor or 0 for each in others if _counts_today(group, buyer, each))
    return refused_sale(group, buyer.programme, Sale(holding_of(product.kind), face_minor + others_minor, known))


def _others(group: Group, buyer: Payer, payment: Payment | None) -> list[Payment]:
    """The member's other payments for cards."""
    return [
        each
        for each in group.payments.values()
        if each.member_id == buyer.owner_id
        and each.purpose is PaymentPurpose.CARD
        and (payment is None or each.id != payment.id)
    ]


def _counts_today(group: Group, buyer: Payer, payment: Payment) -> bool:
    programme = buyer.programme
    is_of_today = programme.business_date(payment.created_at) == programme.business_date(group.now)
    return is_of_today and (payment.is_open or payment.status is PaymentStatus.CREDITED)
