"""What is wrong in the same way gets the same answer at both doors: that of the money routes and that of the others."""

import json
from typing import Any

import pytest

from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

JSON = {"Content-Type": "application/json"}
CARD = "/v1/cards/card_" + "0" * 32


async def refused_field(client: Client, path: str, body: object) -> str:
    """The field that a refusal names."""
    response = await client.post(path, body)
    assert (422, "invalid_request") == code_of(response)
    return str(response.json()["field"])


@pytest.mark.parametrize("path", ["/v1/activations", "/v1/till/card-inquiries"])
async def test_a_missing_and_an_unknown_field_are_named(shop: Client, path: str) -> None:
    other = {"/v1/activations": "reference", "/v1/till/card-inquiries": "pin"}[path]
    assert other == await refused_field(shop, path, {"number": "9"})
    assert "surprise" == await refused_field(shop, path, {"number": "9", other: "1", "surprise": 1})
    assert "(unknown)" == await refused_field(shop, path, {"number": "9", other: "1", "9123451234567890123": 1})


async def test_a_field_within_another_is_named_with_its_way(doors: Doors, shop: Client) -> None:
    body = {"pay_with": {"e_code": "x"}, "amount": {"amount": 1}, "reference": "r"}
    assert "amount.currency" == await refused_field(shop, "/v1/purchases", body)
    items: list[dict[str, Any]] = [{"number": ""}, {"holder": {"name": "A"}}]
    given = {"number": "9", "reference": "r"}
    listed = await shop.post(
        "/v1/activations/bulk", {"items": [{"key": fresh("key"), **given, **each} for each in items]}
    )
    outcomes = listed.json()["items"]
    for item, outcome in zip(items, outcomes, strict=True):
        assert outcome["problem"]["field"] == await refused_field(shop, "/v1/activations", {**given, **item})
    assert ["number", "holder.document_kind"] == [each["problem"]["field"] for each in outcomes]
    programme = doors.world.home.hex
    product = {"code": "new", "name": "X", "kind": "bearer_gift", "denominations": [{"amount": 1}]}
    assert "denominations[0].currency" == await refused_field(
        doors.operator, f"/v1/programmes/prg_{programme}/products", product
    )


@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/till/card-inquiries"])
async def test_no_body_where_one_is_needed_is_no_json(shop: Client, path: str) -> None:
    headers = {"Idempotency-Key": fresh("key")}
    assert (400, "malformed_json") == code_of(await shop.send("POST", path, content=b"", headers={**headers, **JSON}))
    assert (415, "unsupported_media_type") == code_of(await shop.send("POST", path, headers=headers))


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("GET", "/v1/cards/{}", "card_id"),
        ("GET", "/v1/purchases/{}", "purchase_id"),
        ("POST", "/v1/purchases/{}/void", "purchase_id"),
        ("POST", "/v1/holds/{}/release", "hold_id"),
        ("POST", "/v1/cards/{}/unblock", "card_id"),
    ],
)
@pytest.mark.parametrize("bad", ["xyz", "mbr_" + "0" * 32, "card_0", "HLD_" + "0" * 32])
async def test_an_id_that_is_none_is_refused_in_the_same_words(
    doors: Doors, method: str, path: str, field: str, bad: str
) -> None:
    response = await Client(doors.app, doors.operator.headers if "cards" in path else doors.shop.headers).send(
        method,
        path.format(bad),
        json={"reason": "r"} if "unblock" in path else {},
        headers={"Idempotency-Key": "k" * 8},
    )
    assert ((422, "invalid_request"), field) == (code_of(response), response.json()["field"])
    assert f"{field}: not an id of a {field.removesuffix('_id')}" == response.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/purchases"),
        ("POST", "/v1/purchases"),
        ("POST", f"/v1/holds/hld_{'0' * 32}/release"),
        ("GET", CARD),
        ("POST", "/v1/till/card-inquiries"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
    ],
)
async def test_an_unknown_parameter_of_the_query_is_refused_everywhere(shop: Client, method: str, path: str) -> None:
    options: dict[str, Any] = {"json": {}, "headers": {"Idempotency-Key": fresh("key")}} if method == "POST" else {}
    response = await shop.send(method, f"{path}?nonsense=zz", **options)
    assert ((422, "invalid_request"), "nonsense") == (code_of(response), response.json()["field"])
    response = await shop.send(method, f"{path}?9123451234567890123", **options)
    assert "(unknown)" == response.json()["field"]


