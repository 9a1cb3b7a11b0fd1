"""What became of an operation: found by its reference or its key, by the merchant that asked for it."""

from typing import Any

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World


async def found(client: Client, **by: str) -> Any:  # noqa: ANN401 (JSON)
    response = await client.get("/v1/operations", params=by)
    assert 200 == response.status_code, response.text
    return response.json()["items"]


def by_e_code(world: World, amount_minor: int, reference: str) -> dict[str, Any]:
    return {"pay_with": {"e_code": world.card().ecode}, "amount": cny(amount_minor), "reference": reference}


async def test_a_till_that_lost_the_answer_finds_it_by_its_reference(world: World, shop: Client) -> None:
    reference, key = "lost/50%&?=" + fresh("ref"), fresh("key")
    response = await shop.post(
        "/v1/purchases", by_e_code(world, 30_00, reference), key=key, headers={"X-Request-Id": "till-7.lost"}
    )
    answer = response.json()
    expected = {
        "verb": "purchase",
        "reference": reference,
        "idempotency_key": key,
        "decline": None,
        "answer": answer,
        "subject_id": answer["id"],
        "journal_id": answer["journal_id"],
        "terminal_id": None,
        "request_id": "till-7.lost",
        "posted_at": answer["posted_at"],
    }
    assert [expected] == await found(shop, reference=reference)
    assert [expected] == await found(shop, idempotency_key=key)


async def test_a_decline_is_found_by_its_key_and_leaves_its_reference_free(world: World, shop: Client) -> None:
    reference, key = fresh("ref"), fresh("key")
    await shop.post("/v1/purchases", by_e_code(world, 130_00, reference), key=key)
    assert [] == await found(shop, reference=reference)
    (declined,) = await found(shop, idempotency_key=key)
    assert ("insufficient_funds", None, None) == (declined["decline"], declined["subject_id"], declined["journal_id"])
    assert cny(30_00) == declined["answer"]["shortfall"]


async def test_a_reversal_that_came_first_is_what_stands_under_the_reference(shop: Client) -> None:
    reference = fresh("ref")
    await shop.post("/v1/reversals", {"original_reference": reference})
    (reversal,) = await found(shop, reference=reference)
    assert ("reverse", "not_found", None) == (reversal["verb"], reversal["answer"]["original"], reversal["subject_id"])


async def test_every_verb_names_its_subject(world: World, shop: Client) -> None:
    card, sold = world.card(), world.card(status="in_stock")
    pay = {"pay_with": {"e_code": card.ecode}, "amount": cny(10_00)}
    held = (await shop.post("/v1/holds", {**pay, "reference": fresh("ref")})).json()
    captured = (await shop.post(f"/v1/holds/{held['id']}/capture", {"reference": fresh("ref")})).json()
    refunded = (await shop.post(f"/v1/purchases/{captured['id']}/refunds", {"reference": fresh("ref")})).json()
    activated = (await shop.post("/v1/activations", {"number": sold.number, "reference": fresh("ref")})).json()
    for answer in (held, captured, refunded, activated):
        (operation,) = await found(shop, reference=answer["reference"])
        assert answer["id"] == operation["subject_id"]


async def test_an_operation_of_another_merchant_is_not_there(world: World, doors: Doors) -> None:
    reference, key = fresh("ref"), fresh("key")
    await doors.shop.post("/v1/purchases", by_e_code(world, 30_00, reference), key=key)
    assert [] == await found(doors.rival, reference=reference)
    assert [] == await found(doors.rival, idempotency_key=key)
    shop_id = f"mer_{world.shop.id.hex}"
    assert 1 == len(await found(doors.operator, reference=reference, merchant_id=shop_id))
    response = await doors.rival.get("/v1/operations", params={"reference": reference, "merchant_id": shop_id})
    assert (404, "merchant_not_found") == code_of(response)


@pytest.mark.parametrize("by", [{}, {"reference": "r-1", "idempotency_key": "key-00001"}, {"reference": "x" * 129}])
async def test_an_operation_is_asked_for_by_one_of_its_two_names(shop: Client, by: dict[str, str]) -> None:
    response = await shop.get("/v1/operations", params=by)
    assert ((422, "invalid_request"), "reference") == (code_of(response), response.json()["field"])


async def test_a_reference_used_twice_names_what_has_it(world: World, shop: Client) -> None:
    reference = fresh("ref")
    first = (await shop.post("/v1/purchases", by_e_code(world, 1_00, reference))).json()
    body, key = by_e_code(world, 1_00, reference), fresh("key")
    for _ in range(2):
        again = await shop.post("/v1/purchases", body, key=key)
        assert (409, "duplicate_reference") == code_of(again)
        assert ("purchase", first["id"]) == (again.json()["verb"], again.json()["subject_id"])
