"""Claim links of an order: sending them, sending one once more, and what the buyer may know of each."""

from datetime import datetime
from typing import Annotated, Final

from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.corporate import delivery_examples as examples
from florin.api.corporate.delivery_views import CardName
from florin.api.fields import Choice, Fields, OrderId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import View, next_cursor
from florin.clearing.orders.allowed import READERS
from florin.clearing.orders.list_links import list_links
from florin.clearing.orders.request_delivery import BUYERS
from florin.clearing.orders.resend_link import resend_link
from florin.clearing.orders.send_links import SendLinks, send_links, sending_asked_before
from florin.domain.card_selection import card_name
from florin.domain.claim_link import LinkStatus
from florin.domain.declines import Decline
from florin.domain.paging import decode_sequence
from florin.storage.corporate.claim_links import LinkSent
from florin.storage.corporate.link_sendings import LinkSending

ROUTES = Routes("Claim links")

_LIST: Final = "links"
_OF_ORDER: Final = (Decline.ORDER_NOT_FOUND, Decline.CUSTOMER_NOT_ACTIVE, Decline.ORDER_NOT_IN_STATE)


class ResendFields(Fields, example=examples.RESEND):
    """The card whose link is sent once more."""

    card: CardName


class SendingView(View):
    """A sending: so many of its links have been made; `done_at` is null while it is under way."""

    order_id: OrderId
    cards: int
    sent: int
    asked_at: datetime
    done_at: datetime | None


class LinkView(View):
    """The link of a card. What becomes of the card after it was claimed is its holder's business alone."""

    card: str
    status: Annotated[LinkStatus, Choice]
    sending: int
    sent_at: datetime
    expires_at: datetime


class LinkList(View):
    """A page of an order's links, by line and serial number."""

    items: list[LinkView]
    next_cursor: str | None


@ROUTES.post(
    "/v1/orders/{order_id}/links",
    allows=people(*BUYERS),
    status=202,
    problems=(
        *KEY_PROBLEMS,
        *_OF_ORDER,
        Decline.DELIVERED_OTHERWISE,
        Decline.NOTHING_TO_DELIVER,
        *STEP_UP_PROBLEMS,
    ),
    example=examples.SENDING,
)
async def send_all_links(
    order_id: OrderId, fields: StepUpFields, person: ThePersonOnce, response: Response
) -> SendingView:
    """Send every recipient of the order a claim link, in the background; whoever has one gets no second.

    The same request again shows the sending as it stands. Under a new key it sends to whoever has none yet: recipients
    of cards that took the place of missing or damaged ones.
    """
    command = SendLinks(order_id, person.key)
    asked = await person.asks(sending_asked_before, command)
    if asked is not None:
        tell_replay(response)
        return _sending_view(asked)
    proof = await proof_of(person, fields.totp_code)
    return _sending_view(await person.asks(send_links, command, proof, person.now))


@ROUTES.get(
    "/v1/orders/{order_id}/links", allows=people(*READERS), problems=(Decline.ORDER_NOT_FOUND,), example=examples.LINKS
)
async def read_links(order_id: OrderId, person: ThePerson, page: ThePage) -> LinkList:
    """List the links of an order: sent, claimed or expired, or of a card that was replaced or given up.

    Nothing is told of what is on the cards.
    """
    after = 0 if page.cursor is None else decode_sequence(_LIST, page.cursor)
    found = await person.asks(list_links, order_id, after, page.limit)
    items = [_link_view(each, person.now) for each in found.items]
    return LinkList(items=items, next_cursor=next_cursor(_LIST, found.next_after))


@ROUTES.post(
    "/v1/orders/{order_id}/links/resend",
    allows=people(*BUYERS),
    problems=(*_OF_ORDER, Decline.LINK_NOT_FOUND, Decline.LINK_CLAIMED, Decline.LINK_SENT_TODAY),
    example={**examples.LINK, "sending": 2},
)
async def resend_one_link(order_id: OrderId, fields: ResendFields, person: ThePerson) -> LinkView:
    """Send one card's link once more, at most once a day; the link before is worth nothing from then on."""
    return _link_view(await person.asks(resend_link, order_id, fields.card, person.now), person.now)


def _sending_view(sending: LinkSending) -> SendingView:
    return SendingView(
        order_id=sending.order_id,
        cards=sending.cards,
        sent=sending.sent,
        asked_at=sending.asked_at,
        done_at=sending.done_at,
    )


def _link_view(link: LinkSent, now: datetime) -> LinkView:
    return LinkView(
        card=card_name(link.line, link.serial),
        status=link.status_at(now),
        sending=link.sending,
        sent_at=link.sent_at,
        expires_at=link.expires_at,
    )
