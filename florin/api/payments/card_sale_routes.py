"""Cards bought online: what is for sale, buying one, and what the buyer alone is shown of it."""

from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import AmountField, CardId, Choice, Fields, PaymentId, ProductId
from florin.api.files import NOT_STORED
from florin.api.given import Now, TheHouse, TheVisitor, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, tell_replay
from florin.api.members.registration_routes import address_of
from florin.api.payments import answers, examples
from florin.api.payments.payment_routes import ProviderName, ReturnUrl
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.clearing.payments.buy_card import BuyCard, buy_card
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.show_bought_card import show_bought_card
from florin.domain.card_life import CardStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.payments.online_cards import offers_to

ROUTES = Routes("Payments")


class CardPurchaseFields(Fields, example=examples.NEW_CARD_PURCHASE):
    """Which card a member buys, and through whom it is paid."""

    provider: ProviderName
    product_id: ProductId
    denomination: AmountField
    trial: Annotated[bool, Field(description="Whether it is to be the trial card, at its price.")] = False
    return_url: ReturnUrl = None


class CardOfferView(View):
    """A card that can be bought online now; `trial_price` is what it costs as the member's first card, if it does."""

    product_id: ProductId
    name: str
    denomination: AmountView
    trial_price: AmountView | None


class CardOffers(View):
    """What can be bought online now."""

    items: list[CardOfferView]


class BoughtCardView(View):
    """A card with its secrets, for its buyer: whoever knows them can spend it."""

    card_id: CardId
    status: Annotated[CardStatus, Choice]
    denomination: AmountView
    expires_on: date | None
    number: Annotated[str, Field(repr=False)]
    pin: Annotated[str, Field(repr=False)]
    e_code: Annotated[str | None, Field(repr=False)]


@ROUTES.get("/v1/me/card-offers", allows=Audience.MEMBER, example=examples.CARD_OFFERS)
async def list_card_offers(member: TheMember) -> CardOffers:
    """List the cards of the member's programme that can be bought online now."""
    return CardOffers(
        items=[
            CardOfferView(
                product_id=each.product_id,
                name=each.name,
                denomination=amount_view(each.face_minor, each.unit),
                trial_price=None if each.trial_price_minor is None else amount_view(each.trial_price_minor, each.unit),
            )
            for each in await offers_to(member.house.pool, member.who.member_id)
        ]
    )


@ROUTES.post(
    "/v1/me/card-purchases",
    allows=Audience.MEMBER,
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.RATE_LIMITED,
        Decline.PROVIDER_NOT_FOUND,
        Decline.PRODUCT_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.DENOMINATION_NOT_OFFERED,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.REAL_NAME_REQUIRED,
        Decline.RETURN_URL_NOT_ALLOWED,
        Decline.TRIAL_CARD_NOT_OFFERED,
        Decline.TRIAL_CARD_USED,
        Decline.OUT_OF_STOCK,
        Decline.PAYMENT_REFUSED,
        Decline.PROVIDER_UNAVAILABLE,
    ),
    answers=answers.Payment,
    example=examples.CARD_PURCHASE,
)
async def begin_card_purchase(
    fields: CardPurchaseFields, visitor: TheVisitor, house: TheHouse, now: Now, key: TheKey, request: Request
) -> Response:
    """Begin to pay for a card, at the payment's `pay_url` until it expires.

    The card is the buyer's once the provider has confirmed it: then the payment is `credited` and bears its `card_id`.
    None is kept before; if none is left by then, or the member may not buy it any more, the money goes back by itself
    (`returned`). A repetition with the same key shows the payment as it stands by then.
    """
    face = fields.denomination
    command = BuyCard(fields.provider, fields.product_id, face.amount, face.currency, fields.trial, fields.return_url)
    begun = accepted(await buy_card(house, visitor.caller, key, command, address_of(request), now))
    response = JSONResponse(payment_view(begun.payment), 201)
    if begun.was_there:
        tell_replay(response)
    return response


@ROUTES.get(
    "/v1/me/payments/{payment_id}/card",
    allows=Audience.MEMBER,
    problems=(Decline.PAYMENT_NOT_FOUND, Decline.CARD_NOT_FOUND),
    example=examples.BOUGHT_CARD,
)
async def show_card(
    payment_id: PaymentId, visitor: TheVisitor, house: TheHouse, now: Now, response: Response
) -> BoughtCardView:
    """Show number, PIN and e-code of the card that a payment has bought; that they were shown is put on record."""
    response.headers.update(NOT_STORED)
    shown = accepted(await show_bought_card(house, visitor.caller, payment_id, now))
    card, secrets = shown.card, shown.secrets
    return BoughtCardView(
        card_id=wire_id("card", card.id),
        status=CardStatus(card.status),
        denomination=amount_view(card.denomination_minor, card.unit),
        expires_on=card.expires_on,
        number=secrets.number,
        pin=secrets.pin,
        e_code=secrets.ecode,
    )
