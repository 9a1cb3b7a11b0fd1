"""Send an endpoint's events once more, under the ids that they had."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.allowed_endpoint import Keeper, allowed
from florin.domain.declines import Decline
from florin.domain.identifiers import first_id_at
from florin.domain.invalid_field import InvalidField
from florin.storage.notices.webhook_endpoints import find_endpoint
from florin.storage.notices.webhook_replays import replay_events

CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Replay:
    """One event by its id, or those from one time up to another; ``only_failed`` leaves out what came through."""

    event_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_failed: bool = False


async def replay(
    house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, command: Replay, now: datetime, *, chunk: int = CHUNK
) -> int | Decline:
    """How many events are in line again; what still waits is not counted and stays where it is.

    Declines: ``webhook_not_found``, also for one that is not the keeper's.

    Raises:
        InvalidField: neither an event nor a time is given, or both, or the time ends before it begins.
    """
    first, last = _window(command, now)
    endpoint = allowed(await find_endpoint(house.pool, endpoint_id), keeper)
    if isinstance(endpoint, Decline):
        return endpoint
    total, begin = 0, first
    while True:
        count, following = await replay_events(
            house.pool, endpoint_id, begin, last, now, only_failed=command.only_failed, limit=chunk
        )
        total += count
        if following is None:
            return total
        begin = following


def _window(command: Replay, now: datetime) -> tuple[UUID, UUID]:
    if (command.event_id is None) == (command.since is None):
        raise InvalidField("event_id", "one event, or a time that begins somewhere")
    if command.event_id is not None:
        return command.event_id, UUID(int=command.event_id.int + 1)
    since, until = command.since or now, command.until or now
    if until <= since:
        raise InvalidField("until", "not after the time that it begins at")
    return first_id_at(since), first_id_at(until)
