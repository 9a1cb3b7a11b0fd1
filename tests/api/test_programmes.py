"""Programmes, products and agreements over HTTP."""

import itertools
from typing import Any

import pytest

from florin.api.management_examples import NEW_PRODUCT, NEW_PROGRAMME
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import World

_numbers = itertools.count()
UNKNOWN = "prg_" + "0" * 32


def programme(**changes: object) -> dict[str, Any]:
    return {**NEW_PROGRAMME, "code": fresh("p"), "issuer_prefix": f"98{next(_numbers):04}", **changes}


async def created(operator: Client, **changes: object) -> dict[str, Any]:
    response = await operator.post("/v1/programmes", programme(**changes), key=None)
    assert 201 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_programme_is_created_with_the_usual_terms_and_can_be_read(doors: Doors) -> None:
    made = await created(doors.operator, code="farm", issuer_prefix=NEW_PROGRAMME["issuer_prefix"])
    assert {**NEW_PROGRAMME, "code": "farm"}.items() <= made.items()
    assert (120, 30, "bonus_first") == (made["hold_lifetime_s"], made["dormancy_days"], made["spend_order"])
    assert made == (await doors.operator.get(f"/v1/programmes/{made['id']}")).json()


async def test_people_find_there_what_can_be_ordered_a_customers_only_in_their_own_programme(
    world: World, doors: Doors
) -> None:
    corporate, home, foreign = Corporate(world), wire_id("programme", world.home), await created(doors.operator)
    buyer = doors.person(corporate.person(Role.BUYER, customer=corporate.customer()))
    operator = doors.person(corporate.operator)
    assert [home] == [each["id"] for each in (await buyer.get("/v1/programmes")).json()["items"]]
    assert {home, foreign["id"]} <= {
        each["id"] for each in (await operator.get("/v1/programmes?limit=200")).json()["items"]
    }
    for path in ("", "/products", "/tiers"):
        ours = await buyer.get(f"/v1/programmes/{home}{path}")
        assert (200, (await doors.operator.get(f"/v1/programmes/{home}{path}")).json()) == (
            ours.status_code,
            ours.json(),
        )
        assert (404, "programme_not_found") == code_of(await buyer.get(f"/v1/programmes/{foreign['id']}{path}"))
        assert 200 == (await operator.get(f"/v1/programmes/{foreign['id']}{path}")).status_code


async def test_a_code_is_taken_once(world: World, doors: Doors) -> None:
    before = world.everything_that_counts()
    response = await doors.operator.post("/v1/programmes", programme(code="home"), key=None)
    assert (409, "code_taken") == code_of(response)
    assert before == world.everything_that_counts()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Farm"}, "code"),
        ({"name": " Farm"}, "name"),
        ({"currency": "XXX"}, "currency"),
        ({"time_zone": "Asia"}, "time_zone"),
        ({"cut_off": "24:00"}, "cut_off"),
        ({"issuer_prefix": "812345"}, "issuer_prefix"),
        ({"policy_pack": "us"}, "policy_pack"),
        ({"hold_lifetime_s": 300, "hold_lifetime_limit_s": 200}, "hold_lifetime_s"),
        ({"low_balance_threshold": cny(-1)}, "low_balance_threshold.amount"),
    ],
)
async def test_terms_that_no_programme_can_have_are_refused(
    doors: Doors, changes: dict[str, object], field: str
) -> None:
    if changes.get("currency") == "XXX":
        changes = {**changes, "low_balance_threshold": {"amount": 1, "currency": "XXX"}}
    response = await doors.operator.post("/v1/programmes", programme(**changes), key=None)
    assert (422, "invalid_request") == code_of(response)
    assert field == response.json()["field"]


async def test_a_threshold_is_in_the_programmes_currency(doors: Doors) -> None:
    euros = {"amount": 2_000, "currency": "EUR"}
    made = await created(doors.operator)
    for response in (
        await doors.operator.post("/v1/programmes", programme(low_balance_threshold=euros), key=None),
        await doors.operator.send("PATCH", f"/v1/programmes/{made['id']}", json={"low_balance_threshold": euros}),
    ):
        assert (422, "currency_mismatch") == code_of(response)


async def test_a_change_changes_what_it_names_and_is_audited(world: World, doors: Doors) -> None:
    made = await created(doors.operator)
    response = await doors.operator.send(
        "PATCH", f"/v1/programmes/{made['id']}", json={"low_balance_threshold": cny(0), "name": "Farm"}
    )
    assert {**made, "low_balance_threshold": cny(0), "name": "Farm"} == response.json()
    actions = world.rows(
        "SELECT action, actor_id IS NOT NULL FROM audit WHERE subject_id = %s::uuid ORDER BY id",
        made["id"].removeprefix("prg_"),
    )
    assert [("programme.created", True), ("programme.changed", True)] == actions


async def test_what_is_fixed_cannot_be_changed(doors: Doors) -> None:
    made = await created(doors.operator)
    response = await doors.operator.send("PATCH", f"/v1/programmes/{made['id']}", json={"currency": "EUR"})
    assert (422, "invalid_request") == code_of(response)


