"""Merchants, tills, the network and API keys over HTTP."""

from typing import Any

import pytest

from florin.domain.identifiers import wire_id
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

UNKNOWN = "mer_" + "0" * 32
TILL = ["cards:read", "purchases:read", "purchases:write"]


async def added(operator: Client) -> dict[str, Any]:
    response = await operator.post("/v1/merchants", {"code": fresh("m"), "name": "Mill"}, key=None)
    assert 201 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def key_of(doors: Doors, **fields: object) -> dict[str, Any]:
    response = await doors.operator.post("/v1/api-keys", {"name": "till", "scopes": TILL, **fields}, key=None)
    assert 201 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_merchant_is_added_suspended_and_resumed(doors: Doors) -> None:
    made = await added(doors.operator)
    path = f"/v1/merchants/{made['id']}"
    assert made == (await doors.operator.get(path)).json()
    for verb, status in (("suspend", "suspended"), ("suspend", "suspended"), ("resume", "active")):
        answer = (await doors.operator.post(f"{path}/{verb}", key=None)).json()
        assert {**made, "status": status} == answer
    assert made in (await doors.operator.get("/v1/merchants?limit=200")).json()["items"]
    again = await doors.operator.post("/v1/merchants", {"code": made["code"], "name": "Other"}, key=None)
    assert (409, "code_taken") == code_of(again)


async def test_a_suspended_merchants_till_takes_no_payment(world: World, doors: Doors) -> None:
    rival = wire_id("merchant", world.rival.id)
    body = {"pay_with": {"e_code": world.card().ecode}, "amount": cny(1_00)}
    await doors.operator.post(f"/v1/merchants/{rival}/suspend", key=None)
    refused = await doors.rival.post("/v1/purchases", {**body, "reference": fresh("ref")})
    assert (403, "merchant_inactive") == code_of(refused)
    await doors.operator.post(f"/v1/merchants/{rival}/resume", key=None)
    assert 201 == (await doors.rival.post("/v1/purchases", {**body, "reference": fresh("ref")})).status_code


async def test_an_unknown_merchant_is_not_found(world: World, doors: Doors) -> None:
    home = wire_id("programme", world.home)
    place = {"accepts": True, "sells": True}
    for response in (
        await doors.operator.get(f"/v1/merchants/{UNKNOWN}"),
        await doors.operator.post(f"/v1/merchants/{UNKNOWN}/suspend", key=None),
        await doors.operator.post(f"/v1/merchants/{UNKNOWN}/resume", key=None),
        await doors.operator.get(f"/v1/merchants/{UNKNOWN}/terminals"),
        await doors.operator.post(f"/v1/merchants/{UNKNOWN}/terminals", {"code": "T1"}, key=None),
        await doors.operator.send("PUT", f"/v1/programmes/{home}/network/{UNKNOWN}", json=place),
        await doors.operator.post("/v1/api-keys", {"name": "k", "scopes": TILL, "merchant_id": UNKNOWN}, key=None),
    ):
        assert (404, "merchant_not_found") == code_of(response)


async def test_a_till_sees_its_own_merchant_only(world: World, doors: Doors) -> None:
    shop, rival = wire_id("merchant", world.shop.id), wire_id("merchant", world.rival.id)
    home = wire_id("programme", world.home)
    assert [shop] == [each["id"] for each in (await doors.shop.get("/v1/merchants")).json()["items"]]
    assert shop == (await doors.shop.get(f"/v1/merchants/{shop}")).json()["id"]
    assert (404, "merchant_not_found") == code_of(await doors.shop.get(f"/v1/merchants/{rival}"))
    assert (404, "merchant_not_found") == code_of(await doors.shop.get(f"/v1/merchants/{rival}/terminals"))
    network = (await doors.shop.get(f"/v1/programmes/{home}/network")).json()["items"]
    assert [{"merchant_id": shop, "accepts": True, "sells": True}] == network


