import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from florin.api.app import create_app
from florin.api.corporate import generation_routes
from florin.api.ledger.event_streams import EventStreams
from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.read_progress import progress_of
from florin.domain.people import Role
from florin.settings import Settings
from florin.storage.corporate.generation import take_up_line
from florin.storage.fresh_ids import fresh_id
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.batch.orders.failed_orders import HALF, OTHER_PRICE_MINOR, QUANTITY, half_made
from tests.batch.orders.paid_orders import paid
from tests.corporate import Corporate, KnownOrder
from tests.world import World

Step = Callable[[], Awaitable[object]]


class Steps(EventStreams):
    """The places for streams; instead of waiting for news, the next thing happens."""

    def __init__(self, *steps: Step, limit: int = 1) -> None:
        super().__init__(limit)
        self.steps = list(steps)

    async def wait(self, seconds: float) -> bool:  # not money: seconds
        """Let the next thing happen."""
        assert generation_routes.NEWS_EVERY_S == seconds
        if self.steps:
            await self.steps.pop(0)()
        return await super().wait(0)


async def nothing() -> None:
    """Nothing happens."""


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


@pytest.fixture
def maker(doors: Doors, world: World) -> Maker:
    return Maker(doors.house, chunk=10, clock=world.clock)


def address(order: KnownOrder, rest: str = "") -> str:
    return f"/v1/orders/ord_{order.id.hex}/progress{rest}"


def with_streams(doors: Doors, who: Client, streams: EventStreams, house: ClearingHouse | None = None) -> Client:
    """The caller, in an application with these places for streams."""
    return Client(create_app(house or doors.house, Settings(), streams), who.headers)


def told(body: str) -> list[tuple[str, Any]]:
    """The events of a stream, by name, with their data; comments too."""
    events = []
    for text in body.removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in text.split("\n"))
        events.append((fields.get("event", "comment"), json.loads(fields.get("data", "null"))))
    return events


async def test_progress_is_told_line_by_line(doors: Doors, corporate: Corporate, maker: Maker) -> None:
    order = await half_made(maker, corporate)
    buyer = doors.person(corporate.person(Role.BUYER, customer=order.customer_id))

    assert {
        "order_id": f"ord_{order.id.hex}",
        "status": "partially_failed",
        "ordered": QUANTITY + 4,
        "generated": HALF + 4,
        "seconds_left": None,
        "lines": [
            {
                "line": 1,
                "ordered": QUANTITY,
                "generated": HALF,
                "status": "failed",
                "cards_per_s": (await buyer.get(address(order))).json()["lines"][0]["cards_per_s"],
                "seconds_left": None,
                "failure": "unexpected",
            },
            {
                "line": 2,
                "ordered": 4,
                "generated": 4,
                "status": "ready",
                "cards_per_s": None,
                "seconds_left": None,
                "failure": None,
            },
        ],
    } == (await buyer.get(address(order))).json()


@pytest.mark.parametrize("rest", ["", "/events"])
async def test_a_strangers_order_is_not_found(doors: Doors, corporate: Corporate, maker: Maker, rest: str) -> None:
    order = await paid(corporate, maker.house)
    stranger = doors.person(corporate.person(Role.BUYER, customer=corporate.customer()))

    assert (404, "order_not_found") == code_of(await stranger.get(address(order, rest)))
    nobodys = f"/v1/orders/ord_{fresh_id().hex}/progress{rest}"
    assert (404, "order_not_found") == code_of(await doors.person(corporate.manager).get(nobodys))


async def test_events_tell_each_change_once_and_what_is_told_when_asked(
    doors: Doors, corporate: Corporate, maker: Maker
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25))
    manager = doors.person(corporate.manager)
    polled: list[Any] = []

    async def poll() -> None:
        polled.append((await manager.get(address(order))).json())

    async def take_up() -> None:
        await take_up_line(maker.house.pool, order.id, 1, maker.author)

    async def make() -> None:
        await generate_order(maker, order.id)

    streams = Steps(poll, take_up, poll, nothing, make)
    response = await with_streams(doors, manager, streams).get(address(order, "/events"))
    await poll()

    assert ("text/event-stream; charset=utf-8", "no") == (
        response.headers["content-type"],
        response.headers["x-accel-buffering"],
    )
    assert [("progress", polled[0]), ("progress", polled[1]), ("done", polled[2])] == told(response.text)
    assert ["funded", "generating", "ready"] == [each["status"] for each in polled]
    assert 25 == polled[2]["generated"]


