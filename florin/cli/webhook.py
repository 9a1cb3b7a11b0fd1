"""``florin webhook``: where events are sent to, what has become of them, and sending them once more."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.notices import keep_endpoints
from florin.clearing.notices.allowed_endpoint import OPERATOR, Keeper
from florin.clearing.notices.endpoint_secrets import rotate_secret
from florin.clearing.notices.replay import Replay, replay
from florin.cli.configuration import merchant_of, this_machine
from florin.cli.exit_codes import Refusal
from florin.cli.house import open_house
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.paging import MAX_LIMIT
from florin.domain.webhook import EndpointOwner, WebhookDeliveryStatus
from florin.storage.catalogue import read_catalogue
from florin.storage.notices.webhook_deliveries import list_deliveries
from florin.storage.notices.webhook_endpoints import Endpoint, list_endpoints

app = typer.Typer(help="Webhooks: where events are sent to, signed, until they arrive.", no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(help="The endpoint's id: whk_ and 32 digits.")]
_COLUMNS = ("id", "owner", "status", "reason", "events", "url")

_Result = TypeVar("_Result")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the endpoints of everybody."""
    page = _in_house(lambda house: list_endpoints(house.pool, None, None, MAX_LIMIT))
    _show_endpoints([_view(each) for each in page.items], as_json=as_json)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where events are sent: https:// and a public address.")],
    merchant: Annotated[str | None, typer.Option(help="Code of the merchant; the operator's without.")] = None,
    customer: Annotated[str | None, typer.Option(help="Id of the corporate customer whose it is.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="Name of an event; all that the owner sees without.")] = None,
    contact: Annotated[str | None, typer.Option(help="Mail address that hears when it is given up.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add an endpoint and show the secret that signs, this once."""
    settings = read_settings()

    async def step(house: ClearingHouse) -> keep_endpoints.AddedEndpoint | Decline:
        keeper = await _keeper(house, merchant, customer)
        command = keep_endpoints.AddEndpoint(url, event or (), contact)
        return await keep_endpoints.add(house, keeper, command, this_machine(), loopback=settings.webhook_loopback)

    added = accepted(_in_house(step))
    if as_json:
        print_json({**_view(added.endpoint), "secret": added.secret})
        return
    say(f"{wire_id('webhook', added.endpoint.id)} gets what happens from now on.")
    say(f"Its secret, shown this once: {added.secret}")


@app.command()
def rotate(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Change the secret; for a day both sign."""
    wanted = _wanted(webhook_id)
    new = accepted(_in_house(lambda house: rotate_secret(house, OPERATOR, wanted, this_machine())))
    if as_json:
        print_json({"id": webhook_id, "secret": new.secret, "old_secret_until": new.old_secret_until})
        return
    say(f"Its new secret, shown this once: {new.secret}")
    say(f"The old one signs too until {new.old_secret_until:%Y-%m-%d %H:%M} UTC.")


@app.command()
def disable(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Send nothing there until it is enabled again."""
    _change(keep_endpoints.disable, webhook_id, as_json=as_json)


@app.command()
def enable(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Send again, what still waited first."""
    _change(keep_endpoints.enable, webhook_id, as_json=as_json)


@app.command()
def remove(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Take an endpoint away for good."""
    wanted = _wanted(webhook_id)
    accepted(_in_house(lambda house: keep_endpoints.remove(house, OPERATOR, wanted, this_machine())))
    if as_json:
        print_json({"id": webhook_id, "status": "removed"})
    else:
        say(f"{webhook_id} is gone.")


@app.command()
def deliveries(
    webhook_id: WebhookId,
    status: Annotated[WebhookDeliveryStatus | None, typer.Option(help="Only those.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the latest deliveries to an endpoint, the newest event first."""
    wanted = _wanted(webhook_id)
    page = _in_house(lambda house: list_deliveries(house.pool, wanted, status, None, MAX_LIMIT))
    rows = [
        {
            "event_id": wire_id("event", each.event_id),
            "name": each.name,
            "status": each.status,
            "attempts": each.attempts,
            "next_attempt_at": each.due_at if each.ended_at is None else None,
            "failure": each.failure,
        }
        for each in page.items
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("event", "name", "status", "attempts", "next attempt", "failure")
    print_table("Deliveries", columns, [tuple(each.values()) for each in rows])


@app.command("replay")
def send_again(
    webhook_id: WebhookId,
    event: Annotated[str | None, typer.Option(help="Id of the one event: evt_ and 32 digits.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Events from then on; UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Events up to then; now without.")] = None,
    only_failed: Annotated[bool, typer.Option(help="Leave out what came through.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send one event once more, or those of a time, under the ids that they had."""
    event_id = None if event is None else _parsed("event", event)
    command = Replay(event_id, _utc(since), _utc(until), only_failed)
    wanted = _wanted(webhook_id)
    count = accepted(_in_house(lambda house: replay(house, OPERATOR, wanted, command, datetime.now(UTC))))
    if as_json:
        print_json({"id": webhook_id, "events": count})
    else:
        say(f"{count} events are in line again.")


def _change(step: Callable[..., Awaitable[Endpoint | Decline]], webhook_id: str, *, as_json: bool) -> None:
    wanted = _wanted(webhook_id)
    endpoint = accepted(_in_house(lambda house: step(house, OPERATOR, wanted, this_machine())))
    _show_endpoints([_view(endpoint)], as_json=as_json)


def _in_house(step: Callable[[ClearingHouse], Awaitable[_Result]]) -> _Result:
    async def work() -> _Result:
        async with open_house(read_settings(), existing=True) as house:
            return await step(house.clearing)

    return run(work())


async def _keeper(house: ClearingHouse, merchant: str | None, customer: str | None) -> Keeper:
    if merchant is not None and customer is not None:
        raise Refusal("--merchant or --customer, not both")
    if merchant is not None:
        return Keeper(EndpointOwner.MERCHANT, merchant_of(await read_catalogue(house.pool), merchant).id)
    return OPERATOR if customer is None else Keeper(EndpointOwner.CUSTOMER, _parsed("customer", customer))


def _wanted(webhook_id: str) -> UUID:
    return _parsed("webhook", webhook_id)


def _parsed(kind: str, text: str) -> UUID:
    try:
        return parse_id(kind, text)
    except ValueError as error:
        raise Refusal(f"{text} is {error}") from None


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _view(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": wire_id("webhook", endpoint.id),
        "owner": endpoint.owner_kind,
        "status": endpoint.status,
        "reason": endpoint.disabled_reason,
        "events": list(endpoint.events),
        "url": endpoint.url,
    }


def _show_endpoints(endpoints: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(endpoints)
        return
    rows = [
        (*(each[name] for name in _COLUMNS[:4]), " ".join(each["events"]) or "all", each["url"]) for each in endpoints
    ]
    print_table("Webhooks", _COLUMNS, rows)