async def test_a_merchant_gets_tills(doors: Doors) -> None:
    path = f"/v1/merchants/{(await added(doors.operator))['id']}/terminals"
    till = (await doors.operator.post(path, {"code": "Till-1"}, key=None)).json()
    assert ("Till-1", "active") == (till["code"], till["status"])
    assert [till] == (await doors.operator.get(path)).json()["items"]
    assert (409, "code_taken") == code_of(await doors.operator.post(path, {"code": "Till-1"}, key=None))


async def test_the_network_says_where_cards_are_taken(world: World, doors: Doors) -> None:
    made = await added(doors.operator)
    home = wire_id("programme", world.home)
    path = f"/v1/programmes/{home}/network"
    place = {"accepts": True, "sells": False}
    expected = {"merchant_id": made["id"], **place}
    assert expected == (await doors.operator.send("PUT", f"{path}/{made['id']}", json=place)).json()
    assert expected in (await doors.operator.get(path)).json()["items"]
    gone = {"accepts": False, "sells": False}
    await doors.operator.send("PUT", f"{path}/{made['id']}", json=gone)
    assert made["id"] not in {each["merchant_id"] for each in (await doors.operator.get(path)).json()["items"]}


async def test_a_key_opens_from_its_making_to_its_revocation(world: World, doors: Doors) -> None:
    shop = wire_id("merchant", world.shop.id)
    key = await key_of(doors, merchant_id=shop)
    client = doors.nobody.having(key["token"])
    await doors.house.engine.current_catalogue(-1)
    assert 200 == (await client.get("/v1/purchases")).status_code
    shown = {name: value for name, value in key.items() if name != "token"}
    assert shown in (await doors.operator.get("/v1/api-keys?limit=200")).json()["items"]
    assert 204 == (await doors.operator.send("DELETE", f"/v1/api-keys/{key['id']}")).status_code
    await doors.house.engine.current_catalogue(-1)
    assert (401, "unauthenticated") == code_of(await client.get("/v1/purchases"))
    assert (404, "api_key_not_found") == code_of(await doors.operator.send("DELETE", f"/v1/api-keys/{key['id']}"))


async def test_a_token_is_shown_once_and_kept_nowhere(world: World, doors: Doors) -> None:
    token = (await key_of(doors, merchant_id=wire_id("merchant", world.shop.id)))["token"]
    assert token not in (await doors.operator.get("/v1/api-keys?limit=200")).text
    for table in ("api_key", "audit", "outbox"):
        rows = world.connection.execute(f"SELECT t::text FROM {table} t").fetchall()  # noqa: S608 (our tables)
        assert token.removeprefix("fl_key_") not in str(rows)


async def test_a_keys_till_is_its_merchants(world: World, doors: Doors) -> None:
    made = await added(doors.operator)
    till = (await doors.operator.post(f"/v1/merchants/{made['id']}/terminals", {"code": "T"}, key=None)).json()
    assert till["id"] == (await key_of(doors, merchant_id=made["id"], terminal_id=till["id"]))["terminal_id"]
    foreign = {
        "name": "k",
        "scopes": TILL,
        "merchant_id": wire_id("merchant", world.shop.id),
        "terminal_id": till["id"],
    }
    assert (404, "terminal_not_found") == code_of(await doors.operator.post("/v1/api-keys", foreign, key=None))


@pytest.mark.parametrize(
    "body",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["purchases:write"]},
        {"scopes": ["cards:read"], "terminal_id": "ter_" + "0" * 32},
        {"scopes": ["cards:read"], "name": ""},
    ],
)
async def test_a_key_that_nobody_may_hold_is_not_issued(doors: Doors, body: dict[str, object]) -> None:
    response = await doors.operator.post("/v1/api-keys", {"name": "k", **body}, key=None)
    assert (422, "invalid_request") == code_of(response)


async def test_a_change_that_waits_too_long_for_another_is_asked_to_come_again(world: World, doors: Doors) -> None:
    body = {"code": fresh("m"), "name": "Mill"}
    with world.connection.transaction():
        world.connection.execute("SELECT version FROM configuration_version FOR UPDATE")
        refused = await doors.operator.post("/v1/merchants", body, key=None)
    assert (503, "busy") == code_of(refused)
    assert 201 == (await doors.operator.post("/v1/merchants", body, key=None)).status_code
