"""Delivering webhooks: at least once, in order within a subject, each endpoint by itself.

An endpoint is served by one process at a time, whose turn ends with its session: a process that is killed between
sending and marking leaves its deliveries as they were, and the next one sends them again under the same ids. At an
endpoint that fails one attempt is made at a time until one comes through, so a receiver that is away costs little.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from florin.clearing.answers import instant
from florin.clearing.house import ClearingHouse
from florin.clearing.notices.disabling import disable_after
from florin.clearing.notices.endpoint_secrets import valid_secrets
from florin.domain.identifiers import SHARD_BITS, wire_id
from florin.domain.webhook import LONGEST_WAIT, SPREADS, EndpointStatus, next_attempt
from florin.gateways.webhook import WebhookMessage, WebhookSender
from florin.storage.notices.webhook_deliveries import Attempt, NextDelivery, endpoints_with_work, next_deliveries
from florin.storage.notices.webhook_endpoints import find_endpoint
from florin.storage.turns import Turns, open_turns

AT_ONCE: Final = 16
"""Deliveries under way at one endpoint, each of another subject."""

LOOK_EVERY_S: Final = 1
REST_S: Final = 5
"""What an endpoint that has just failed is left alone for, in seconds, the shortest wait of the schedule."""

Clock = Callable[[], datetime]
OpenSender = Callable[[str], WebhookSender]

_log: Final = structlog.get_logger("florin.webhooks")


@dataclass
class Couriers:
    """A process's couriers: each serves one endpoint, and none waits for another."""

    house: ClearingHouse
    turns: Turns
    open_sender: OpenSender
    clock: Clock = lambda: datetime.now(UTC)
    rest_s: int = REST_S

    def __post_init__(self) -> None:
        self._under_way: dict[UUID, asyncio.Task[None]] = {}
        self._resting_until: dict[UUID, float] = {}  # not money: seconds

    async def send_out(self) -> list[asyncio.Task[None]]:
        """Start a courier for each endpoint that something is due for and that none serves; return those started."""
        ticks = asyncio.get_running_loop().time()
        waiting = await endpoints_with_work(self.house.pool, self.clock())
        started = []
        for endpoint_id in waiting:
            if endpoint_id not in self._under_way and self._resting_until.get(endpoint_id, ticks) <= ticks:
                task = asyncio.create_task(self._serve(endpoint_id))
                self._under_way[endpoint_id] = task
                started.append(task)
        return started

    async def call_back(self) -> None:
        """Stop all couriers; what they have sent and not marked is sent again."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, endpoint_id: UUID) -> None:
        try:
            async with self.turns.at(endpoint_id) as is_ours:
                if is_ours and not await self._deliver_all(endpoint_id):
                    self._resting_until[endpoint_id] = asyncio.get_running_loop().time() + self.rest_s
        except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the next look tells)
            _log.warning("webhooks_not_delivered", webhook=str(endpoint_id), error=type(error).__name__)
        finally:
            del self._under_way[endpoint_id]

    async def _deliver_all(self, endpoint_id: UUID) -> bool:
        """Deliver until nothing is due (True), or until something does not come through."""
        endpoint = await find_endpoint(self.house.pool, endpoint_id)
        if endpoint is None or endpoint.status != EndpointStatus.ACTIVE:
            return True
        async with self.open_sender(endpoint.url) as sender:
            while True:
                now, limit = self.clock(), 1 if endpoint.failures else AT_ONCE
                deliveries = await next_deliveries(self.house.pool, endpoint_id, now, limit)
                if not deliveries:
                    return True
                secrets = valid_secrets(self.house.vault, endpoint, now)
                attempts = await asyncio.gather(*(_attempt(sender, secrets, each, now) for each in deliveries))
                endpoint = await disable_after(self.house, endpoint, attempts, now)
                if endpoint is None or not all(each.came_through for each in attempts):
                    return False


async def _attempt(sender: WebhookSender, secrets: list[str], delivery: NextDelivery, now: datetime) -> Attempt:
    answer = await sender.send(WebhookMessage(wire_id("event", delivery.event_id), body_of(delivery), secrets), now)
    if answer.failure is None:
        return Attempt(delivery.event_id, answer.status, None, None)
    spread = (delivery.event_id.int >> SHARD_BITS) % SPREADS  # bits of an id that are random
    due_at = next_attempt(delivery.attempts + 1, now, spread=spread, asked=answer.asked)
    rests_until = None if answer.asked is None else now + min(answer.asked, LONGEST_WAIT)
    return Attempt(delivery.event_id, answer.status, answer.failure, due_at, rests_until)


def body_of(event: NextDelivery) -> bytes:
    """The body of an event's webhook: byte for byte the same at each attempt."""
    told: dict[str, Any] = {"type": event.name, "timestamp": instant(event.posted_at), "data": event.data}
    return msgspec.json.encode(told)


async def deliver_webhooks(
    house: ClearingHouse, open_sender: OpenSender, clock: Clock = lambda: datetime.now(UTC)
) -> None:
    """Deliver for as long as the process serves."""
    async with open_turns(house.pool) as turns:
        couriers = Couriers(house, turns, open_sender, clock)
        try:
            while True:
                await couriers.send_out()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await couriers.call_back()