async def test_an_unknown_programme_is_not_found(doors: Doors) -> None:
    product = {**NEW_PRODUCT, "denominations": [cny(100_00)]}
    agreement = {"version": "1", "text": "Terms"}
    for response in (
        await doors.operator.get(f"/v1/programmes/{UNKNOWN}"),
        await doors.operator.send("PATCH", f"/v1/programmes/{UNKNOWN}", json={}),
        await doors.operator.get(f"/v1/programmes/{UNKNOWN}/products"),
        await doors.operator.post(f"/v1/programmes/{UNKNOWN}/products", product, key=None),
        await doors.operator.get(f"/v1/programmes/{UNKNOWN}/network"),
        await doors.operator.post(f"/v1/programmes/{UNKNOWN}/agreements", agreement, key=None),
        await doors.operator.get(f"/v1/programmes/{UNKNOWN}/days"),
        await doors.operator.post(f"/v1/programmes/{UNKNOWN}/days/2026-01-01/close"),
    ):
        assert (404, "programme_not_found") == code_of(response)


async def test_a_till_sees_the_programmes_of_its_network_only(world: World, doors: Doors) -> None:
    home, abroad = wire_id("programme", world.home), wire_id("programme", world.abroad)
    seen = (await doors.shop.get("/v1/programmes")).json()
    assert ([home], None) == ([each["id"] for each in seen["items"]], seen["next_cursor"])
    assert [] == (await doors.suspended.get("/v1/programmes")).json()["items"]
    for path in (f"/v1/programmes/{abroad}", f"/v1/programmes/{abroad}/products", f"/v1/programmes/{abroad}/network"):
        assert (404, "programme_not_found") == code_of(await doors.shop.get(path))


async def test_programmes_are_listed_page_by_page(doors: Doors) -> None:
    for _ in range(3):
        await created(doors.operator)
    everything = (await doors.operator.get("/v1/programmes?limit=200")).json()["items"]
    walked: list[Any] = []
    cursor = ""
    while True:
        page = (await doors.operator.get(f"/v1/programmes?limit=2{cursor}")).json()
        walked += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert everything == walked
    assert sorted(each["id"] for each in walked) == [each["id"] for each in walked]


async def test_a_product_is_added_and_listed(doors: Doors) -> None:
    made = await created(doors.operator)
    path = f"/v1/programmes/{made['id']}/products"
    product = (await doors.operator.post(path, NEW_PRODUCT, key=None)).json()
    assert {**NEW_PRODUCT, "programme_id": made["id"]}.items() <= product.items()
    assert [product] == (await doors.operator.get(path)).json()["items"]
    assert (409, "code_taken") == code_of(await doors.operator.post(path, NEW_PRODUCT, key=None))


@pytest.mark.parametrize(
    ("denominations", "expected"),
    [
        ([cny(200_00), cny(100_00)], "invalid_request"),
        ([cny(100_00), cny(100_00)], "invalid_request"),
        ([{"amount": 100_00, "currency": "EUR"}], "currency_mismatch"),
        ([cny(1_000_01)], "limit_exceeded"),
    ],
)
async def test_denominations_are_of_the_programme_in_order_and_lawful(
    doors: Doors, denominations: list[object], expected: str
) -> None:
    made = await created(doors.operator)
    body = {**NEW_PRODUCT, "denominations": denominations}
    response = await doors.operator.post(f"/v1/programmes/{made['id']}/products", body, key=None)
    assert (422, expected) == code_of(response)
    if expected == "invalid_request":
        assert "denominations" == response.json()["field"]


async def test_a_policy_that_forbids_what_exists_is_not_taken_on(doors: Doors) -> None:
    made = await created(doors.operator, policy_pack="none")
    dear = {**NEW_PRODUCT, "denominations": [cny(5_000_00)]}
    path = f"/v1/programmes/{made['id']}"
    assert 201 == (await doors.operator.post(f"{path}/products", dear, key=None)).status_code
    assert (422, "limit_exceeded") == code_of(await doors.operator.send("PATCH", path, json={"policy_pack": "cn"}))


async def test_the_agreement_in_force_is_shown_to_anybody(doors: Doors) -> None:
    made = await created(doors.operator)
    path = f"/v1/programmes/{made['id']}/agreements"
    assert (404, "agreement_not_found") == code_of(await doors.nobody.get(f"{path}/current"))
    for version, effective_at in (("1", None), ("2", "2999-01-01T00:00:00+08:00")):
        body = {"version": version, "text": f"Terms {version}", "effective_at": effective_at}
        assert 201 == (await doors.operator.post(path, body, key=None)).status_code
    shown = (await doors.nobody.get(f"{path}/current")).json()
    assert ("1", "Terms 1") == (shown["version"], shown["text"])
    again = await doors.operator.post(path, {"version": "1", "text": "Other terms"}, key=None)
    assert (409, "code_taken") == code_of(again)


@pytest.mark.parametrize("text", ["", "  \n", "nul\0"])
async def test_an_agreement_says_something(doors: Doors, text: str) -> None:
    made = await created(doors.operator)
    path = f"/v1/programmes/{made['id']}/agreements"
    response = await doors.operator.post(path, {"version": "1", "text": text}, key=None)
    assert (422, "invalid_request") == code_of(response)
