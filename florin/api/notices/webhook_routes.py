"""Webhook endpoints: a merchant's server and a customer's people keep their own, the operator all."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from florin.api.callers import People, Visitor
from florin.api.fields import Choice, EventId, Fields, Instant, PrivateFields, WebhookId
from florin.api.given import Now, TheAuthor, TheHouse, ThePage, TheVisitor, accepted
from florin.api.management_examples import page_of
from florin.api.notices import notice_examples as examples
from florin.api.routes import Routes
from florin.api.views import View, listed
from florin.clearing.notices import keep_endpoints
from florin.clearing.notices.allowed_endpoint import OPERATOR, Keeper
from florin.clearing.notices.endpoint_secrets import rotate_secret
from florin.clearing.notices.replay import Replay, replay
from florin.domain.declines import Decline
from florin.domain.people import Role
from florin.domain.scopes import Scope
from florin.domain.webhook import DisabledReason, EndpointOwner, EndpointStatus, WebhookDeliveryStatus
from florin.storage.notices.webhook_deliveries import Delivery, list_deliveries
from florin.storage.notices.webhook_endpoints import Endpoint, list_endpoints

ROUTES = Routes("Webhooks")

KEEPERS: Final = People(frozenset({Role.BUYER, Role.ADMINISTRATOR}), scope=Scope.WEBHOOKS_WRITE)
"""A merchant's or an operator's machine, a customer's buyer, an administrator of ours."""

_HOOK: Final = "/v1/webhooks/{webhook_id}"
_NOT_FOUND = (Decline.WEBHOOK_NOT_FOUND,)


class WebhookFields(PrivateFields, example=examples.NEW_WEBHOOK):
    """A new endpoint; without names it gets all events that its owner may see. `contact` hears when it is given up."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    events: Annotated[list[str], Field(max_length=100)] = Field(default_factory=list)
    contact: Annotated[str, Field(min_length=3, max_length=254)] | None = None


class ReplayFields(Fields, example=examples.REPLAY):
    """One event, or those of a time; of those perhaps only the ones that never came through."""

    event_id: EventId | None = None
    since: Instant | None = None
    until: Instant | None = None
    only_failed: bool = False


class WebhookView(View):
    """An endpoint; its secret is shown when it is made and never again."""

    id: WebhookId
    owner: EndpointOwner
    url: str
    events: list[str]
    status: EndpointStatus
    disabled_reason: DisabledReason | None
    failures: int
    old_secret_until: datetime | None
    created_at: datetime


class WebhookPage(View):
    """Some endpoints, and the cursor of the next page."""

    items: list[WebhookView]
    next_cursor: str | None


class AddedWebhookView(View):
    """A new endpoint, and the secret that its deliveries are signed with; shown this once."""

    webhook: WebhookView
    secret: str


class NewSecretView(View):
    """A new secret, shown this once; the one before it signs too until the time given."""

    secret: str
    old_secret_until: datetime


class WebhookDeliveryView(View):
    """What has become of an event at an endpoint; `answered` is the status code of the last answer."""

    event_id: EventId
    name: str
    status: WebhookDeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    answered: int | None
    failure: str | None
    ended_at: datetime | None


class WebhookDeliveryPage(View):
    """Some deliveries, and the cursor of the next page."""

    items: list[WebhookDeliveryView]
    next_cursor: str | None


class ReplayedView(View):
    """How many events are in line again."""

    events: int


@ROUTES.get("/v1/webhooks", allows=KEEPERS, example=page_of(examples.WEBHOOK))
async def list_webhooks(visitor: TheVisitor, house: TheHouse, page: ThePage) -> WebhookPage:
    """List the endpoints, the oldest first; an operator sees everybody's."""
    after = page.last_seen("webhooks")
    found = await list_endpoints(house.pool, keeper_of(visitor).owner, after, page.limit)
    return WebhookPage(**listed("webhooks", found, _view))


@ROUTES.post(
    "/v1/webhooks", allows=KEEPERS, status=201, problems=(Decline.TOO_MANY_WEBHOOKS,), example=examples.ADDED_WEBHOOK
)
async def add_webhook(
    fields: WebhookFields, visitor: TheVisitor, house: TheHouse, author: TheAuthor, request: Request
) -> AddedWebhookView:
    """Add an endpoint; it gets what happens from now on.

    The address begins with `https://` and leads to a public address. Every delivery is signed as the Standard Webhooks
    specification says, with the secret that is in this answer and nowhere else.
    """
    loopback = request.app.state.settings.webhook_loopback
    command = keep_endpoints.AddEndpoint(fields.url, fields.events, fields.contact)
    added = accepted(await keep_endpoints.add(house, keeper_of(visitor), command, author, loopback=loopback))
    return AddedWebhookView(webhook=_view(added.endpoint), secret=added.secret)


