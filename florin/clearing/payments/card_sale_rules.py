"""Whether a member may buy a card online: asked when it is offered, and when it has been paid."""

from florin.clearing.activate import refused_sale
from florin.clearing.give_back import is_known_by_name
from florin.clearing.payer import Payer, refused_by_life
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.member_life import MemberOperation
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.policy.facts import Sale
from florin.domain.programme import Product
from florin.storage.posting.group import Group


def card_sale_refused(
    group: Group, buyer: Payer, product: Product, face_minor: int, payment: Payment | None = None
) -> Decline | None:
    """Why the member may not buy a card of that face by a new payment, or by this one, if it may not.

    ``member_not_active``, and ``real_name_required`` for what the member buys in a day: unlike at a till the buyer is
    no stranger, so what the law asks of a purchase is asked of all of them.
    """
    refusal = refused_by_life(group, buyer, CardOperation.PURCHASE, MemberOperation.PURCHASE)
    if refusal is not None:
        return refusal
    others_minor = sum(each.face_minor or 0 for each in _others_of_today(group, buyer, payment))
    known = is_known_by_name(group, buyer)
    return refused_sale(group, buyer.programme, Sale(holding_of(product.kind), face_minor + others_minor, known))


def _others_of_today(group: Group, buyer: Payer, payment: Payment | None) -> list[Payment]:
    programme = buyer.programme
    today = programme.business_date(group.now)
    return [
        each
        for each in group.payments.values()
        if each.member_id == buyer.owner_id
        and (each.is_open or each.status is PaymentStatus.CREDITED)
        and (payment is None or each.id != payment.id)
        and programme.business_date(each.created_at) == today
    ]
