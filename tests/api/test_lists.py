"""Lists of operations: every item on its own, in order, repeated by its own key."""

import asyncio
from typing import Any

import pytest

from florin.api import lists
from florin.api.app import create_app
from florin.domain.scopes import TILL_SCOPES
from florin.settings import Settings
from florin.storage.posting.engine import EngineLimits, PostingEngine
from florin.storage.posting.request import BusyError
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors, issue_key
from tests.till import fresh
from tests.world import KnownCard, World

PATH = "/v1/purchases/bulk"


def item(card: KnownCard, amount_minor: int, **fields: object) -> dict[str, Any]:
    pay_with = {"card": {"number": card.number, "pin": card.pin}}
    given = {"key": fresh("key"), "pay_with": pay_with, "amount": cny(amount_minor), "reference": fresh("ref")}
    return {**given, **fields}


async def test_each_item_has_its_own_outcome_in_order(world: World, shop: Client) -> None:
    rich, poor = world.card(), world.card(principal_minor=1_00)
    items = [item(rich, 10_00), item(poor, 2_00), item(rich, 20_00)]
    response = await shop.post(PATH, {"items": items}, key=None)
    assert 200 == response.status_code
    outcomes = response.json()["items"]
    assert [201, 402, 201] == [each["status"] for each in outcomes]
    assert [cny(10_00), cny(20_00)] == [outcomes[at]["body"]["approved"] for at in (0, 2)]
    problem = outcomes[1]["problem"]
    assert ("insufficient_funds", cny(1_00)) == (problem["code"], problem["shortfall"])
    assert 70_00 == world.balance(rich.id).principal_minor


async def test_one_card_in_many_items_is_not_overspent(world: World, shop: Client) -> None:
    card = world.card()
    response = await shop.post(PATH, {"items": [item(card, 30_00) for _ in range(10)]}, key=None)
    assert 3 == [each["status"] for each in response.json()["items"]].count(201)
    assert 10_00 == world.balance(card.id).principal_minor


async def test_a_list_again_has_no_second_effect_and_an_item_alone_is_its_repetition(
    world: World, shop: Client
) -> None:
    card = world.card()
    items = [item(card, 10_00), item(card, 20_00)]
    first = (await shop.post(PATH, {"items": items}, key=None)).json()["items"]
    again = (await shop.post(PATH, {"items": items}, key=None)).json()["items"]
    assert [True, True] == [each["replayed"] for each in again]
    assert [each["body"] for each in first] == [each["body"] for each in again]
    alone = {name: value for name, value in items[0].items() if name != "key"}
    response = await shop.post("/v1/purchases", alone, key=items[0]["key"])
    assert ("true", first[0]["body"]) == (response.headers["Idempotent-Replayed"], response.json())
    assert 70_00 == world.balance(card.id).principal_minor


async def test_one_key_twice_in_a_list_serves_one_item(world: World, shop: Client) -> None:
    card, key = world.card(), fresh("key")
    same = item(card, 10_00, key=key)
    items = [same, same, item(card, 20_00, key=key)]
    outcomes = (await shop.post(PATH, {"items": items}, key=None)).json()["items"]
    assert [(201, False), (201, True)] == [(each["status"], each["replayed"]) for each in outcomes[:2]]
    assert (422, "idempotency_key_reused") == (outcomes[2]["status"], outcomes[2]["problem"]["code"])
    assert 90_00 == world.balance(card.id).principal_minor


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": cny(0)}, "amount.amount"),
        ({"key": "short"}, "key"),
        ({"surprise": 1}, "surprise"),
        ({"event_at": "2999-01-01T00:00:00"}, "event_at"),
    ],
)
async def test_a_malformed_item_is_refused_as_it_would_be_alone_and_the_others_are_done(
    world: World, shop: Client, change: dict[str, object], field: str
) -> None:
    card = world.card()
    items = [item(card, 1_00), item(card, 1_00, **change), item(card, 2_00)]
    response = await shop.post(PATH, {"items": items}, key=None)
    outcomes = response.json()["items"]
    assert (200, [201, 422, 201]) == (response.status_code, [each["status"] for each in outcomes])
    problem = outcomes[1]["problem"]
    assert ("invalid_request", field) == (problem["code"], problem["field"])
    assert problem["detail"].startswith(f"{field}: ")
    assert 97_00 == world.balance(card.id).principal_minor


async def test_what_is_no_item_at_all_is_refused_in_its_place(world: World, shop: Client) -> None:
    card = world.card()
    response = await shop.post(PATH, {"items": ["purchase", item(card, 1_00), None]}, key=None)
    assert [422, 201, 422] == [each["status"] for each in response.json()["items"]]


@pytest.mark.parametrize("wrong", [{"amount": cny(0)}, {"key": "short"}])
async def test_a_malformed_envelope_refuses_the_whole_list_however_its_items_are(
    world: World, shop: Client, wrong: dict[str, object]
) -> None:
    card = world.card()
    before = world.everything_that_counts()
    items = [item(card, 1_00), item(card, 1_00, **wrong)]
    for envelope in ({"items": items, "surprise": 1}, {"items": items * 501}, {"item": items}):
        assert (422, "invalid_request") == code_of(await shop.post(PATH, envelope, key=None))
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_list_has_one_to_a_thousand_items(world: World, shop: Client, count: int) -> None:
    items = [item(world.card(), 1_00)] * count
    assert (422, "invalid_request") == code_of(await shop.post(PATH, {"items": items}, key=None))


HOLDER = {"name": "Ada Lovelace", "document_kind": "passport", "document_number": "P1234567"}