@ROUTES.get(_HOOK, allows=KEEPERS, problems=_NOT_FOUND, example=examples.WEBHOOK)
async def read_webhook(webhook_id: WebhookId, visitor: TheVisitor, house: TheHouse) -> WebhookView:
    """Show an endpoint."""
    return _view(accepted(await keep_endpoints.read(house, keeper_of(visitor), webhook_id)))


@ROUTES.post(
    _HOOK + "/disable",
    allows=KEEPERS,
    problems=_NOT_FOUND,
    example={**examples.WEBHOOK, "status": "disabled", "disabled_reason": "asked"},
)
async def disable_webhook(
    webhook_id: WebhookId, visitor: TheVisitor, house: TheHouse, author: TheAuthor
) -> WebhookView:
    """Send nothing there until it is enabled again; what happens meanwhile can be replayed."""
    return _view(accepted(await keep_endpoints.disable(house, keeper_of(visitor), webhook_id, author)))


@ROUTES.post(_HOOK + "/enable", allows=KEEPERS, problems=_NOT_FOUND, example=examples.WEBHOOK)
async def enable_webhook(webhook_id: WebhookId, visitor: TheVisitor, house: TheHouse, author: TheAuthor) -> WebhookView:
    """Send again; what still waited when it was disabled goes first."""
    return _view(accepted(await keep_endpoints.enable(house, keeper_of(visitor), webhook_id, author)))


@ROUTES.delete(_HOOK, allows=KEEPERS, status=204, problems=_NOT_FOUND)
async def remove_webhook(webhook_id: WebhookId, visitor: TheVisitor, house: TheHouse, author: TheAuthor) -> None:
    """Take an endpoint away for good."""
    accepted(await keep_endpoints.remove(house, keeper_of(visitor), webhook_id, author))


@ROUTES.post(_HOOK + "/secret", allows=KEEPERS, status=201, problems=_NOT_FOUND, example=examples.NEW_SECRET)
async def rotate_webhook_secret(
    webhook_id: WebhookId, visitor: TheVisitor, house: TheHouse, author: TheAuthor
) -> NewSecretView:
    """Change the secret; for a day every delivery is signed with the old one too."""
    return NewSecretView.model_validate(accepted(await rotate_secret(house, keeper_of(visitor), webhook_id, author)))


@ROUTES.get(_HOOK + "/deliveries", allows=KEEPERS, problems=_NOT_FOUND, example=page_of(examples.DELIVERY))
async def list_webhook_deliveries(
    webhook_id: WebhookId,
    visitor: TheVisitor,
    house: TheHouse,
    page: ThePage,
    status: Annotated[WebhookDeliveryStatus | None, Choice, Query(description="Only those.")] = None,
) -> WebhookDeliveryPage:
    """List what was sent to an endpoint and what is to be, the newest event first."""
    accepted(await keep_endpoints.read(house, keeper_of(visitor), webhook_id))
    after = page.last_seen("webhook_deliveries")
    found = await list_deliveries(house.pool, webhook_id, status, after, page.limit)
    return WebhookDeliveryPage(**listed("webhook_deliveries", found, _delivery_view))


@ROUTES.post(_HOOK + "/replay", allows=KEEPERS, problems=_NOT_FOUND, example=examples.REPLAYED)
async def replay_webhook(
    webhook_id: WebhookId, fields: ReplayFields, visitor: TheVisitor, house: TheHouse, now: Now
) -> ReplayedView:
    """Send one event once more, or those of a time, under the ids that they had."""
    command = Replay(fields.event_id, fields.since, fields.until, fields.only_failed)
    return ReplayedView(events=accepted(await replay(house, keeper_of(visitor), webhook_id, command, now)))


def keeper_of(visitor: Visitor) -> Keeper:
    """Whose endpoints the caller may keep."""
    actor = visitor.actor
    if actor is not None and actor.customer_id is not None:
        return Keeper(EndpointOwner.CUSTOMER, actor.customer_id)
    if visitor.merchant_id is not None:
        return Keeper(EndpointOwner.MERCHANT, visitor.merchant_id)
    return OPERATOR


def _view(endpoint: Endpoint) -> WebhookView:
    reason = endpoint.disabled_reason
    return WebhookView(
        id=endpoint.id,
        owner=EndpointOwner(endpoint.owner_kind),
        url=endpoint.url,
        events=list(endpoint.events),
        status=EndpointStatus(endpoint.status),
        disabled_reason=None if reason is None else DisabledReason(reason),
        failures=endpoint.failures,
        old_secret_until=endpoint.old_secret_until,
        created_at=endpoint.created_at,
    )


def _delivery_view(delivery: Delivery) -> WebhookDeliveryView:
    status = WebhookDeliveryStatus(delivery.status)
    return WebhookDeliveryView(
        event_id=delivery.event_id,
        name=delivery.name,
        status=status,
        attempts=delivery.attempts,
        next_attempt_at=delivery.due_at if status is WebhookDeliveryStatus.WAITING else None,
        answered=delivery.answered,
        failure=delivery.failure,
        ended_at=delivery.ended_at,
    )
