"""The member's wallet over HTTP, and the same member as an operator sees it."""

from typing import Any

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.throttle_rules import PAYMENT_CODE_BY_MEMBER
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

UNKNOWN = "mbr_" + "0" * 32


async def pays(doors: Doors, client: Client, amount_minor: int) -> dict[str, Any]:
    """A purchase with a payment code that the member has made for it."""
    code = (await client.post("/v1/me/payment-codes", key=None)).json()["code"]
    body = {"pay_with": {"payment_code": code}, "amount": cny(amount_minor), "reference": fresh("ref")}
    response = await doors.shop.post("/v1/purchases", body)
    assert 201 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


def path_of(member: Caller) -> str:
    return f"/v1/members/{wire_id('member', member.id)}"


async def test_a_member_sees_what_the_wallet_holds_and_what_is_held(world: World, doors: Doors) -> None:
    member = world.member(principal_minor=100_00)
    client = doors.member(member)
    world.clock.now = world.clock.now.replace(year=2990)  # a hold that has not expired by the machine's clock
    code = (await client.post("/v1/me/payment-codes", key=None)).json()["code"]
    world.connection.execute("UPDATE payment_code SET expires_at = '2999-01-01' WHERE member_id = %s", (member.id,))
    body = {"pay_with": {"payment_code": code}, "amount": cny(30_00), "reference": fresh("ref")}
    assert 201 == (await doors.shop.post("/v1/holds", body)).status_code
    balance = (await client.get("/v1/me/balance")).json()
    assert (cny(100_00), cny(70_00)) == (balance["balance"], balance["available"])
    lot = {"lot": "principal", "balance": cny(100_00), "held": cny(30_00), "available": cny(70_00)}
    assert [lot] == balance["lots"]


async def test_statement_purchases_and_loads_tell_one_story(world: World, doors: Doors) -> None:
    client = doors.member(world.member())
    card = world.card(kind="recharge")
    loaded = (await client.post("/v1/me/loads", {"number": card.number, "pin": card.pin})).json()
    made = await pays(doors, client, 12_00)
    lines = (await client.get("/v1/me/statement")).json()["items"]
    assert [(2, "purchase", cny(-12_00), cny(88_00)), (1, "card_redeemed", cny(100_00), cny(100_00))] == [
        (each["sequence"], each["event"], each["amount"], each["balance_after"]) for each in lines
    ]
    assert ("Shop", made["reference"]) == (lines[0]["merchant_name"], lines[0]["reference"])
    assert [] == (await client.get("/v1/me/statement?lot=bonus")).json()["items"]
    (purchase,) = (await client.get("/v1/me/purchases")).json()["items"]
    assert (made["id"], cny(12_00), cny(12_00), cny(0)) == (
        purchase["purchase_id"], purchase["requested"], purchase["principal"], purchase["bonus"],
    )  # fmt: skip
    (load,) = (await client.get("/v1/me/loads")).json()["items"]
    assert (loaded["card_id"], cny(100_00), loaded["journal_id"]) == (
        load["card_id"], load["amount"], load["journal_id"],
    )  # fmt: skip


@pytest.mark.parametrize("what", ["statement", "purchases"])
async def test_long_lists_are_walked_without_a_gap(world: World, doors: Doors, what: str) -> None:
    client = doors.member(world.member(principal_minor=100_00))
    for _ in range(4):
        await pays(doors, client, 1_00)
    everything = (await client.get(f"/v1/me/{what}")).json()["items"]
    first = (await client.get(f"/v1/me/{what}?limit=3")).json()
    second = (await client.get(f"/v1/me/{what}?limit=3&cursor={first['next_cursor']}")).json()
    assert everything == first["items"] + second["items"]
    assert second["next_cursor"] is None
    for cursor in ("x", "", first["next_cursor"] + "A"):
        assert (422, "invalid_request") == code_of(await client.get(f"/v1/me/{what}?cursor={cursor}"))


async def test_a_new_payment_code_withdraws_the_one_before(world: World, doors: Doors) -> None:
    client = doors.member(world.member(principal_minor=100_00))
    old = (await client.post("/v1/me/payment-codes", key=None)).json()
    new = (await client.post("/v1/me/payment-codes", key=None)).json()
    assert 18 == len(new["code"])
    body = {"pay_with": {"payment_code": old["code"]}, "amount": cny(1), "reference": fresh("ref")}
    assert (402, "payment_code_invalid") == code_of(await doors.shop.post("/v1/purchases", body))


async def test_payment_codes_are_throttled(world: World, doors: Doors) -> None:
    client = doors.member(world.member())
    for _ in range(PAYMENT_CODE_BY_MEMBER.limit):
        assert 201 == (await client.post("/v1/me/payment-codes", key=None)).status_code
    refused = await client.post("/v1/me/payment-codes", key=None)
    assert (429, "rate_limited") == code_of(refused)
    assert int(refused.headers["Retry-After"]) > 0


