"""Webhook endpoints: add one, switch it off and on, remove it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.allowed_endpoint import Keeper, allowed, locked_endpoint
from florin.clearing.notices.endpoint_secrets import sealed_secret
from florin.clearing.notices.receiver_url import require_public_receiver, require_webhook_url
from florin.crypto.webhook_secrets import new_webhook_secret
from florin.domain.declines import Decline
from florin.domain.event_names import EVENT_NAMES
from florin.domain.invalid_field import InvalidField
from florin.domain.sign_in_names import normalise_mail
from florin.domain.webhook import DisabledReason, EndpointStatus, event_names_for
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.webhook_endpoints import (
    Endpoint,
    NewEndpoint,
    add_endpoint,
    count_endpoints,
    find_endpoint,
    set_status,
)

MOST_ENDPOINTS: Final = 10
"""Of one owner: each of them is sent every event."""


@dataclass(frozen=True, slots=True)
class AddEndpoint:
    """Where an owner wants which events sent to; no names stand for all. ``contact`` is told when it is given up."""

    url: str
    events: Sequence[str] = ()
    contact: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AddedEndpoint:
    """A new endpoint, and the secret that its deliveries are signed with, shown this once."""

    endpoint: Endpoint
    secret: str = field(repr=False)


async def add(
    house: ClearingHouse, keeper: Keeper, command: AddEndpoint, author: Author, *, loopback: bool = False
) -> AddedEndpoint | Decline:
    """Add an endpoint for the keeper; it gets what happens from now on. ``too_many_webhooks`` beyond ten.

    Raises:
        InvalidField: the address is not one that may be called, or a name is not of an event that the owner may see.
    """
    url = require_webhook_url(command.url, loopback=loopback)
    await require_public_receiver(url, loopback=loopback)
    contact = None if command.contact is None else normalise_mail(command.contact)
    visible = event_names_for(keeper.kind) or frozenset(EVENT_NAMES)
    for place, name in enumerate(command.events):
        if name not in visible:
            raise InvalidField(f"events[{place}]", "no name of an event that is told here")
    endpoint_id, secret, vault = fresh_id(), new_webhook_secret(), house.vault
    sealed_contact = None if contact is None else vault.webhook_contacts.seal(contact.encode(), endpoint_id.bytes)
    new = NewEndpoint(
        endpoint_id,
        keeper.kind,
        keeper.owner_id,
        url,
        sorted(set(command.events)),
        sealed_secret(vault, endpoint_id, secret),
        sealed_contact,
    )
    async with transaction(house.pool) as connection:
        if await count_endpoints(connection, keeper.kind, keeper.owner_id) >= MOST_ENDPOINTS:
            return Decline.TOO_MANY_WEBHOOKS
        await add_endpoint(connection, new, author)
        made = await locked_endpoint(connection, keeper, endpoint_id)
    return made if isinstance(made, Decline) else AddedEndpoint(made, secret)


async def read(house: ClearingHouse, keeper: Keeper, endpoint_id: UUID) -> Endpoint | Decline:
    """An endpoint; ``webhook_not_found`` also for one that is not the keeper's."""
    return allowed(await find_endpoint(house.pool, endpoint_id), keeper)


async def disable(house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, author: Author) -> Endpoint | Decline:
    """Send nothing there until it is enabled again; what happens meanwhile is not kept in line, and can be replayed."""
    return await _set(house, keeper, endpoint_id, author, EndpointStatus.DISABLED)


async def enable(house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, author: Author) -> Endpoint | Decline:
    """Send again; what still waited when it was disabled goes first."""
    return await _set(house, keeper, endpoint_id, author, EndpointStatus.ACTIVE)


async def remove(house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, author: Author) -> Endpoint | Decline:
    """Take an endpoint away for good."""
    return await _set(house, keeper, endpoint_id, author, EndpointStatus.REMOVED)


async def _set(
    house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, author: Author, status: EndpointStatus
) -> Endpoint | Decline:
    async with transaction(house.pool) as connection:
        endpoint = await locked_endpoint(connection, keeper, endpoint_id)
        if isinstance(endpoint, Decline) or endpoint.status == status:
            return endpoint
        reason = DisabledReason.ASKED if status is EndpointStatus.DISABLED else None
        await set_status(connection, endpoint, status, author, reason)
        if status is EndpointStatus.REMOVED:
            return endpoint
        return await locked_endpoint(connection, keeper, endpoint_id)
