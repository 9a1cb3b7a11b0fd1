"""A service that stops ends the streams that it keeps open, instead of waiting for them."""

import asyncio
import json
from contextlib import ExitStack

import psycopg
import pytest

from tests.batch.orders.paid_orders import paid
from tests.corporate import Corporate, KnownOrder, token_of
from tests.whole.running import Place

pytestmark = pytest.mark.slow


def paid_order(place: Place, corporate: Corporate) -> KnownOrder:
    async def ordered() -> KnownOrder:
        async with place.world.clearing_house(url=place.server.service_url()) as house:
            return await paid(corporate, house)

    return asyncio.run(ordered())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_ends_the_streams_that_are_open(place: Place, workers: int) -> None:
    corporate = Corporate(place.world)
    order = paid_order(place, corporate)
    token = token_of(corporate.manager.session_id)
    with ExitStack() as stack:
        # Nobody can begin with it as long as its row is locked, so there is no end to tell of.
        somebody = stack.enter_context(psycopg.connect(place.server.owner_url()))
        somebody.execute("SELECT FROM corporate_order WHERE id = %s FOR UPDATE", (order.id,))
        service = stack.enter_context(place.serving(workers=workers))
        client = stack.enter_context(service.client(token))
        address = f"/v1/orders/ord_{order.id.hex}/progress/events"
        response = stack.enter_context(client.stream("GET", address))
        lines = response.iter_lines()
        assert "event: progress" == next(lines)
        assert "funded" == json.loads(next(lines).removeprefix("data: "))["status"]

        code = service.stop()

        assert 0 == code
        # The stream has ended in order, without an end of the order's making and without being torn.
        assert [] == [line for line in lines if line.startswith("event")]
        assert "graceful shutdown exceeded" not in service.written()
