"""Endpoints at a receiver of the test's, events for them, and couriers that go by the world's clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from florin.batch.notices.deliver_webhooks import Couriers
from florin.clearing.house import ClearingHouse
from florin.clearing.notices.allowed_endpoint import OPERATOR
from florin.clearing.notices.keep_endpoints import AddedEndpoint, AddEndpoint, add
from florin.domain.identifiers import wire_id
from florin.gateways.webhook import WebhookSender
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.fan_out import fan_out
from florin.storage.outbox import emit
from florin.storage.turns import open_turns
from tests.world import World


@dataclass
class Hooks:
    """One process's couriers, and what a test does around them."""

    world: World
    house: ClearingHouse
    couriers: Couriers

    async def endpoint(self, url: str, *events: str, contact: str | None = None) -> AddedEndpoint:
        command = AddEndpoint(url, events, contact)
        added = await add(self.house, OPERATOR, command, Author(None, self.world.clock.now), loopback=True)
        assert isinstance(added, AddedEndpoint)
        return added

    async def happen(self, *numbers: int, subject: UUID | None = None) -> list[str]:
        """Events of one subject, or of one each, fanned out; return their ids on the wire, in order."""
        async with transaction(self.house.pool) as connection:
            for number in numbers:
                told = {"number": number}
                await emit(connection, "member.registered", subject or fresh_id(), told, self.world.clock.now)
        await fan_out(self.house.pool, self.world.clock.now)
        ids = self.world.rows("SELECT id FROM outbox ORDER BY id DESC LIMIT %s", len(numbers))
        return [wire_id("event", event_id) for (event_id,) in reversed(ids)]

    async def deliver(self) -> None:
        """Let couriers work until each has come back once."""
        await asyncio.gather(*await self.couriers.send_out())

    def statuses(self) -> list[str]:
        return [each for (each,) in self.world.rows("SELECT status FROM webhook_delivery ORDER BY event_id")]


@asynccontextmanager
async def open_hooks(world: World, house: ClearingHouse, timeout_s: float = 15) -> AsyncIterator[Hooks]:
    """The couriers of a process, which rest after no failure."""
    async with open_turns(house.pool) as turns:
        open_sender = partial(WebhookSender, loopback=True, timeout_s=timeout_s)
        hooks = Hooks(world, house, Couriers(house, turns, open_sender, world.clock, rest_s=0))
        try:
            yield hooks
        finally:
            await hooks.couriers.call_back()
