"""Sell online: switch on the card that a payment buys, once; where it may not be sold, the money goes back."""

from uuid import UUID

from florin.clearing.activate import expiry_of, switch_on
from florin.clearing.answers import card_view, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import card_payer, wallet_payer
from florin.clearing.payments.background import payment_as_caller
from florin.clearing.payments.card_sale_rules import card_sale_refused
from florin.clearing.payments.credit_payment import note_paid, send_back
from florin.clearing.payments.payment_views import payment_view
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus, is_expired, permit
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement
from florin.domain.payment import Payment, PaymentOperation, following
from florin.gateways.payment_provider import PaymentFound
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest, Wanted


def sell_card_online(
    house: ClearingHouse, payment: Payment, found: PaymentFound, kept: UUID | Decline
) -> PostingRequest:
    """The request to be submitted once the provider says that exactly what was asked for has been paid.

    ``kept`` is the card that is kept for the payment, or why there is none. The key is one for the payment's
    whole life, as that of a top-up's credit. The decline is why the money goes back.
    """

    def decide(group: Group) -> Outcome:
        current = group.payments.known(payment.id)
        card = kept if isinstance(kept, Decline) else group.card(kept)
        status = _status_after(group, current, card)
        operation = PaymentOperation.RETURN if isinstance(status, Decline) else PaymentOperation.CREDIT
        ended = following(operation, current.status)
        if ended is None:
            return Outcome(payment_view(current), subject_id=current.id)
        note_paid(group, current, ended, found)
        if isinstance(status, Decline) or not isinstance(card, Card):
            return send_back(group, current, status if isinstance(status, Decline) else Decline.OUT_OF_STOCK)
        return _sell(group, current, card, status)

    wanted = Wanted(
        member_id=payment.member_id,
        payment_id=payment.id,
        card_id=None if isinstance(kept, Decline) else kept,
        with_card_payments=True,
    )
    caller = payment_as_caller(payment)
    return house.request(caller, "credit", "sell_card_online", payment.id, wanted, decide)


def _status_after(group: Group, payment: Payment, card: Card | Decline | None) -> CardStatus | Decline:
    """Where the card stands once it is sold, or why it is not."""
    if not isinstance(card, Card):
        return card or Decline.OUT_OF_STOCK
    buyer, product = wallet_payer(group, payment.member_id), group.catalogue.products[card.product_id]
    is_trial = payment.discount_minor > 0
    refusal = card_sale_refused(group, buyer, product, card.denomination_minor, payment, is_trial=is_trial)
    if refusal is not None:
        return refusal
    expired = is_expired(card.expires_on, group.business_date(buyer.programme))
    return permit(CardOperation.ACTIVATE, card.status, card.block, expired=expired)


def _sell(group: Group, payment: Payment, card: Card, status: CardStatus) -> Outcome:
    payer = card_payer(group, card)
    programme, product = payer.programme, group.catalogue.products[card.product_id]
    switch_on(group, payment.provider_id, card, status, expiry_of(group, programme, product))
    receivable = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, payment.provider_id)
    movements: list[Movement] = [(payment.amount_minor, receivable, payer.principal)]
    if payment.discount_minor:
        promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, programme.id)
        bonus = group.account_to_credit(payer.principal, AccountCode.CARD_BONUS)
        movements.append((payment.discount_minor, promotion, bonus))
    payment.journal_id = group.post(Event.CARD_ACTIVATED, programme, movements, event_at=payment.paid_at)
    payment.card_id = card.id
    group.payments.save(payment)
    answer = {
        **card_view(card, programme.unit),
        "reference": payment.reference,
        "journal_id": wire_id("journal", payment.journal_id),
        **funds_of(card_payer(group, card)),
    }
    group.emit("card.activated", card.id, None, payment.journal_id)
    return Outcome(answer, journal_id=payment.journal_id, subject_id=payment.id)