async def test_an_order_of_which_nothing_is_made_is_told_of_once(
    doors: Doors, corporate: Corporate, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    manager = doors.person(corporate.manager)

    response = await with_streams(doors, manager, Steps()).get(address(order, "/events"))

    assert [("done", (await manager.get(address(order))).json())] == told(response.text)


async def test_a_stream_with_nothing_new_shows_that_it_lives_and_ends_after_a_while(
    doors: Doors, corporate: Corporate, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await paid(corporate, maker.house)
    monkeypatch.setattr(generation_routes, "LONGEST_S", 35)

    response = await with_streams(doors, doors.person(corporate.manager), Steps()).get(address(order, "/events"))

    assert ["progress", "comment", "comment"] == [name for name, _ in told(response.text)]


async def test_a_database_that_is_away_for_a_moment_ends_no_stream(
    doors: Doors, corporate: Corporate, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await paid(corporate, maker.house)
    ask = progress_of

    async def away(*_: object) -> None:
        raise psycopg.OperationalError("gone")

    async def go() -> None:
        monkeypatch.setattr(generation_routes, "progress_of", away)

    async def come_back() -> None:
        monkeypatch.setattr(generation_routes, "progress_of", ask)
        await generate_order(maker, order.id)

    streams = Steps(go, nothing, come_back)
    response = await with_streams(doors, doors.person(corporate.manager), streams).get(address(order, "/events"))

    assert ["progress", "done"] == [name for name, _ in told(response.text)]


async def test_a_stop_of_the_service_ends_the_streams_and_opens_no_more(
    doors: Doors, corporate: Corporate, maker: Maker
) -> None:
    order = await paid(corporate, maker.house)

    async def stop() -> None:
        streams.end()

    streams = Steps(nothing, stop)
    manager = with_streams(doors, doors.person(corporate.manager), streams)
    response = await manager.get(address(order, "/events"))

    assert ["progress"] == [name for name, _ in told(response.text)]
    assert (503, "busy") == code_of(await manager.get(address(order, "/events")))


async def test_one_stream_too_many_is_refused_and_every_place_is_given_back(
    doors: Doors, corporate: Corporate, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    streams = EventStreams(1)
    manager = with_streams(doors, doors.person(corporate.manager), streams)

    with streams.place():
        assert (503, "busy") == code_of(await manager.get(address(order, "/events")))
    for _ in range(3):
        assert (await manager.get(address(order, "/events"))).is_success


class SlowClient:
    """A client on the application's doorstep that takes the first event, and no more, until it goes away."""

    def __init__(self, who: Client, path: str) -> None:
        self.has_first = asyncio.Event()
        self.gone = asyncio.Event()
        self._has_asked = False
        self._who, self._path = who, path

    async def listen(self) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self._who.headers.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "path": self._path, "raw_path": self._path.encode(), "query_string": b"", "headers": headers,
            "scheme": "http", "client": ("192.0.2.7", 4711), "server": ("florin.test", 80), "root_path": "",
        }  # fmt: skip
        await self._who.app(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if not self._has_asked:
            self._has_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401 (ASGI)
        if message["type"] == "http.response.body":
            self.has_first.set()
            await asyncio.Event().wait()


async def test_a_slow_client_holds_no_connection_and_leaves_its_place_when_it_goes(
    doors: Doors, corporate: Corporate, maker: Maker, world: World
) -> None:
    order = await paid(corporate, maker.house)
    async with world.clearing_house(pool_size=1) as narrow:
        streams = EventStreams(1)
        who = with_streams(doors, doors.person(corporate.manager), streams, narrow)
        slow = SlowClient(who, address(order, "/events"))
        listening = asyncio.create_task(slow.listen())
        await slow.has_first.wait()

        async with narrow.pool.connection(5) as connection:
            assert (1,) == await (await connection.execute("SELECT 1")).fetchone()

        slow.gone.set()
        await listening
        with streams.place():
            pass


async def test_a_failed_line_is_tried_again_or_dropped(doors: Doors, corporate: Corporate, maker: Maker) -> None:
    order = await half_made(maker, corporate, failed=2)
    lines = f"/v1/orders/ord_{order.id.hex}/lines"
    operator = doors.person(corporate.operator)

    dropped = (await operator.post(f"{lines}/2/drop", key=None)).json()
    retried = (await operator.post(f"{lines}/1/retry", key=None)).json()

    assert ["failed", "dropping", "ready"] == [each["status"] for each in dropped["lines"]]
    assert ["waiting", "dropping", "ready"] == [each["status"] for each in retried["lines"]]
    assert QUANTITY * 93_00 + OTHER_PRICE_MINOR == corporate.reserved_minor(order.id)
    assert (409, "order_not_in_state") == code_of(await operator.post(f"{lines}/2/retry", key=None))
    assert (404, "line_not_found") == code_of(await operator.post(f"{lines}/7/drop", key=None))
    assert (422, "invalid_request") == code_of(await operator.post(f"{lines}/0/drop", key=None))