async def test_nobody_sees_anothers_wallet(world: World, doors: Doors) -> None:
    rich, poor = world.member(principal_minor=100_00), world.member()
    await pays(doors, doors.member(rich), 1_00)
    client = doors.member(poor)
    assert cny(0) == (await client.get("/v1/me/balance")).json()["balance"]
    for what in ("statement", "purchases", "loads"):
        assert [] == (await client.get(f"/v1/me/{what}")).json()["items"]
    assert (403, "insufficient_scope") == code_of(await client.get(path_of(rich)))


async def test_an_operator_finds_a_member_by_id_and_by_name(world: World, doors: Doors) -> None:
    member = world.member(principal_minor=50_00)
    world.connection.execute("UPDATE member SET user_name = 'find-me' WHERE id = %s", (member.id,))
    shown = (await doors.operator.get(path_of(member))).json()
    assert ("find-me", "active", cny(50_00), False) == (
        shown["user_name"], shown["status"], shown["balance"], shown["real_name_on_record"],
    )  # fmt: skip
    query = {"programme_id": wire_id("programme", world.home), "user_name": "FIND-me"}
    assert [shown] == (await doors.operator.get("/v1/members", params=query)).json()["items"]
    query["programme_id"] = wire_id("programme", world.abroad)
    assert [] == (await doors.operator.get("/v1/members", params=query)).json()["items"]
    for wrong in ({}, {**query, "user_name": "a b"}, {**query, "user_name": "\0"}, {**query, "programme_id": "x"}):
        assert (422, "invalid_request") == code_of(await doors.operator.get("/v1/members", params=wrong))


async def test_an_operator_reads_a_members_statement(world: World, doors: Doors) -> None:
    member = world.member(principal_minor=50_00)
    (line,) = (await doors.operator.get(f"{path_of(member)}/statement")).json()["items"]
    assert ("top_up", cny(50_00)) == (line["event"], line["amount"])


async def test_a_blocked_member_is_out_until_unblocked_and_signed_in_anew(world: World, doors: Doors) -> None:
    member = world.member(principal_minor=50_00)
    client, why = doors.member(member), {"reason": "telephone lost"}
    blocked = await doors.operator.post(f"{path_of(member)}/block", why, key=None)
    assert (200, "blocked") == (blocked.status_code, blocked.json()["status"])
    assert (401, "unauthenticated") == code_of(await client.get("/v1/me/balance"))
    assert "active" == (await doors.operator.post(f"{path_of(member)}/unblock", why, key=None)).json()["status"]
    assert (401, "unauthenticated") == code_of(await client.get("/v1/me/balance"))
    assert 200 == (await doors.member(Caller(member.id, fresh_id())).get("/v1/me/balance")).status_code
    rows = world.rows("SELECT detail->>'reason' FROM audit WHERE subject_id = %s", member.id)
    assert [("telephone lost",), ("telephone lost",)] == rows


async def test_only_an_empty_account_is_closed_and_then_for_good(world: World, doors: Doors) -> None:
    full, empty, why = world.member(principal_minor=1), world.member(), {"reason": "moved away"}
    assert (409, "balance_remains") == code_of(await doors.operator.post(f"{path_of(full)}/close", why, key=None))
    assert "closed" == (await doors.operator.post(f"{path_of(empty)}/close", why, key=None)).json()["status"]
    for verb in ("block", "unblock", "close"):
        refused = await doors.operator.post(f"{path_of(empty)}/{verb}", why, key=None)
        assert (403, "member_not_active") == code_of(refused)


async def test_an_unknown_member_is_not_found(doors: Doors) -> None:
    why = {"reason": "any"}
    for response in (
        await doors.operator.get(f"/v1/members/{UNKNOWN}"),
        await doors.operator.get(f"/v1/members/{UNKNOWN}/statement"),
        await doors.operator.post(f"/v1/members/{UNKNOWN}/block", why, key=None),
        await doors.operator.post(f"/v1/members/{UNKNOWN}/unblock", why, key=None),
        await doors.operator.post(f"/v1/members/{UNKNOWN}/close", why, key=None),
    ):
        assert (404, "member_not_found") == code_of(response)


async def test_a_cards_statement_is_the_operators(world: World, doors: Doors) -> None:
    card = world.card(sold_by=world.shop.id)
    path = f"/v1/cards/{wire_id('card', card.id)}/statement"
    (line,) = (await doors.operator.get(path)).json()["items"]
    assert ("card_activated", cny(100_00), cny(100_00)) == (line["event"], line["amount"], line["balance_after"])
    assert (403, "insufficient_scope") == code_of(await doors.shop.get(path))
    unknown = f"/v1/cards/card_{'0' * 32}/statement"
    assert (404, "card_not_found") == code_of(await doors.operator.get(unknown))
    assert (422, "invalid_request") == code_of(await doors.operator.get(f"{path}?lot=other"))
