"""A name that stands twice in a body is refused at every door: a proxy may have looked at the other one."""

import json
from typing import Any

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World

JSON = {"Content-Type": "application/json"}


def purchase(card: KnownCard) -> str:
    """A purchase as most tills write it: nothing that need not be said."""
    pay_with = {"card": {"number": card.number, "pin": card.pin}}
    return json.dumps({"pay_with": pay_with, "amount": cny(1_00), "reference": fresh("ref")})


async def sent(client: Client, path: str, content: str) -> Any:  # noqa: ANN401 (httpx's own)
    headers = {**JSON, "Idempotency-Key": fresh("key")}
    return await client.send("POST", path, content=content.encode(), headers=headers)


@pytest.mark.parametrize(
    ("name", "once", "twice"),
    [
        ("amount", '"amount": 100', '"amount": 1, "amount": 100'),
        ("amount", '"amount": 100', '"amount": 100, "amount": 100'),
        ("amount", '"amount": 100', '"\\u0061mount": 1, "amount": 100'),
        ("amount", '"amount": 100', '"amount"\n:\t1,"amount" : 100'),
        ("amount", '"amount": {', '"amount": {"amount": 1, "currency": "CNY"}, "amount": {'),
        ("currency", '"currency": "CNY"', '"currency": "CNY", "currency": "CNY"'),
        ("pin", '"pin":', '"pin": "0", "pin":'),
        ("reference", '"reference":', '"reference": "another-one", "reference":'),
        ("allow_partial", '"reference":', '"allow_partial": true, "allow_partial": false, "reference":'),
    ],
)
async def test_a_purchase_with_a_name_twice_is_refused_and_leaves_nothing(
    world: World, doors: Doors, name: str, once: str, twice: str
) -> None:
    body = purchase(world.card())
    assert 1 == body.count(once)
    before = world.everything_that_counts()
    refused = await sent(doors.shop, "/v1/purchases", body.replace(once, twice))
    assert (422, "invalid_request") == code_of(refused)
    assert before == world.everything_that_counts()
    assert (name, f"{name}: given more than once") == (refused.json()["field"], refused.json()["detail"])
    assert 201 == (await sent(doors.shop, "/v1/purchases", body)).status_code


@pytest.mark.parametrize(
    "change",
    [
        ('"reference":', '"allow_partial": false, "reference":'),
        ('"reference":', '"allow_partial": true, "reference":'),
        ('"reference":', '"event_at": null, "reference":'),
        ("amount", "\\u0061mount"),
        (" ", "\n\t "),
        (" ", ""),
    ],
)
async def test_escapes_defaults_and_blanks_are_no_repetitions(
    world: World, doors: Doors, change: tuple[str, str]
) -> None:
    bought = await sent(doors.shop, "/v1/purchases", purchase(world.card()).replace(*change))
    assert 201 == bought.status_code, bought.text


async def test_a_list_and_an_item_with_a_name_twice_are_refused(world: World, doors: Doors) -> None:
    card = world.card()
    item = purchase(card).replace("{", '{"key": "item-0001", ', 1)
    other = item.replace('"amount": 100', '"amount": 1, "amount": 100')
    for body in (f'{{"items": [], "items": [{item}]}}', f'{{"items": [{other}]}}'):
        refused = await doors.shop.send("POST", "/v1/purchases/bulk", content=body.encode(), headers=JSON)
        assert (422, "invalid_request") == code_of(refused)
    fine = await doors.shop.send("POST", "/v1/purchases/bulk", content=f'{{"items": [{item}]}}'.encode(), headers=JSON)
    assert 200 == fine.status_code


async def test_the_other_door_refuses_a_name_twice_as_well(world: World, doors: Doors) -> None:
    card = world.card()
    body = f'{{"number": "{card.number}", "pin": "0", "pin": "{card.pin}"}}'
    refused = await doors.shop.send("POST", "/v1/till/card-inquiries", content=body.encode(), headers=JSON)
    assert ((422, "invalid_request"), "pin") == (code_of(refused), refused.json()["field"])


async def test_a_name_that_could_be_a_secret_is_not_repeated_in_the_answer(world: World, doors: Doors) -> None:
    number = world.card().number
    body = f'{{"{number}": 1, "{number}": 2}}'
    refused = await doors.shop.send("POST", "/v1/till/card-inquiries", content=body.encode(), headers=JSON)
    assert (422, "invalid_request") == code_of(refused)
    assert number not in refused.text
