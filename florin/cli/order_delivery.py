"""``florin order deliver`` and its relatives: card files of an order, each fetched once, by those who may."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from florin.batch.orders.build_delivery import HandedOver, fetch_delivery
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.approve_delivery import approve_delivery, refuse_delivery
from florin.clearing.orders.deliveries import list_deliveries
from florin.clearing.orders.read_password import DeliveryPassword, read_password
from florin.clearing.orders.request_delivery import RequestDelivery, request_delivery
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import Order, act, id_of, order_named
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import card_named
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery, DeliveryForm, DeliveryPart, DeliveryStatus
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.storage.people.logins import CodeProof

Out = Annotated[Path, typer.Option(help="The file to write; nothing is overwritten.")]
Named = Annotated[str, typer.Argument(metavar="DELIVERY", help="Id of the delivery (dlv_...).")]

_PANEL: Final = "Delivery as files"


def deliver(
    order: Order,
    part: Annotated[DeliveryPart, typer.Option(help="Which half of the cards' secrets.")],
    out: Out,
    as_user: As,
    form: Annotated[DeliveryForm, typer.Option(help="Sealed to the part's key, or a zip file.")] = DeliveryForm.AGE,
    replacement: Annotated[
        list[str] | None, typer.Option(help="A replacement card, such as 1-000501, instead of all cards; repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask for card numbers or PINs of an order and fetch the file, once, as a buyer.

    A part that has left before waits for another person: `florin order approve-delivery`, then `fetch-delivery`.
    """
    for each in replacement or ():
        card_named("--replacement", each)
    names = None if not replacement else tuple(replacement)
    with new_file(out, OWNER_ONLY) as file:

        async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> HandedOver | Decline:
            command = RequestDelivery(await order_named(house, actor, order), part, form, names)
            asked = accepted(await request_delivery(house, actor, command, proof, _now()))
            if asked.status is DeliveryStatus.WAITING_FOR_APPROVAL:
                raise Refusal(_waits(asked), ExitCode.DECLINED)
            return await fetch_delivery(house, actor, asked.id, file, _now())

        fetched = act_with_code(as_user, step).delivery
    _show_file(fetched, out, as_json=as_json)


def fetch(delivery: Named, out: Out, as_user: As, as_json: AsJson = False) -> None:
    """Fetch the file of a delivery that you have asked for, once."""
    delivery_id = id_of("delivery", delivery)
    with new_file(out, OWNER_ONLY) as file:

        async def step(house: ClearingHouse, actor: Actor) -> HandedOver | Decline:
            return await fetch_delivery(house, actor, delivery_id, file, _now())

        fetched = act(as_user, step).delivery
    _show_file(fetched, out, as_json=as_json)


def approve(delivery: Named, as_user: As, as_json: AsJson = False) -> None:
    """Approve that a part of the cards leaves once more, as an approver."""
    delivery_id = id_of("delivery", delivery)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Delivery | Decline:
        return await approve_delivery(house, actor, delivery_id, proof, _now())

    _show_one(act_with_code(as_user, step), as_json=as_json)


def refuse(delivery: Named, as_user: As, as_json: AsJson = False) -> None:
    """Refuse that a part of the cards leaves once more, as an approver."""
    delivery_id = id_of("delivery", delivery)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Delivery | Decline:
        return await refuse_delivery(house, actor, delivery_id, proof, _now())

    _show_one(act_with_code(as_user, step), as_json=as_json)


def show_password(delivery: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show the password of a zip file, once, to an approver who is not the person that asked for the file."""
    delivery_id = id_of("delivery", delivery)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> DeliveryPassword | Decline:
        return await read_password(house, actor, delivery_id, proof, _now())

    read = act_with_code(as_user, step)
    if as_json:
        print_json({"delivery_id": wire_id("delivery", delivery_id), "password": read.password})
    else:
        say(f"The password, shown this once: {read.password}")


def list_all(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """List the deliveries of an order, with the receipts of those that were fetched."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Delivery] | Decline:
        return await list_deliveries(house, actor, await order_named(house, actor, order))

    _show(act(as_user, step), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("deliver", rich_help_panel=_PANEL)(deliver)
    app.command("fetch-delivery", rich_help_panel=_PANEL)(fetch)
    app.command("approve-delivery", rich_help_panel=_PANEL)(approve)
    app.command("refuse-delivery", rich_help_panel=_PANEL)(refuse)
    app.command("delivery-password", rich_help_panel=_PANEL)(show_password)
    app.command("deliveries", rich_help_panel=_PANEL)(list_all)


def _waits(asked: Delivery) -> str:
    name = wire_id("delivery", asked.id)
    return (
        f"declined, {Decline.APPROVAL_REQUIRED}: this part has left before. Another person runs "
        f"`florin order approve-delivery {name}`, and you `florin order fetch-delivery {name}` afterwards"
    )


def _show_file(delivery: Delivery, out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({**_json(delivery), "file": str(out)})
        return
    delivered = wire_id("delivery", delivery.id)
    password = f"the password that an approver reads by `florin order delivery-password {delivered}`"
    part = "PINs" if delivery.part is DeliveryPart.PINS else "numbers"
    key = f"the secret half of the key {delivery.recipient}"
    say(f"The {part} of the cards ({delivery.cards:,}) are in {out}.")
    say(f"It is delivery {delivered}, to be opened with {password if delivery.recipient is None else key}.")
    say(f"SHA-256 {(delivery.sha256 or b'').hex()}")


def _show_one(delivery: Delivery, *, as_json: bool) -> None:
    if as_json:
        print_json(_json(delivery))
    else:
        _show([delivery], as_json=False)


def _show(deliveries: list[Delivery], *, as_json: bool) -> None:
    if as_json:
        print_json([_json(each) for each in deliveries])
        return
    columns = ("delivery", "part", "form", "cards", "status", "asked for by", "decided by", "fetched at", "SHA-256")
    rows = [
        (
            *(wire_id("delivery", each.id), each.part, each.form, each.cards, words(each.status_at(_now()))),
            *(each.requested_by, each.decided_by, each.fetched_at, None if each.sha256 is None else each.sha256.hex()),
        )
        for each in deliveries
    ]
    print_table("Deliveries", columns, rows)


def _json(delivery: Delivery) -> dict[str, Any]:
    """A delivery in the words of the API."""
    return {
        "id": wire_id("delivery", delivery.id),
        "order_id": wire_id("order", delivery.order_id),
        "part": delivery.part,
        "form": delivery.form,
        "recipient": delivery.recipient,
        "replacements": delivery.selection,
        "cards": delivery.cards,
        "is_repetition": delivery.is_repetition,
        "status": delivery.status_at(_now()),
        "requested_by": delivery.requested_by,
        "requested_at": delivery.requested_at,
        "decided_by": delivery.decided_by,
        "decided_at": delivery.decided_at,
        "expires_at": delivery.expires_at,
        "fetched_by": delivery.fetched_by,
        "fetched_at": delivery.fetched_at,
        "size_bytes": delivery.size_bytes,
        "sha256": delivery.sha256,
        "password_read_by": delivery.password_read_by,
        "password_read_at": delivery.password_read_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
