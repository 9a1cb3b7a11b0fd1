"""Points and vouchers over HTTP: earned, exchanged, used, and shown as the book has them."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import json

from florin.api.loyalty.loyalty_answers import PointsExchanged, VoucherUsed
from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.domain.identifiers import wire_id
from florin.storage.fresh_ids import fresh_id
from tests.api.client import cny, code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import TODAY, World

TERMS: dict[str, Any] = {
    "minor_per_point": 100,
    "double_days": [8],
    "double_dates": ["2026-12-25"],
    "keep_from_points": 500,
    "monthly": [{"points": 100, "face": cny(5_00)}],
    "offers": [{"points": 50, "face": cny(10_00)}],
    "voucher_days": 30,
    "referral_face": cny(50_00),
    "referral_due": "first_load",
}


def terms_path(world: World) -> str:
    return f"/v1/programmes/{wire_id('programme', world.home)}/loyalty-terms"


@pytest.fixture
def _terms_of_this_test(world: World) -> Iterator[None]:
    yield
    for table in ("loyalty_reward", "loyalty_terms", "loyalty_progress"):
        world.connection.execute(f"DELETE FROM {table}")  # noqa: S608 (our own tables)


@pytest.mark.usefixtures("_terms_of_this_test")
async def test_terms_are_set_from_a_day_on_and_listed(world: World, doors: Doors) -> None:
    put = await doors.operator.send("PUT", terms_path(world), json={**TERMS, "effective_on": "2999-01-01"})
    expected = {**TERMS, "effective_on": "2999-01-01"}
    assert expected == put.json()
    assert {"items": [expected]} == (await doors.shop.get(terms_path(world))).json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minor_per_point": 0}, "minor_per_point"),
        ({"double_days": [8, 8]}, "double_days"),
        ({"monthly": [{"points": 1, "face": cny(2)}, {"points": 2, "face": cny(1)}]}, "monthly"),
        ({"referral_due": "soon"}, "referral_due"),
    ],
)
async def test_what_no_terms_can_be_is_refused_by_its_field(
    world: World, doors: Doors, change: dict[str, Any], field: str
) -> None:
    put = await doors.operator.send("PUT", terms_path(world), json={**TERMS, **change})
    assert (422, field) == (put.status_code, put.json()["field"])


@pytest.mark.usefixtures("_terms_of_this_test")
async def test_a_member_earns_points_exchanges_them_and_uses_the_voucher(world: World, doors: Doors) -> None:
    await doors.operator.send("PUT", terms_path(world), json={**TERMS, "effective_on": "2026-03-01"})
    member = world.member(principal_minor=200_00)
    client = doors.member(member)
    code = (await client.post("/v1/me/payment-codes", key=None)).json()["code"]
    body = {"pay_with": {"payment_code": code}, "amount": cny(80_00), "reference": fresh("ref")}
    assert 201 == (await doors.shop.post("/v1/purchases", body)).status_code
    assert (409, "points_not_enough") == code_of(await client.post("/v1/me/points/exchanges", {"points": 50}))
    world.close_days(TODAY)
    await carry_out_loyalty(doors.house, world.clock.now)

    assert 80 == (await client.get("/v1/me/points")).json()["balance"]
    key = fresh("exchange")
    made = await client.post("/v1/me/points/exchanges", {"points": 50}, key=key)
    exchanged = json.decode(made.content, type=PointsExchanged)
    assert (201, 30, 10_00) == (made.status_code, exchanged.balance, exchanged.voucher.face.amount)
    again = await client.post("/v1/me/points/exchanges", {"points": 50}, key=key)
    assert (made.content, "true") == (again.content, again.headers["Idempotent-Replayed"])
    lines = (await client.get("/v1/me/points/statement")).json()["items"]
    assert [("points_exchanged", -50, 30), ("points_earned", 80, 80)] == [
        (each["event"], each["points"], each["balance_after"]) for each in lines
    ]
    (voucher,) = (await client.get("/v1/me/vouchers")).json()["items"]
    assert (exchanged.voucher.id, "granted") == (voucher["id"], voucher["status"])

    used = await client.post("/v1/me/vouchers/uses", {"voucher_id": voucher["id"]})
    assert cny(130_00) == cny(json.decode(used.content, type=VoucherUsed).balance.amount)
    assert (409, "voucher_not_usable") == code_of(
        await client.post("/v1/me/vouchers/uses", {"voucher_id": voucher["id"]})
    )
    balance = (await client.get("/v1/me/balance")).json()
    assert (cny(130_00), ["principal", "bonus"]) == (balance["balance"], [each["lot"] for each in balance["lots"]])
    # The desk sees the same.
    clerk = doors.person(Corporate(world).operator)
    for what in ("tier", "points", "points/statement", "vouchers"):
        seen = await clerk.get(f"/v1/members/{wire_id('member', member.id)}/{what}")
        assert (200, (await client.get(f"/v1/me/{what}")).json()) == (seen.status_code, seen.json())
        nobody = await clerk.get(f"/v1/members/{wire_id('member', fresh_id())}/{what}")
        assert (404, "member_not_found") == code_of(nobody)
