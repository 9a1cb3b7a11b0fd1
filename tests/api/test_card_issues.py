"""Ordering cards over HTTP, seeing them made, and fetching their file."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from florin.batch.card_file import ExportCards, export_cards, read_card_file
from florin.batch.waiting_issues import fill_waiting_issues
from florin.crypto.recipient_file import new_identity
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.audit_trail import Author
from tests.api.client import cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

IDENTITY, RECIPIENT = new_identity()
UNKNOWN = "iss_" + "0" * 32


def order(world: World, **changes: object) -> dict[str, Any]:
    product = wire_id("product", world.products[world.home, "bearer_gift"])
    return {"product_id": product, "denomination": cny(100_00), "count": 3, "recipient": RECIPIENT, **changes}


async def ordered(world: World, doors: Doors, **changes: object) -> dict[str, Any]:
    response = await doors.operator.post("/v1/card-issues", order(world, **changes))
    assert 202 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_an_order_is_accepted_and_its_cards_are_made_in_the_background(world: World, doors: Doors) -> None:
    issue = await ordered(world, doors)
    assert (3, 0, "generating") == (issue["count"], issue["made"], issue["status"])
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    seen = (await doors.operator.get(f"/v1/card-issues/{issue['id']}")).json()
    assert (3, "ready") == (seen["made"], seen["status"])
    assert seen["ready_at"] is not None


async def test_the_file_opens_for_its_recipient_only_and_each_fetch_is_recorded(
    world: World, doors: Doors, tmp_path: Path
) -> None:
    issue = await ordered(world, doors)
    path = f"/v1/card-issues/{issue['id']}/file"
    assert (409, "issue_not_ready") == code_of(await doors.operator.get(path))
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    fetched, again = await doors.operator.get(path), await doors.operator.get(path)
    for each in (fetched, again):
        assert (200, str(len(each.content))) == (each.status_code, each.headers["Content-Length"])
    assert fetched.content.startswith(b"age-encryption.org/v1")
    (tmp_path / "cards.age").write_bytes(fetched.content)
    cards = read_card_file(tmp_path / "cards.age", IDENTITY)
    assert 3 == len(cards)
    assert not any(secret.encode() in fetched.content for card in cards for secret in (card.number, card.pin))
    rows = world.rows(
        "SELECT detail->>'recipient' FROM audit WHERE action = 'issue.exported' AND subject_id = %s::uuid",
        issue["id"].removeprefix("iss_"),
    )
    assert [(RECIPIENT,), (RECIPIENT,)] == rows


async def test_cards_that_were_ordered_pay_once_they_are_activated(world: World, doors: Doors, tmp_path: Path) -> None:
    issue = await ordered(world, doors, count=1)
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    file = tmp_path / "cards.age"
    file.write_bytes((await doors.operator.get(f"/v1/card-issues/{issue['id']}/file")).content)
    (card,) = read_card_file(file, IDENTITY)
    body = {"number": card.number, "reference": fresh("ref")}
    assert 201 == (await doors.shop.post("/v1/activations", body)).status_code
    pay = {"pay_with": {"card": {"number": card.number, "pin": card.pin}}, "amount": cny(1), "reference": fresh("ref")}
    assert 201 == (await doors.shop.post("/v1/purchases", pay)).status_code


async def test_the_same_order_again_makes_no_more_cards(world: World, doors: Doors) -> None:
    key, body = fresh("key"), order(world)
    before = world.one("SELECT count(*) FROM card_issue")
    answers = await asyncio.gather(*(doors.operator.post("/v1/card-issues", body, key=key) for _ in range(10)))
    assert {202} == {each.status_code for each in answers}
    assert 1 == len({each.json()["id"] for each in answers})
    assert (before[0] + 1,) == world.one("SELECT count(*) FROM card_issue")
    other = await doors.operator.post("/v1/card-issues", {**body, "count": 4}, key=key)
    assert (422, "idempotency_key_reused") == code_of(other)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "missing"),
        ("short", "invalid"),
        ("k" * 129, "invalid"),
        ("a space in it", "invalid"),
        ("é" * 8, "invalid"),
    ],
)
async def test_an_order_needs_a_usable_key(world: World, doors: Doors, key: str | None, code: str) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    response = await doors.operator.post("/v1/card-issues", order(world), key=None, headers=headers)
    assert (400, f"idempotency_key_{code}") == code_of(response)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"product_id": "prd_" + "0" * 32}, (404, "product_not_found")),
        ({"denomination": cny(100_01)}, (422, "denomination_not_offered")),
        ({"denomination": cny(2000_00)}, (422, "limit_exceeded")),
        ({"denomination": {"amount": 100_00, "currency": "EUR"}}, (422, "currency_mismatch")),
        ({"count": 0}, (422, "invalid_request")),
        ({"count": 10_000_001}, (422, "invalid_request")),
        ({"recipient": "age1nobody"}, (422, "invalid_request")),
    ],
)
async def test_an_order_that_cannot_be_made_is_refused(
    world: World, doors: Doors, changes: dict[str, object], expected: tuple[int, str]
) -> None:
    before = world.one("SELECT count(*) FROM card_issue")
    assert expected == code_of(await doors.operator.post("/v1/card-issues", order(world, **changes)))
    assert before == world.one("SELECT count(*) FROM card_issue")


async def test_an_unknown_issue_is_not_found(doors: Doors) -> None:
    for path in (f"/v1/card-issues/{UNKNOWN}", f"/v1/card-issues/{UNKNOWN}/file"):
        assert (404, "issue_not_found") == code_of(await doors.operator.get(path))


async def test_an_issue_ordered_without_a_recipient_has_no_file_here(world: World, doors: Doors) -> None:
    issue = await ordered(world, doors)
    world.connection.execute(
        "UPDATE card_issue SET recipient = NULL WHERE id = %s::uuid", (issue["id"].removeprefix("iss_"),)
    )
    assert (404, "issue_not_found") == code_of(await doors.operator.get(f"/v1/card-issues/{issue['id']}/file"))


async def test_an_issue_that_fails_holds_up_no_other(world: World, doors: Doors) -> None:
    broken, whole = await ordered(world, doors), await ordered(world, doors)
    broken_id = broken["id"].removeprefix("iss_")
    move = "UPDATE card_issue SET programme_id = %s WHERE id = %s::uuid"
    # A programme that does not exist, which a constraint forbids, makes the older of the two fail.
    world.connection.execute("ALTER TABLE card_issue DISABLE TRIGGER ALL")
    world.connection.execute(move, (world.shop.id, broken_id))
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    world.connection.execute(move, (world.home, broken_id))
    world.connection.execute("ALTER TABLE card_issue ENABLE TRIGGER ALL")
    assert "ready" == (await doors.operator.get(f"/v1/card-issues/{whole['id']}")).json()["status"]
    assert "generating" == (await doors.operator.get(f"/v1/card-issues/{broken['id']}")).json()["status"]
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    assert "ready" == (await doors.operator.get(f"/v1/card-issues/{broken['id']}")).json()["status"]


async def test_a_till_looks_up_a_card_that_it_may_sell(world: World, doors: Doors) -> None:
    card = world.card(status="in_stock", kind="recharge", face_minor=200_00)
    spaced = " ".join(card.number[at : at + 4] for at in range(0, 19, 4))
    found = (await doors.shop.post("/v1/card-lookups", {"number": spaced}, key=None)).json()
    assert wire_id("card", card.id) == found["id"]
    assert ("in_stock", cny(200_00), "recharge") == (found["status"], found["denomination"], found["product_kind"])
    assert not any(secret in json.dumps(found) for secret in (card.number, card.pin, card.ecode))


async def test_numbers_alone_do_not_tell_a_till_which_cards_are_in_use(world: World, doors: Doors) -> None:
    sold_here = world.card(sold_by=world.shop.id)
    assert 200 == (await doors.shop.post("/v1/card-lookups", {"number": sold_here.number}, key=None)).status_code
    answers = [
        await client.post("/v1/card-lookups", {"number": number}, key=None)
        for client, number in (
            (doors.rival, sold_here.number),
            (doors.shop, world.card().number),
            (doors.shop, "9123450000000000000"),
            (doors.stranger, world.card(status="in_stock").number),
            (doors.suspended, world.card(status="in_stock").number),
            (doors.shop, "not a number"),
        )
    ]
    assert {(404, "card_not_found")} == {code_of(each) for each in answers}
    assert 1 == len({json.dumps({**each.json(), "instance": ""}) for each in answers})


async def test_a_repeated_order_says_that_it_is_one_and_shows_the_issue_as_it_stands(
    world: World, doors: Doors
) -> None:
    body, key = order(world), fresh("key")
    first = await doors.operator.post("/v1/card-issues", body, key=key)
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    again = await doors.operator.post("/v1/card-issues", body, key=key)
    assert [None, "true"] == [each.headers.get("Idempotent-Replayed") for each in (first, again)]
    assert first.json()["id"] == again.json()["id"]
    assert [(0, "generating"), (3, "ready")] == [
        (each.json()["made"], each.json()["status"]) for each in (first, again)
    ]


async def test_an_order_without_a_key_is_not_told_of_money(world: World, doors: Doors) -> None:
    response = await doors.operator.post("/v1/card-issues", order(world), key=None)
    assert (400, "idempotency_key_missing") == code_of(response)
    assert "orders cards" in response.json()["title"]


async def test_cards_that_are_sold_online_are_for_sale_once_made_and_in_no_file(
    world: World, doors: Doors, tmp_path: Path
) -> None:
    issue = await ordered(world, doors, recipient=None, sold_online=True, denomination=cny(500_00))
    await fill_waiting_issues(doors.house.pool, doors.house.vault)
    assert [(3, 500_00)] == world.rows(
        """SELECT count(*), o.denomination_minor FROM online_card o JOIN card c ON c.id = o.card_id
           WHERE c.issue_id = %s AND o.product_id = c.product_id AND o.programme_id = c.programme_id
             AND o.payment_id IS NULL GROUP BY o.denomination_minor""",
        issue["id"].removeprefix("iss_"),
    )
    assert (404, "issue_not_found") == code_of(await doors.operator.get(f"/v1/card-issues/{issue['id']}/file"))
    command = ExportCards(UUID(issue["id"].removeprefix("iss_")), RECIPIENT, tmp_path / "cards.age")
    export = await export_cards(doors.house.pool, doors.house.vault, command, Author(None, datetime.now(UTC)))
    assert (Decline.ISSUE_NOT_FOUND, False) == (export, command.path.exists())


async def test_cards_are_for_a_recipient_or_for_sale_online(world: World, doors: Doors) -> None:
    for wrong in ({"recipient": None}, {"sold_online": True}):
        response = await doors.operator.post("/v1/card-issues", order(world, **wrong))
        assert 422 == response.status_code, response.text
    registered = wire_id("product", world.products[world.home, "registered_gift"])
    online = order(world, product_id=registered, recipient=None, sold_online=True)
    assert (422, "not_sold_online") == code_of(await doors.operator.post("/v1/card-issues", online))
