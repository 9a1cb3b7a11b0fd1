"""Refunds over HTTP: by the purchase's id, by the merchant's own reference of it, and as they are read."""

from typing import Any

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World


async def buy(shop: Client, card: KnownCard, amount_minor: int) -> Any:  # noqa: ANN401 (JSON)
    body = {"pay_with": {"e_code": card.ecode}, "amount": cny(amount_minor), "reference": fresh("ref")}
    response = await shop.post("/v1/purchases", body)
    assert 201 == response.status_code, response.text
    return response.json()


async def test_a_purchase_is_refunded_by_its_reference(world: World, shop: Client) -> None:
    card = world.card()
    bought = await buy(shop, card, 40_00)
    part = {"original_reference": bought["reference"], "reference": fresh("ref"), "amount": cny(10_00)}
    first = (await shop.post("/v1/refunds", part)).json()
    assert (bought["id"], cny(10_00), cny(30_00)) == (first["purchase_id"], first["refunded"], first["remaining"])
    rest = {"original_reference": bought["reference"], "reference": fresh("ref")}
    second = (await shop.post("/v1/refunds", rest)).json()
    assert (cny(30_00), cny(0), cny(100_00)) == (second["refunded"], second["remaining"], second["balance"])


async def test_a_refund_by_reference_is_repeated_under_its_key(world: World, shop: Client) -> None:
    card, key = world.card(), fresh("key")
    bought = await buy(shop, card, 40_00)
    body = {"original_reference": bought["reference"], "reference": fresh("ref"), "amount": cny(10_00)}
    answers = [await shop.post("/v1/refunds", body, key=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert "true" == answers[1].headers["Idempotent-Replayed"]
    assert 70_00 == world.balance(card.id).principal_minor


async def test_a_reference_refunds_only_the_purchase_of_its_own_merchant(world: World, doors: Doors) -> None:
    bought = await buy(doors.shop, world.card(), 40_00)
    body = {"original_reference": bought["reference"], "reference": fresh("ref")}
    assert (404, "purchase_not_found") == code_of(await doors.rival.post("/v1/refunds", body))
    unheard = {"original_reference": fresh("ref"), "reference": fresh("ref")}
    assert (404, "purchase_not_found") == code_of(await doors.shop.post("/v1/refunds", unheard))
    refunded = (await doors.shop.post("/v1/refunds", body)).json()
    again = {"original_reference": refunded["reference"], "reference": fresh("ref")}
    assert (404, "purchase_not_found") == code_of(await doors.shop.post("/v1/refunds", again))


async def test_what_was_reversed_is_not_refunded_by_its_reference(world: World, shop: Client) -> None:
    bought = await buy(shop, world.card(), 40_00)
    await shop.post("/v1/reversals", {"original_reference": bought["reference"]})
    body = {"original_reference": bought["reference"], "reference": fresh("ref")}
    assert (409, "already_reversed") == code_of(await shop.post("/v1/refunds", body))


async def test_refunds_are_read_one_by_one_and_as_the_list_of_their_purchase(world: World, doors: Doors) -> None:
    shop = doors.shop
    bought = await buy(shop, world.card(), 40_00)
    path = f"/v1/purchases/{bought['id']}/refunds"
    made = [
        (await shop.post(path, {"reference": fresh("ref"), "amount": cny(each)})).json() for each in (100, 200, 300)
    ]
    names = ("id", "purchase_id", "reference", "refunded", "journal_id", "posted_at")
    expected = [{name: each[name] for name in names} for each in made]
    for client in (shop, doors.operator):
        assert expected[0] == (await client.get(f"/v1/refunds/{made[0]['id']}")).json()
    first = (await shop.get(f"{path}?limit=2")).json()
    rest = (await shop.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert (expected[::-1], None) == (first["items"] + rest["items"], rest["next_cursor"])


async def test_a_foreign_refund_is_not_there(world: World, doors: Doors) -> None:
    bought = await buy(doors.shop, world.card(), 40_00)
    path = f"/v1/purchases/{bought['id']}/refunds"
    made = (await doors.shop.post(path, {"reference": fresh("ref")})).json()
    assert (404, "refund_not_found") == code_of(await doors.rival.get(f"/v1/refunds/{made['id']}"))
    assert (404, "purchase_not_found") == code_of(await doors.rival.get(path))
    for client in (doors.shop, doors.operator):
        assert (404, "refund_not_found") == code_of(await client.get(f"/v1/refunds/rfd_{'0' * 32}"))


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE"])
async def test_the_address_of_a_purchases_refunds_tells_its_methods(shop: Client, method: str) -> None:
    response = await shop.send(method, f"/v1/purchases/pur_{'0' * 32}/refunds")
    assert "GET, HEAD, OPTIONS, POST" == response.headers["Allow"]
