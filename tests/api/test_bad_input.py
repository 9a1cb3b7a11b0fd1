"""What is refused at the door: each with its code, naming its place, and without a trace in the book."""

import json
from typing import Any

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World

JSON = {"Content-Type": "application/json"}


def purchase(card: KnownCard) -> dict[str, Any]:
    return {
        "pay_with": {"card": {"number": card.number, "pin": card.pin}},
        "amount": cny(1_00),
        "reference": fresh("ref"),
    }


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The body with one value set, whose place may not exist yet."""
    *ahead, last = path.split(".")
    copy: dict[str, Any] = json.loads(json.dumps(body))
    inner = copy
    for name in ahead:
        inner = inner[name]
    inner[last] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("amount.amount", 1.0),
        ("amount.amount", 1e3),
        ("amount.amount", "100"),
        ("amount.amount", True),
        ("amount.amount", None),
        ("amount.amount", 0),
        ("amount.amount", -1),
        ("amount.amount", 9_000_000_001),
        ("amount.amount", 10**40),
        ("amount.currency", "cny"),
        ("amount.currency", "CNY\n"),
        ("amount.currency", "YUAN"),
        ("amount", 100),
        ("amount", [100, "CNY"]),
        ("reference", ""),
        ("reference", "x" * 65),
        ("reference", "with space"),
        ("reference", "nul\0"),
        ("reference", "line\n"),
        ("reference", "中文"),
        ("reference", 7),
        ("allow_partial", "true"),
        ("allow_partial", 1),
        ("event_at", 1_700_000_000),
        ("event_at", "yesterday"),
        ("pay_with.card.pin", 12345678),
        ("pay_with.card.pin", "1" * 17),
        ("pay_with.card.number", "9" * 41),
        ("pay_with.card", None),
        ("pay_with", None),
        ("pay_with", {}),
        ("pay_with.e_code", "ABCD-EFGH-JKMN-PQRS-TVWX"),
    ],
)
async def test_a_field_that_cannot_be_right_is_named(world: World, shop: Client, path: str, value: object) -> None:
    card = world.card()
    before = world.everything_that_counts()
    response = await shop.post("/v1/purchases", changed(purchase(card), path, value))
    assert (422, "invalid_request") == code_of(response)
    field = response.json()["field"]
    assert field
    assert path.startswith(field)
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("path", ["surprise", "amount.surprise", "pay_with.surprise", "pay_with.card.surprise"])
async def test_an_unknown_field_is_refused(world: World, shop: Client, path: str) -> None:
    response = await shop.post("/v1/purchases", changed(purchase(world.card()), path, 1))
    assert (422, "invalid_request") == code_of(response)
    assert (path, f"{path}: there is no such field here") == (response.json()["field"], response.json()["detail"])


@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/till/card-inquiries"])
async def test_an_unknown_field_is_named_unless_its_name_could_be_a_secret(
    world: World, shop: Client, path: str
) -> None:
    card = world.card()
    for name in ("surprise", "surprise_of_the_house", card.pin, card.number, card.ecode, "fl_key_0", "a" * 41, "a b"):
        response = await shop.post(path, {name: 1, "number": card.number, "pin": card.pin})
        assert (422, "invalid_request") == code_of(response)
        assert name.startswith("surprise") == (name in response.text)


async def test_a_refusal_never_repeats_what_was_sent(world: World, shop: Client) -> None:
    card = world.card()
    for path in ("pay_with.card", "amount.currency", "amount.amount", "event_at"):
        response = await shop.post("/v1/purchases", changed(purchase(card), path, card.pin))
        assert 422 == response.status_code
        assert card.pin not in response.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"amount": }',
        b"{} {}",
        b'{"reference": "\xff"}',
        b'{"reference": "\\ud800"}',
        b'{"reference": "\x00"}',
        b"NaN",
        b"[" * 50_000,
        b"amount=100",
    ],
)
@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/till/card-inquiries"])
async def test_what_is_no_json_is_malformed(doors: Doors, path: str, raw: bytes) -> None:
    key = {"Idempotency-Key": fresh("key")}
    response = await doors.shop.send("POST", path, content=raw, headers={**JSON, **key})
    assert (400, "malformed_json") == code_of(response)


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"text"', b"null", b"{}"])
@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/till/card-inquiries"])
async def test_json_of_another_form_is_invalid(doors: Doors, path: str, raw: bytes) -> None:
    key = {"Idempotency-Key": fresh("key")}
    response = await doors.shop.send("POST", path, content=raw, headers={**JSON, **key})
    assert (422, "invalid_request") == code_of(response)


@pytest.mark.parametrize("declared", ["text/plain", "application/x-www-form-urlencoded", "application/json2", ""])
@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/till/card-inquiries"])
async def test_a_body_is_declared_as_json(doors: Doors, path: str, declared: str) -> None:
    headers = {"Idempotency-Key": fresh("key"), "Content-Type": declared}
    response = await doors.shop.send("POST", path, content=b"{}", headers=headers)
    assert (415, "unsupported_media_type") == code_of(response)


async def test_json_may_be_declared_with_its_character_set(world: World, shop: Client) -> None:
    headers = {"Idempotency-Key": fresh("key"), "Content-Type": "Application/JSON; charset=utf-8"}
    content = json.dumps(purchase(world.card())).encode()
    assert 201 == (await shop.send("POST", "/v1/purchases", content=content, headers=headers)).status_code


@pytest.mark.parametrize(
    ("path", "limit_bytes"),
    [("/v1/purchases", 65_536), ("/v1/purchases/bulk", 1_048_576), ("/v1/till/card-inquiries", 65_536)],
)
async def test_a_body_has_its_longest_length(doors: Doors, path: str, limit_bytes: int) -> None:
    headers = {"Idempotency-Key": fresh("key"), **JSON}
    fitting = await doors.shop.send("POST", path, content=b"{" + b" " * (limit_bytes - 1), headers=headers)
    assert (400, "malformed_json") == code_of(fitting)

    async def in_pieces() -> Any:  # noqa: ANN401 (an iterator of bytes)
        for _ in range(limit_bytes // 4096 + 1):
            yield b" " * 4096

    for content in (b" " * (limit_bytes + 1), in_pieces()):
        response = await doors.shop.send("POST", path, content=content, headers=headers)
        assert (413, "body_too_large") == code_of(response)
        assert limit_bytes == response.json()["limit_bytes"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("", "idempotency_key_invalid"),
        ("seven77", "idempotency_key_invalid"),
        ("x" * 129, "idempotency_key_invalid"),
        ("with space", "idempotency_key_invalid"),
        ("with\ttab1", "idempotency_key_invalid"),
    ],
)
async def test_a_money_request_needs_a_key_in_form(world: World, shop: Client, key: str | None, code: str) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    response = await shop.send("POST", "/v1/purchases", json=purchase(world.card()), headers=headers)
    assert (400, code) == code_of(response)


@pytest.mark.parametrize("key", ["x" * 8, "!" * 128])
async def test_the_shortest_and_the_longest_key_serve(world: World, shop: Client, key: str) -> None:
    assert 201 == (await shop.post("/v1/purchases", purchase(world.card()), key=key)).status_code


async def test_another_currency_is_declined(world: World, shop: Client) -> None:
    body = changed(purchase(world.card()), "amount.currency", "EUR")
    assert (422, "currency_mismatch") == code_of(await shop.post("/v1/purchases", body))


async def test_an_id_that_names_nothing_is_not_found(shop: Client) -> None:
    response = await shop.post(f"/v1/holds/hld_{'0' * 32}/capture", {"reference": fresh("ref")})
    assert (404, "hold_not_found") == code_of(response)
