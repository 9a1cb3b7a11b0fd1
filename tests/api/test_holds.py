"""Holds over HTTP: reserved, captured, released, expired."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World


async def take(shop: Client, card: KnownCard, amount_minor: int, **fields: object) -> Any:  # noqa: ANN401 (JSON)
    pay_with = {"card": {"number": card.number, "pin": card.pin}}
    body = {"pay_with": pay_with, "amount": cny(amount_minor), "reference": fresh("ref"), **fields}
    response = await shop.post("/v1/holds", body)
    assert 201 == response.status_code, response.text
    return response.json()


async def test_a_hold_reserves_and_its_capture_takes_less(world: World, shop: Client) -> None:
    card = world.card()
    hold = await take(shop, card, 40_00)
    assert (cny(100_00), cny(60_00)) == (hold["balance"], hold["available"])
    body = {"reference": fresh("ref"), "amount": cny(25_00)}
    captured = (await shop.post(f"/v1/holds/{hold['id']}/capture", body)).json()
    assert (hold["id"], cny(25_00), cny(75_00)) == (captured["hold_id"], captured["approved"], captured["available"])
    assert "captured" == (await shop.get(f"/v1/holds/{hold['id']}")).json()["status"]


async def test_a_capture_takes_no_more_than_is_held(world: World, shop: Client) -> None:
    hold = await take(shop, world.card(), 40_00)
    body = {"reference": fresh("ref"), "amount": cny(40_01)}
    response = await shop.post(f"/v1/holds/{hold['id']}/capture", body)
    assert (422, "capture_exceeds_hold") == code_of(response)
    assert cny(40_00) == response.json()["held"]


async def test_a_released_hold_is_over(world: World, shop: Client) -> None:
    hold = await take(shop, world.card(), 40_00)
    released = (await shop.post(f"/v1/holds/{hold['id']}/release")).json()
    assert ("released", cny(100_00)) == (released["status"], released["available"])
    response = await shop.post(f"/v1/holds/{hold['id']}/capture", {"reference": fresh("ref")})
    assert (409, "hold_not_open") == code_of(response)


async def test_an_expired_hold_cannot_be_captured(world: World, shop: Client) -> None:
    hold = await take(shop, world.card(), 40_00, lifetime_s=60)
    world.clock.advance(timedelta(seconds=61))
    response = await shop.post(f"/v1/holds/{hold['id']}/capture", {"reference": fresh("ref")})
    assert (409, "hold_expired") == code_of(response)


async def test_a_foreign_hold_is_not_there(world: World, doors: Doors) -> None:
    hold = await take(doors.shop, world.card(), 40_00)
    path = f"/v1/holds/{hold['id']}"
    for response in (
        await doors.rival.get(path),
        await doors.rival.post(f"{path}/release"),
        await doors.rival.post(f"{path}/capture", {"reference": fresh("ref")}),
    ):
        assert (404, "hold_not_found") == code_of(response)
    assert 200 == (await doors.operator.get(path)).status_code


async def test_a_hold_whose_time_has_passed_is_seen_as_expired_before_anybody_has_written_it(
    world: World, doors: Doors
) -> None:
    world.clock.now = datetime.now(UTC) - timedelta(seconds=100)
    card = world.card(sold_by=world.shop.id)
    hold = await take(doors.shop, card, 40_00, lifetime_s=60)
    later = await take(doors.shop, card, 10_00, lifetime_s=600)
    path = f"/v1/holds/{hold['id']}"
    seen = (await doors.shop.get(path)).json()
    assert ("expired", hold["expires_at"]) == (seen["status"], seen["ended_at"])
    assert seen == (await doors.shop.get("/v1/holds?status=expired")).json()["items"][0]
    for client in (doors.shop, doors.operator):
        shown = (await client.get(f"/v1/cards/card_{card.id.hex}")).json()
        assert (cny(100_00), cny(90_00)) == (shown["balance"], shown["available"])
    world.clock.now = datetime.now(UTC)
    await doors.shop.post(f"/v1/holds/{later['id']}/release")
    assert ("expired",) == world.one("SELECT status FROM hold WHERE owner_id = %s AND status <> 'released'", card.id)
    assert seen == (await doors.shop.get(path)).json()


async def test_a_merchants_holds_are_listed_the_latest_first(world: World, doors: Doors) -> None:
    world.clock.now = datetime.now(UTC)
    card = world.card()
    taken = [(await take(doors.shop, card, 1_00))["id"] for _ in range(3)]
    await doors.shop.post(f"/v1/holds/{taken[1]}/release")
    first = (await doors.shop.get("/v1/holds?limit=2")).json()
    rest = (await doors.shop.get(f"/v1/holds?limit=1&cursor={first['next_cursor']}")).json()
    assert taken[::-1] == [each["id"] for each in first["items"] + rest["items"]]
    is_open = (await doors.shop.get("/v1/holds?status=open&limit=2")).json()
    assert [taken[2], taken[0]] == [each["id"] for each in is_open["items"]]
    assert taken[1] == (await doors.shop.get("/v1/holds?status=released")).json()["items"][0]["id"]


async def test_a_till_lists_its_own_holds_and_an_operator_says_whose(world: World, doors: Doors) -> None:
    hold = await take(doors.shop, world.card(), 1_00)
    shop_id = f"mer_{world.shop.id.hex}"
    assert hold["id"] not in (await doors.rival.get("/v1/holds")).text
    assert (404, "merchant_not_found") == code_of(await doors.rival.get(f"/v1/holds?merchant_id={shop_id}"))
    assert (422, "invalid_request") == code_of(await doors.operator.get("/v1/holds"))
    listed = (await doors.operator.get(f"/v1/holds?merchant_id={shop_id}&limit=1")).json()
    assert hold["id"] == listed["items"][0]["id"]
