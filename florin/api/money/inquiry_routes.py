"""What a card holds, for whoever knows its number and PIN or its e-code: at a till, and (throttled) for anybody."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from florin.api import examples
from florin.api.callers import Audience
from florin.api.fields import PrivateFields
from florin.api.given import Now, TheGuesses, TheHouse, TheVisitor, allowed, posted, told
from florin.api.money import money_answers
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.clearing.inquire import inquire
from florin.clearing.payer import CardAndPin, CardEcode
from florin.clearing.redeem import RedeemCommand, preview_redemption
from florin.clearing.throttled import by_address, by_id, in_total
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.scopes import Scope
from florin.domain.throttle_rules import CARD_INQUIRY_BY_ADDRESS, CARD_INQUIRY_IN_TOTAL, LOADS_BY_MEMBER
from florin.storage.people.throttle import admit, give_back

ROUTES = Routes("Balance inquiry")

_LIFE = (Decline.CARD_NOT_ACCEPTED, Decline.CARD_NOT_ACTIVE, Decline.CARD_REDEEMED)


class CardAndPinFields(PrivateFields, example=examples.CARD_AND_PIN):
    """A card by its number, as typed, and its PIN."""

    number: Annotated[str, Field(min_length=1, max_length=40)]
    pin: Annotated[str, Field(min_length=1, max_length=16)]


class CardShownFields(PrivateFields, example=examples.CARD_AND_PIN):
    """A card by its number, as typed, and its PIN; or an e-card by its e-code alone."""

    number: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    pin: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    e_code: Annotated[str, Field(min_length=1, max_length=40)] | None = None

    def shown(self) -> CardAndPin | CardEcode:
        """What the card is known by; `InvalidField` unless it is shown in exactly one of the two ways."""
        match self.number, self.pin, self.e_code:
            case str() as number, str() as pin, None:
                return CardAndPin(number, pin)
            case None, None, str() as e_code:
                return CardEcode(e_code)
            case number, _, None:
                raise InvalidField("number" if number is None else "pin", "number and pin go together")
            case _:
                raise InvalidField("e_code", "an e-code stands alone, without number and pin")


@ROUTES.post(
    "/v1/card-inquiries",
    allows=Audience.PUBLIC,
    problems=(Decline.CARD_NOT_ACCEPTED, Decline.RATE_LIMITED),
    answers=money_answers.CardBalance,
    example=examples.CARD_BALANCE,
)
async def inquire_in_public(
    fields: CardShownFields, visitor: TheVisitor, house: TheHouse, now: Now, request: Request
) -> Response:
    """Show what a card holds to anybody who knows its number and PIN, or its e-code.

    Whatever stands against it gets one answer, and attempts are limited by address and in total.
    """
    card = fields.shown()
    address = request.client.host if request.client else ""
    charges = [by_address(house.vault, CARD_INQUIRY_BY_ADDRESS, address), in_total(CARD_INQUIRY_IN_TOTAL)]
    allowed(await admit(house.pool, charges, now))
    answer = await house.engine.submit(inquire(house, visitor.caller, card))
    if answer.decline is not None:
        raise Refused(Decline.CARD_NOT_ACCEPTED)
    await give_back(house.pool, charges, now)
    return Response(answer.body, media_type="application/json")


@ROUTES.post(
    "/v1/till/card-inquiries",
    allows=Scope.CARDS_READ,
    problems=(*_LIFE, Decline.RATE_LIMITED),
    answers=money_answers.CardBalance,
    example=examples.CARD_BALANCE,
)
async def inquire_at_till(
    fields: CardShownFields, visitor: TheVisitor, house: TheHouse, guesses: TheGuesses
) -> Response:
    """Show a till what a card holds whose holder has typed its PIN or shows its e-code.

    Wrong guesses are limited by key, together with those at purchases and holds.
    """
    card, key_id = fields.shown(), visitor.caller.actor_id
    allowed(guesses.refusal(key_id))
    answer = await house.engine.submit(inquire(house, visitor.caller, card))
    await guesses.count(key_id, (answer,))
    return told(answer)


@ROUTES.post(
    "/v1/me/load-previews",
    allows=Audience.MEMBER,
    problems=(
        *_LIFE,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.CARD_BLOCKED,
        Decline.CARD_EXPIRED,
        Decline.INSUFFICIENT_FUNDS,
        Decline.OPEN_HOLDS,
        Decline.LIMIT_EXCEEDED,
        Decline.REAL_NAME_REQUIRED,
        Decline.RATE_LIMITED,
    ),
    answers=money_answers.LoadPreview,
    example=examples.LOAD_PREVIEW,
    tag="The member's own",
)
async def preview_load(fields: CardAndPinFields, visitor: TheVisitor, house: TheHouse, now: Now) -> Response:
    """Show what a card would bring into the member's wallet, before the member confirms the load.

    Refused previews and loads are limited together, by member.
    """
    charges = [by_id(house.vault, LOADS_BY_MEMBER, visitor.caller.id)]
    allowed(await admit(house.pool, charges, now))
    shown = await posted(house, preview_redemption(house, visitor.caller, RedeemCommand(fields.number, fields.pin)))
    await give_back(house.pool, charges, now)
    return shown
