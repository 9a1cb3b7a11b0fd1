"""Addresses and methods that do not exist, and what every answer carries."""

import pytest

from tests.api.client import code_of
from tests.api.conftest import Doors
from tests.world import World

CARD = "/v1/cards/card_" + "0" * 32
HOLD = "/v1/holds/hld_" + "0" * 32


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/purchase", "/v1/purchases/", "/v1/holds//capture", f"{HOLD}/capture/", "/v2/purchases"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_address_that_does_not_exist_is_not_found(doors: Doors, method: str, path: str) -> None:
    assert (404, "not_found") == code_of(await doors.shop.send(method, path))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/purchases", "GET, HEAD, OPTIONS, POST"),
        ("GET", "/v1/reversals", "OPTIONS, POST"),
        ("PUT", "/v1/purchases/bulk", "OPTIONS, POST"),
        ("DELETE", f"{HOLD}/capture", "OPTIONS, POST"),
        ("PATCH", HOLD, "GET, HEAD, OPTIONS"),
        ("POST", CARD, "GET, HEAD, OPTIONS"),
        ("GET", f"{CARD}/block", "OPTIONS, POST"),
        ("TRACE", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(doors: Doors, method: str, path: str, allowed: str) -> None:
    response = await doors.shop.send(method, path)
    assert (405, "method_not_allowed") == code_of(response)
    assert allowed == response.headers["Allow"]


async def test_options_are_told_and_head_is_a_get_without_its_body(doors: Doors) -> None:
    options = await doors.nobody.send("OPTIONS", "/v1/purchases")
    assert (204, "GET, HEAD, OPTIONS, POST") == (options.status_code, options.headers["Allow"])
    head = await doors.shop.send("HEAD", "/v1/purchases")
    got = await doors.shop.get("/v1/purchases")
    assert (200, b"") == (head.status_code, head.content)
    assert got.headers["Content-Length"] == head.headers["Content-Length"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/purchases"), ("POST", "/v1/purchases"), ("GET", "/nowhere"), ("PUT", "/healthz")]
)
async def test_every_answer_is_protected_and_has_an_id(doors: Doors, method: str, path: str) -> None:
    response = await doors.shop.send(method, path)
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert "no-store" == response.headers["Cache-Control"]
    assert response.headers["X-Request-Id"].startswith("req_")
    if response.is_error:
        assert response.headers["X-Request-Id"] == response.json()["instance"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1", "new\\nline", "ünïcödé-1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_request_id_that_is_not_plain_is_replaced(doors: Doors, method: str, given: str) -> None:
    headers = {"X-Request-Id": given.encode("latin-1")}
    response = await doors.shop.send(method, "/v1/purchases", headers=headers)
    assert response.headers["X-Request-Id"].startswith("req_")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_request_id_in_form_is_kept(doors: Doors, method: str) -> None:
    headers = {"X-Request-Id": "till-7.2026_03-02"}
    response = await doors.shop.send(method, "/v1/purchases", headers=headers)
    assert "till-7.2026_03-02" == response.headers["X-Request-Id"]


async def test_a_request_id_that_could_be_a_secret_is_replaced(doors: Doors, world: World) -> None:
    card = world.card()
    for given in (card.number, card.pin, card.ecode, "fl_key_0123456789abcdef"):
        response = await doors.nobody.get("/nowhere", headers={"X-Request-Id": given})
        assert response.headers["X-Request-Id"].startswith("req_")
    for given in (
        "4F1C1A52-6F0F-4F4B-9A38-3C8D5F0C6F5E",
        "4f1c1a526f0f4f4b9a383c8d5f0c6f5e",
        "01JDA7ZK3VQW5R8T2Y6N4M1PBX",
    ):
        response = await doors.nobody.get("/nowhere", headers={"X-Request-Id": given})
        assert given == response.headers["X-Request-Id"]