def for_sale(world: World, yuan: int, *, kind: str = "bearer_gift", **fields: object) -> dict[str, object]:
    card = world.card(status="in_stock", kind=kind, face_minor=yuan * 100)
    return {"key": fresh("key"), "number": card.number, "reference": fresh("ref"), **fields}


async def sold_at_once(shop: Client, items: list[dict[str, object]]) -> set[str]:
    outcomes = (await shop.post("/v1/activations/bulk", {"items": items}, key=None)).json()["items"]
    return {each["problem"]["code"] if "problem" in each else "sold" for each in outcomes}


async def test_from_ten_thousand_yuan_of_bearer_cards_in_one_list_the_buyer_gives_a_name(
    world: World, shop: Client
) -> None:
    items = [for_sale(world, 1000) for _ in range(10)]
    before = world.everything_that_counts()
    assert {"real_name_required"} == await sold_at_once(shop, items)
    assert before == world.everything_that_counts()
    named = [{**each, "key": fresh("key"), "holder": HOLDER} for each in items]
    assert {"sold"} == await sold_at_once(shop, named)
    assert (10,) == world.one(
        "SELECT count(*)::int FROM card_holder h JOIN card c ON c.id = h.card_id WHERE c.number_index = ANY(%s)",
        [world.vault.numbers.of(str(each["number"])) for each in items],
    )


async def test_below_ten_thousand_yuan_bearer_cards_are_sold_to_whoever_pays(world: World, shop: Client) -> None:
    below = [for_sale(world, yuan) for yuan in [1000] * 9 + [500, 200, 200]]
    # What has its holder's name adds nothing to the nameless part, and a number twice is one card.
    beside = [for_sale(world, 1000, holder=HOLDER), for_sale(world, 2000, kind="registered_gift", holder=HOLDER)]
    assert {"sold"} == await sold_at_once(shop, [*below, *beside])
    assert {"sold", "card_not_sellable"} == await sold_at_once(
        shop,
        [
            *(for_sale(world, 1000) for _ in range(9)),
            *[same := for_sale(world, 500), {**same, "key": fresh("key"), "reference": fresh("ref")}],
        ],
    )


async def test_cards_are_activated_by_list(world: World, shop: Client) -> None:
    cards = [world.card(status="in_stock"), world.card(status="active")]
    items = [{"key": fresh("key"), "number": card.number, "reference": fresh("ref")} for card in cards]
    outcomes = (await shop.post("/v1/activations/bulk", {"items": items}, key=None)).json()["items"]
    assert [201, 409] == [each["status"] for each in outcomes]


async def test_a_list_that_the_queue_cannot_take_is_refused_whole(world: World, doors: Doors) -> None:
    del doors
    card = world.card()
    async with world.clearing_house(EngineLimits(queue=2)) as house:
        client = Client(create_app(house, Settings())).having(issue_key(world, world.shop.id, TILL_SCOPES))
        await house.engine.current_catalogue(-1)
        response = await client.post(PATH, {"items": [item(card, 1_00) for _ in range(3)]}, key=None)
    assert ((503, "busy"), "1") == (code_of(response), response.headers["Retry-After"])
    assert 100_00 == world.balance(card.id).principal_minor


async def test_a_list_takes_its_turn_in_portions_and_leaves_room_for_others(
    world: World, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    del doors
    monkeypatch.setattr(lists, "PORTION", 4)
    cards = [world.card() for _ in range(4)]
    async with world.clearing_house(EngineLimits(queue=9)) as house:
        client = Client(create_app(house, Settings())).having(issue_key(world, world.shop.id, TILL_SCOPES))
        await house.engine.current_catalogue(-1)
        several = [[item(card, 1_00) for _ in range(30)] for card in cards[:2]]
        alone = {name: value for name, value in item(cards[3], 1_00).items() if name != "key"}
        *answers, single = await asyncio.gather(
            *(client.post(PATH, {"items": items}, key=None) for items in several), client.post("/v1/purchases", alone)
        )
    assert 201 == single.status_code
    for items, answer in zip(several, answers, strict=True):
        outcomes = answer.json()["items"]
        assert [(201, each["reference"]) for each in items] == [
            (each["status"], each["body"]["reference"]) for each in outcomes
        ]
    assert [70_00, 70_00] == [world.balance(card.id).principal_minor for card in cards[:2]]


async def test_what_the_queue_cannot_take_of_a_list_under_way_is_told_item_by_item(
    world: World, shop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PORTION", 2)
    card, submit_all, calls = world.card(), PostingEngine.submit_all, 0

    async def full_at_the_second_portion(engine: PostingEngine, requests: Any) -> Any:  # noqa: ANN401 (its own)
        nonlocal calls
        calls += 1
        if calls == 2:
            raise BusyError("the queue is full")
        return await submit_all(engine, requests)

    monkeypatch.setattr(PostingEngine, "submit_all", full_at_the_second_portion)
    items = [item(card, 1_00) for _ in range(6)]
    outcomes = (await shop.post(PATH, {"items": items}, key=None)).json()["items"]
    assert [201, 201, 503, 503, 503, 503] == [each["status"] for each in outcomes]
    assert ["busy"] * 4 == [each["problem"]["code"] for each in outcomes[2:]]
    assert 98_00 == world.balance(card.id).principal_minor
    again = (await shop.post(PATH, {"items": items}, key=None)).json()["items"]
    assert [True, True, False, False, False, False] == [each["replayed"] for each in again]
    assert 94_00 == world.balance(card.id).principal_minor
