"""What is refused at a door is in no book, so that it is in the log: once, under the id that its caller can quote."""

from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from florin.clearing.house import ClearingHouse
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.group import Group
from florin.storage.posting.request import BrokenError, BusyError, Caller, Outcome, PostingRequest, Wanted
from tests.api.client import Client, cny
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

Entry = MutableMapping[str, Any]


def lines(entries: list[Entry], *events: str) -> list[Entry]:
    return [each for each in entries if each["event"] in events]


def body(world: World, amount_minor: int = 1_00) -> dict[str, Any]:
    return {"pay_with": {"e_code": world.card().ecode}, "amount": cny(amount_minor), "reference": fresh("ref")}


@pytest.mark.parametrize(
    ("change", "problem", "status"),
    [
        ({"client": "nobody"}, "unauthenticated", 401),
        ({"client": "operator"}, "insufficient_scope", 403),
        ({"amount": cny(0)}, "invalid_request", 422),
        ({"key": None}, "idempotency_key_missing", 400),
    ],
)
async def test_a_refusal_at_the_money_door_leaves_one_line(
    world: World, doors: Doors, change: dict[str, Any], problem: str, status: int
) -> None:
    client: Client = getattr(doors, change.pop("client", "shop"))
    key = change.pop("key", fresh("key"))
    with capture_logs() as entries:
        response = await client.post("/v1/purchases", {**body(world), **change}, key=key)
    (line,) = lines(entries, "refused")
    assert (status, response.json()["instance"]) == (response.status_code, line["request_id"])
    assert ("info", "POST", "/v1/purchases", status, problem) == (
        line["log_level"], line["method"], line["route"], line["status"], line["problem"],
    )  # fmt: skip
    expected = str(world.shop.id) if client is doors.shop else None
    assert expected == line["caller_id"]


async def test_a_key_used_twice_and_a_full_queue_leave_a_line(
    world: World, shop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = fresh("key")
    await shop.post("/v1/purchases", body(world), key=key)
    with capture_logs() as entries:
        await shop.post("/v1/purchases", body(world), key=key)

        async def full(*_: object) -> None:
            raise BusyError("the queue is full")

        monkeypatch.setattr(PostingEngine, "submit_all", full)
        await shop.post("/v1/purchases", body(world))
    told = [(each["problem"], each["caller_id"]) for each in lines(entries, "refused")]
    assert [("idempotency_key_reused", str(world.shop.id)), ("busy", str(world.shop.id))] == told


async def test_what_the_book_holds_is_not_logged_above_debug(world: World, shop: Client) -> None:
    with capture_logs() as entries:
        await shop.post("/v1/purchases", body(world))
        declined = await shop.post("/v1/purchases", body(world, 200_00))
    (line,) = lines(entries, "refused", "declined")
    assert ("debug", "declined", "insufficient_funds") == (line["log_level"], line["event"], line["problem"])
    assert declined.json()["instance"] == line["request_id"]


async def test_items_of_a_list_that_the_book_does_not_hold_leave_one_line_for_each_code(
    world: World, shop: Client
) -> None:
    key = fresh("key")
    items = [{**body(world), "key": key}, {**body(world), "key": key}, {**body(world, 200_00), "key": fresh("key")}]
    with capture_logs() as entries:
        response = await shop.post("/v1/purchases/bulk", {"items": items}, key=None)
    assert [201, 422, 402] == [each["status"] for each in response.json()["items"]]
    (line,) = lines(entries, "items_refused")
    assert ({"idempotency_key_reused": 1}, response.headers["X-Request-Id"]) == (line["problems"], line["request_id"])


async def test_the_line_of_another_route_says_what_was_refused_to_whom(doors: Doors, world: World) -> None:
    with capture_logs() as entries:
        await doors.shop.get("/v1/purchases?nonsense=1")
        await doors.nobody.get("/v1/purchases")
        await doors.nobody.get("/nowhere")
        await doors.shop.get("/v1/purchases?limit=1")
    told = [(each["problem"], each["caller_id"]) for each in lines(entries, "answered")]
    shop = str(world.shop.id)
    assert [("invalid_request", shop), ("unauthenticated", None), ("not_found", None), (None, shop)] == told


async def test_what_broke_the_posting_names_the_requests_that_it_broke(world: World, doors: Doors) -> None:
    def broken(_: Group) -> Outcome:
        raise ZeroDivisionError

    house: ClearingHouse = doors.house
    caller = Caller(world.shop.id, world.shop.id, None, "till-7.broken")
    request = PostingRequest(caller, fresh("key"), UUID(int=7), "purchase", Wanted(), broken)
    with capture_logs() as entries, pytest.raises(BrokenError):
        await house.engine.submit(request)
    (line,) = lines(entries, "posting_broken")
    assert ("critical", ["till-7.broken"]) == (line["log_level"], line["request_ids"])
