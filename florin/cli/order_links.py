"""``florin order send-links`` and its relatives: claim links of an order's cards."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from florin.batch.orders.waiting_links import carry_out
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.list_links import list_links
from florin.clearing.orders.resend_link import resend_link
from florin.clearing.orders.send_links import SendLinks, send_links
from florin.cli.desk import As
from florin.cli.order_desk import Order, act, order_named
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.progress import progress
from florin.cli.running import accepted
from florin.cli.slips import card_named
from florin.cli.step_up import act_with_code
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.corporate.claim_links import LinkSent
from florin.storage.corporate.link_sendings import LinkSending
from florin.storage.people.logins import CodeProof

_PANEL: Final = "Delivery as claim links"


def send(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """Send every recipient of an order a claim link, as a buyer; whoever has one gets no second.

    What is interrupted goes on by itself where the service runs.
    """

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> LinkSending | Decline:
        command = SendLinks(await order_named(house, actor, order))
        sending = accepted(await send_links(house, actor, command, proof, _now()))
        with progress("Sending links") as advance:
            return await carry_out(house, sending.id, progress=advance)

    sent = act_with_code(as_user, step)
    if as_json:
        print_json(
            {
                "order_id": wire_id("order", sent.order_id),
                "cards": sent.cards,
                "sent": sent.sent,
                "asked_at": sent.asked_at,
                "done_at": sent.done_at,
            }
        )
    else:
        say(f"{sent.sent:,} links of {wire_id('order', sent.order_id)} are on their way.")


def resend(
    order: Order,
    card: Annotated[str, typer.Argument(metavar="CARD", help="Name of the card, such as 1-000123.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Send one card's link once more, at most once a day; the link before is worth nothing from then on."""
    card_named("CARD", card)

    async def step(house: ClearingHouse, actor: Actor) -> LinkSent | Decline:
        return await resend_link(house, actor, await order_named(house, actor, order), card, _now())

    sent = act(as_user, step)
    if as_json:
        print_json(_json(sent, _now()))
    else:
        _show([sent], as_json=False)


def list_all(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """List the links of an order: sent, claimed, expired, or of a card that was replaced or voided."""

    async def step(house: ClearingHouse, actor: Actor) -> list[LinkSent] | Decline:
        order_id, after, links = await order_named(house, actor, order), 0, list[LinkSent]()
        while True:
            page = accepted(await list_links(house, actor, order_id, after, MAX_LIMIT))
            links += page.items
            if page.next_after is None:
                return links
            after = page.next_after

    _show(act(as_user, step), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("send-links", rich_help_panel=_PANEL)(send)
    app.command("resend-link", rich_help_panel=_PANEL)(resend)
    app.command("links", rich_help_panel=_PANEL)(list_all)


def _show(links: list[LinkSent], *, as_json: bool) -> None:
    now = _now()
    if as_json:
        print_json([_json(each, now) for each in links])
        return
    columns = ("card", "status", "sending", "sent at", "expires at")
    rows = [
        (card_name(each.line, each.serial), each.status_at(now), each.sending, each.sent_at, each.expires_at)
        for each in links
    ]
    print_table("Links", columns, rows)


def _json(link: LinkSent, now: datetime) -> dict[str, Any]:
    """A link in the words of the API."""
    return {
        "card": card_name(link.line, link.serial),
        "status": link.status_at(now),
        "sending": link.sending,
        "sent_at": link.sent_at,
        "expires_at": link.expires_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