async def test_a_parameter_of_the_query_is_given_once(shop: Client) -> None:
    response = await shop.get("/v1/purchases?limit=1&limit=2")
    assert ((422, "invalid_request"), "limit") == (code_of(response), response.json()["field"])
    assert 200 == (await shop.get("/v1/purchases?limit=1")).status_code


async def test_whoever_may_not_is_told_so_before_a_word_of_the_query(doors: Doors) -> None:
    for path in (CARD, "/v1/purchases"):
        assert (401, "unauthenticated") == code_of(await doors.nobody.get(f"{path}?nonsense=1"))
    assert (401, "unauthenticated") == code_of(await doors.nobody.post("/v1/purchases?nonsense=1"))


@pytest.mark.parametrize(
    ("body", "field"), [({"amount": 1}, "amount"), ({"12345678": 1}, "(unknown)"), ([], ""), ("text", "")]
)
async def test_what_takes_no_fields_refuses_every_field(
    world: World, doors: Doors, shop: Client, body: object, field: str
) -> None:
    member = doors.member(world.member(principal_minor=1_00))
    for client, path in ((member, "/v1/me/payment-codes"), (shop, f"/v1/holds/hld_{'0' * 32}/release")):
        assert field == await refused_field(client, path, body)


async def test_what_takes_no_fields_is_asked_with_nothing_or_with_an_empty_object(world: World, doors: Doors) -> None:
    member = doors.member(world.member(principal_minor=1_00))
    assert 201 == (await member.send("POST", "/v1/me/payment-codes")).status_code
    assert 201 == (await member.send("POST", "/v1/me/payment-codes", json={})).status_code
    assert (400, "malformed_json") == code_of(
        await member.send("POST", "/v1/me/payment-codes", content=json.dumps({})[:1], headers=JSON)
    )


async def test_a_number_or_code_typed_with_spaces_is_the_same_request(world: World, doors: Doors, shop: Client) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")

    def grouped(text: str, by: str) -> str:
        return by.join(text[at : at + 4] for at in range(0, len(text), 4))

    def paid(pay_with: dict[str, Any]) -> dict[str, Any]:
        return {"pay_with": pay_with, "amount": {"amount": 1, "currency": "CNY"}, "reference": reference}

    for number in (card.number, grouped(card.number, " "), grouped(card.number, "-")):
        body = paid({"card": {"number": number, "pin": card.pin}})
        assert 201 == (await shop.post("/v1/purchases", body, key=key)).status_code
    key, reference = fresh("key"), fresh("ref")
    for ecode in (card.ecode, grouped(card.ecode, "-").lower(), grouped(card.ecode, " ")):
        assert 201 == (await shop.post("/v1/purchases", paid({"e_code": ecode}), key=key)).status_code
    assert 99_98 == world.balance(card.id).principal_minor
    member = doors.member(world.member())
    for client, path, status, fields in (
        (shop, "/v1/activations", "in_stock", {"reference": fresh("ref")}),
        (shop, "/v1/sales", "in_stock", {"reference": fresh("ref")}),
        (member, "/v1/me/loads", "active", None),
    ):
        one, key = world.card(status=status, kind="recharge"), fresh("key")
        others = {"pin": one.pin} if fields is None else fields
        numbers = (one.number, grouped(one.number, " "))
        first, again = [await client.post(path, {"number": number, **others}, key=key) for number in numbers]
        assert [201, 201] == [first.status_code, again.status_code]
        assert "true" == again.headers["Idempotent-Replayed"]
