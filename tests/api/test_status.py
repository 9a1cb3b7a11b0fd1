"""How the service says how it is."""

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World


async def test_a_service_that_works_is_alive_and_ready(doors: Doors) -> None:
    assert {"status": "alive"} == (await doors.nobody.get("/healthz")).json()
    assert {"status": "ready"} == (await doors.nobody.get("/readyz")).json()


async def test_a_service_on_another_schema_is_not_ready(world: World, doors: Doors) -> None:
    world.connection.execute("ALTER TABLE alembic_version RENAME TO hidden_version")
    try:
        response = await doors.nobody.get("/readyz")
    finally:
        world.connection.execute("ALTER TABLE hidden_version RENAME TO alembic_version")
    assert (503, "busy") == code_of(response)
    assert "florin migrate" in response.json()["detail"]


async def test_the_figures_count_by_route_and_name_nobody(world: World, doors: Doors, shop: Client) -> None:
    card = world.card()
    body = {"pay_with": {"e_code": card.ecode}, "amount": cny(1_00), "reference": fresh("ref")}
    made = (await shop.post("/v1/purchases", body)).json()
    await shop.post(f"/v1/purchases/{made['id']}/void")
    await shop.get(f"/v1/purchases/{made['id']}")
    await shop.get("/v1/nowhere/secret-path-1")
    response = await doors.nobody.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain")
    for line in (
        'florin_http_requests_total{method="POST",route="/v1/purchases",status="201"}',
        'florin_http_requests_total{method="POST",route="/v1/purchases/{purchase_id}/void",status="200"}',
        'florin_http_requests_total{method="GET",route="/v1/purchases/{purchase_id}",status="200"}',
        'florin_http_requests_total{method="GET",route="unknown",status="404"}',
        'florin_http_request_seconds_bucket{le="0.005",method="POST",route="/v1/purchases"}',
        "florin_posting_waiting 0.0",
        "florin_posting_queue_limit 2000.0",
        "florin_posting_groups_total",
    ):
        assert line in response.text
    for secret in (made["id"], card.ecode, card.id.hex, "secret-path"):
        assert secret not in response.text


@pytest.mark.parametrize(("code", "status"), [("insufficient_funds", 402), ("malformed_json", 400)])
async def test_a_problems_type_explains_it(doors: Doors, code: str, status: int) -> None:
    explained = (await doors.nobody.get(f"/problems/{code}")).json()
    assert {"code", "status", "meaning", "remedy"} == explained.keys()
    assert (code, status) == (explained["code"], explained["status"])


async def test_an_unknown_code_is_not_found(doors: Doors) -> None:
    assert (404, "not_found") == code_of(await doors.nobody.get("/problems/unheard_of"))


async def test_the_figures_count_problems_groups_and_retries(world: World, doors: Doors, shop: Client) -> None:
    card = world.card()
    body = {"pay_with": {"e_code": card.ecode}, "amount": cny(200_00), "reference": fresh("ref")}
    await shop.post("/v1/purchases", body)
    await shop.post("/v1/purchases", {})
    item = {**body, "amount": cny(1_00)}
    items = [{**item, "reference": fresh("ref"), "key": fresh("key")}, {**body, "key": fresh("key")}]
    await shop.post("/v1/purchases/bulk", {"items": items}, key=None)
    await shop.get("/v1/cards/nonsense")
    text = (await doors.nobody.get("/metrics")).text
    for line in (
        'florin_http_problems_total{code="insufficient_funds",route="/v1/purchases"}',
        'florin_http_problems_total{code="invalid_request",route="/v1/purchases"}',
        'florin_http_problems_total{code="insufficient_funds",route="/v1/purchases/bulk"}',
        'florin_http_problems_total{code="invalid_request",route="/v1/cards/{card_id}"}',
        "florin_posting_retries_total",
        'florin_posting_group_requests_bucket{le="1.0"}',
        "florin_posting_group_requests_sum",
    ):
        assert line in text
    groups = next(each for each in text.splitlines() if each.startswith("florin_posting_groups_total"))
    counted = next(each for each in text.splitlines() if each.startswith("florin_posting_group_requests_count"))
    assert groups.split()[1] == counted.split()[1]
