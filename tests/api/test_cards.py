"""Cards over HTTP: sold and activated at a till, read, blocked and voided by the operator, loaded by a member."""

import pytest

from florin.domain.pin_attempts import FAILURES_TO_LOCK
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors, issue_key
from tests.till import fresh
from tests.world import KnownCard, World

HOLDER = {"name": "张三", "document_kind": "passport", "document_number": "E12345678"}


def at_till(card: KnownCard, **fields: object) -> dict[str, object]:
    return {"number": card.number, "reference": fresh("ref"), **fields}


def path_of(card: KnownCard) -> str:
    return f"/v1/cards/card_{card.id.hex}"


async def test_a_card_is_sold_and_activated(world: World, shop: Client) -> None:
    card = world.card(status="in_stock")
    sold = await shop.post("/v1/sales", at_till(card))
    assert (201, "sold") == (sold.status_code, sold.json()["status"])
    active = await shop.post("/v1/activations", at_till(card))
    assert (201, "active", cny(100_00)) == (active.status_code, active.json()["status"], active.json()["balance"])
    assert (409, "card_not_sellable") == code_of(await shop.post("/v1/activations", at_till(card)))


async def test_a_registered_card_needs_its_holder(world: World, shop: Client) -> None:
    card = world.card(kind="registered_gift", status="in_stock")
    assert (403, "real_name_required") == code_of(await shop.post("/v1/activations", at_till(card)))
    assert 201 == (await shop.post("/v1/activations", at_till(card, holder=HOLDER))).status_code


@pytest.mark.parametrize(
    ("field", "value"), [("document_kind", "library_card"), ("document_number", "-"), ("name", " ")]
)
async def test_a_holder_is_read_strictly(world: World, shop: Client, field: str, value: str) -> None:
    card = world.card(kind="registered_gift", status="in_stock")
    response = await shop.post("/v1/activations", at_till(card, holder={**HOLDER, field: value}))
    assert (422, "invalid_request") == code_of(response)
    assert f"holder.{field}" == response.json()["field"]
    assert "library_card" not in response.text


async def test_an_operator_reads_blocks_and_frees_a_card(world: World, doors: Doors) -> None:
    card, operator = world.card(), doors.operator
    blocked = await operator.post(f"{path_of(card)}/block", {"block": "debit", "reason": "reported lost"}, key=None)
    assert ("debit", "reported lost") == (blocked.json()["block"], blocked.json()["block_reason"])
    assert ("debit", cny(100_00)) == ((seen := (await operator.get(path_of(card))).json())["block"], seen["balance"])
    assert "reported lost" == seen["block_reason"]
    assert ("reported lost",) not in world.rows(
        "SELECT payload ->> 'block_reason' FROM outbox WHERE subject_id = %s", card.id
    )
    freed = await operator.post(f"{path_of(card)}/unblock", {"reason": "found again"}, key=None)
    assert "none" == freed.json()["block"]
    assert (409, "card_not_voidable") == code_of(
        await operator.post(f"{path_of(card)}/void", {"reason": "x"}, key=None)
    )
    unsold = world.card(status="in_stock")
    assert "voided" == (await operator.post(f"{path_of(unsold)}/void", {"reason": "x"}, key=None)).json()["status"]


@pytest.mark.parametrize(
    "fields",
    [
        {"block": "none", "reason": "x"},
        {"block": "debit", "reason": ""},
        {"block": "debit", "reason": "x" * 201},
        {"block": "debit", "reason": "two\nlines"},
        {"block": "debit", "reason": "nul\0"},
        {"block": "debit", "reason": 1},
        {"block": "debit"},
        {"block": "debit", "reason": "x", "surprise": 1},
    ],
)
async def test_a_block_is_read_strictly(world: World, doors: Doors, fields: dict[str, object]) -> None:
    response = await doors.operator.post(f"{path_of(world.card())}/block", fields, key=None)
    assert (422, "invalid_request") == code_of(response)


async def test_customer_service_finds_a_card_by_its_number_and_sees_its_lock(world: World, doors: Doors) -> None:
    card = world.card(sold_by=world.shop.id)
    reader = doors.nobody.having(issue_key(world, None, ["cards:read"]))
    await doors.operator.get("/v1/programmes")  # the doors now know the new key
    for _ in range(FAILURES_TO_LOCK):
        wrong = {"number": card.number, "pin": card.by_wrong_pin.pin}
        await doors.shop.post("/v1/till/card-inquiries", wrong, key=None)
    found = await reader.post("/v1/card-lookups", {"number": card.number}, key=None)
    seen = (await reader.get(f"/v1/cards/{found.json()['id']}")).json()
    assert (f"card_{card.id.hex}", 5, "2026-03-03T04:00:00Z") == (
        seen["id"], seen["pin_failures"], seen["pin_locked_until"],
    )  # fmt: skip
    at_the_till = (await doors.shop.get(path_of(card))).json()
    assert seen == {
        **at_the_till,
        "block_reason": None,
        "successor_id": None,
        "pin_failures": 5,
        "pin_locked_until": "2026-03-03T04:00:00Z",
    }
    await doors.operator.post(f"{path_of(card)}/unblock", {"reason": "called, and knew the last purchase"}, key=None)
    seen = (await reader.get(path_of(card))).json()
    assert (0, None) == (seen["pin_failures"], seen["pin_locked_until"])


async def test_a_number_that_no_card_has_is_found_by_nobody(doors: Doors) -> None:
    for number in ("9123450000000000000", "not a number"):
        refused = await doors.operator.post("/v1/card-lookups", {"number": number}, key=None)
        assert (404, "card_not_found") == code_of(refused)


async def test_a_till_sees_the_cards_that_it_has_sold(world: World, doors: Doors) -> None:
    card = world.card(status="in_stock")
    assert (404, "card_not_found") == code_of(await doors.shop.get(path_of(card)))
    await doors.shop.post("/v1/activations", at_till(card))
    assert 200 == (await doors.shop.get(path_of(card))).status_code
    assert (404, "card_not_found") == code_of(await doors.rival.get(path_of(card)))


async def test_a_member_previews_and_loads_a_card_once(world: World, doors: Doors) -> None:
    card, member = world.card(kind="recharge"), world.member()
    client, body = doors.member(member), {"number": card.number, "pin": card.pin}
    preview = await client.post("/v1/me/load-previews", body, key=None)
    assert cny(100_00) == preview.json()["amount"]
    key = fresh("key")
    loaded = await client.post("/v1/me/loads", body, key=key)
    assert (201, cny(100_00)) == (loaded.status_code, loaded.json()["balance"])
    assert loaded.content == (await client.post("/v1/me/loads", body, key=key)).content
    assert (402, "card_redeemed") == code_of(await client.post("/v1/me/loads", body))
