"""Claims: whoever holds a link sees what it is for, and then gets the card by it, once.

The token of a link travels in the body, and never in an address: addresses stand in logs and histories.
"""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from florin.api.callers import Audience
from florin.api.corporate import delivery_examples as examples
from florin.api.fields import PrivateFields
from florin.api.files import NOT_STORED
from florin.api.given import Now, TheHouse, accepted
from florin.api.members.registration_routes import address_of
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.clearing.orders.claim import claim, preview_claim
from florin.domain.declines import Decline

ROUTES = Routes("Claims")

_PROBLEMS: Final = (
    Decline.LINK_NOT_ACCEPTED,
    Decline.LINK_CLAIMED,
    Decline.LINK_EXPIRED,
    Decline.RATE_LIMITED,
)


class ClaimFields(PrivateFields, example=examples.CLAIM):
    """The token of a link, which is its part after `#`."""

    token: Annotated[str, Field(min_length=1, max_length=100)]


class ClaimPreviewView(View):
    """What a link is for. Nothing can be paid with the card until it is active."""

    programme: str
    sender: str
    denomination: AmountView
    is_active: bool
    expires_at: datetime


class ClaimedCardView(View):
    """The card with its secrets, shown this once. Nothing can be paid with it until it is active."""

    programme: str
    sender: str
    denomination: AmountView
    is_active: bool
    number: Annotated[str, Field(repr=False)]
    pin: Annotated[str, Field(repr=False)]
    e_code: Annotated[str | None, Field(repr=False)]
    card_expires_on: date | None


@ROUTES.post("/v1/claims/preview", allows=Audience.PUBLIC, problems=_PROBLEMS, example=examples.PREVIEW)
async def show_claim(fields: ClaimFields, house: TheHouse, now: Now, request: Request) -> ClaimPreviewView:
    """Show what a claim link is for, without using it up.

    What is no link, or was replaced by a later one, gets one answer; failures are limited by address and in total.
    """
    shown = accepted(await preview_claim(house, fields.token, address_of(request), now))
    return ClaimPreviewView(
        programme=shown.programme_name,
        sender=shown.sender,
        denomination=amount_view(shown.denomination_minor, shown.unit),
        is_active=shown.is_active,
        expires_at=shown.expires_at,
    )


@ROUTES.post("/v1/claims", allows=Audience.PUBLIC, problems=_PROBLEMS, example=examples.CLAIMED)
async def claim_card(
    fields: ClaimFields, house: TheHouse, now: Now, request: Request, response: Response
) -> ClaimedCardView:
    """Get the card of a claim link: its number, PIN and e-code, shown this once."""
    response.headers.update(NOT_STORED)
    card = accepted(await claim(house, fields.token, address_of(request), now))
    shown = card.preview
    return ClaimedCardView(
        programme=shown.programme_name,
        sender=shown.sender,
        denomination=amount_view(shown.denomination_minor, shown.unit),
        is_active=shown.is_active,
        number=card.secrets.number,
        pin=card.secrets.pin,
        e_code=card.secrets.ecode,
        card_expires_on=card.card_expires_on,
    )
