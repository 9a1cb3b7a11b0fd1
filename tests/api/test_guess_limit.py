"""Guesses at tills: counted once they are wrong, by key and in total, and a key that goes on is stopped at the door."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from florin.api.app import create_app
from florin.api.lists import PORTION
from florin.clearing.guess_limit import GuessLimit
from florin.clearing.throttled import by_id, in_total
from florin.crypto.tokens import API_KEY
from florin.domain.scopes import TILL_SCOPES
from florin.domain.throttle_rules import TILL_GUESSES_BY_KEY, TILL_GUESSES_IN_TOTAL
from florin.settings import Settings
from florin.storage.people.wrong_guesses import count_wrong_guesses
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors, issue_key
from tests.till import fresh
from tests.world import KnownCard, World

Json = dict[str, object]
INQUIRY = "/v1/till/card-inquiries"


@pytest.fixture(autouse=True)
async def _nothing_counted(world: World, doors: Doors) -> AsyncIterator[None]:
    yield
    world.connection.execute("DELETE FROM throttle")
    await guesses_of(doors).refresh()


def guesses_of(doors: Doors) -> GuessLimit:
    found: GuessLimit = doors.app._guesses  # type: ignore[attr-defined]  # noqa: SLF001 (what the doors share)
    return found


async def new_till(world: World, doors: Doors) -> tuple[Client, UUID]:
    """A till with a key of its own, and the key's id."""
    token = issue_key(world, world.shop.id, TILL_SCOPES)
    await doors.shop.get("/v1/programmes")  # the doors know the new key from now on
    (key_id,) = world.one("SELECT id FROM api_key WHERE digest = %s", API_KEY.digest(token))
    return doors.nobody.having(token), key_id


async def has_guessed(doors: Doors, key_id: UUID, wrong: int) -> None:
    """So many wrong guesses by a key, at another process."""
    vault = doors.house.vault
    own, everybodys = by_id(vault, TILL_GUESSES_BY_KEY, key_id), in_total(TILL_GUESSES_IN_TOTAL)
    await count_wrong_guesses(doors.house.pool, own, everybodys, wrong, datetime.now(UTC))


def pays(shown: Json) -> Json:
    return {"pay_with": shown, "amount": cny(1), "reference": fresh("ref")}


def by_pin(card: KnownCard, pin: str) -> Json:
    return {"card": {"number": card.number, "pin": pin}}


def counted(world: World) -> dict[str, int]:
    return dict(world.rows("SELECT rule, attempts FROM throttle WHERE rule LIKE 'till%%'"))


async def every_door(till: Client, card: KnownCard) -> list[tuple[int, str]]:
    """What a till hears at each door that takes a secret, which is right."""
    right = by_pin(card, card.pin)
    items = [{"key": fresh("key"), **pays(right)} for _ in range(2)]
    answers = [
        await till.post("/v1/purchases", pays(right)),
        await till.post("/v1/purchases", pays({"e_code": card.ecode})),
        await till.post("/v1/holds", pays(right)),
        await till.post("/v1/purchases/bulk", {"items": items}, key=None),
        await till.post(INQUIRY, {"number": card.number, "pin": card.pin}, key=None),
    ]
    for each in answers:
        assert each.is_success or 0 < int(each.headers["Retry-After"]) <= 2 * TILL_GUESSES_BY_KEY.window_s
    return [(each.status_code, "" if each.is_success else each.json()["code"]) for each in answers]


@pytest.mark.parametrize("door", ["pin", "e_code", "payment_code", "hold", "list", "inquiry", "inquiry by e-code"])
async def test_a_key_that_guesses_too_often_is_stopped_at_every_door(world: World, doors: Doors, door: str) -> None:
    till, key_id = await new_till(world, doors)
    card, victim = world.card(), world.card()
    wrong = by_pin(victim, victim.by_wrong_pin.pin)
    await has_guessed(doors, key_id, TILL_GUESSES_BY_KEY.limit)
    assert [201, 201, 201, 200, 200] == [status for status, _ in await every_door(till, card)]
    match door:
        case "pin":
            await till.post("/v1/purchases", pays(wrong))
        case "e_code":
            await till.post("/v1/purchases", pays({"e_code": "0" * 20}))
        case "payment_code":
            await till.post("/v1/purchases", pays({"payment_code": "0" * 18}))
        case "hold":
            await till.post("/v1/holds", pays(wrong))
        case "list":
            await till.post("/v1/purchases/bulk", {"items": [{"key": fresh("key"), **pays(wrong)}]}, key=None)
        case "inquiry":
            await till.post(INQUIRY, {"number": victim.number, "pin": victim.by_wrong_pin.pin}, key=None)
        case _:
            await till.post(INQUIRY, {"e_code": "0" * 20}, key=None)
    before = world.everything_that_counts()
    assert [(429, "rate_limited")] * 5 == await every_door(till, card)
    assert before == world.everything_that_counts()
    assert [201, 201, 201, 200, 200] == [status for status, _ in await every_door(doors.shop, card)], "another key"


async def test_a_stopped_key_still_gives_back_and_sells(world: World, doors: Doors) -> None:
    till, key_id = await new_till(world, doors)
    card = world.card()
    bought = (await till.post("/v1/purchases", pays(by_pin(card, card.pin)))).json()
    await has_guessed(doors, key_id, TILL_GUESSES_BY_KEY.limit + 1)
    await guesses_of(doors).refresh()
    assert (429, "rate_limited") == code_of(await till.post("/v1/purchases", pays(by_pin(card, card.pin))))
    assert 200 == (await till.post(f"/v1/purchases/{bought['id']}/void", {})).status_code
    body = {"number": world.card(status="in_stock").number, "reference": fresh("ref")}
    assert 201 == (await till.post("/v1/activations", body)).status_code


async def test_what_is_refused_at_the_door_may_be_sent_again_with_its_key(world: World, doors: Doors) -> None:
    till, key_id = await new_till(world, doors)
    card = world.card()
    body, key = pays(by_pin(card, card.pin)), fresh("key")
    await has_guessed(doors, key_id, TILL_GUESSES_BY_KEY.limit + 1)
    await guesses_of(doors).refresh()
    assert (429, "rate_limited") == code_of(await till.post("/v1/purchases", body, key=key))
    world.connection.execute("UPDATE throttle SET window_ends_at = now()")
    await guesses_of(doors).refresh()
    assert 201 == (await till.post("/v1/purchases", body, key=key)).status_code


async def test_only_what_was_guessed_wrong_is_counted_and_a_replay_is_not(world: World, doors: Doors) -> None:
    card, key, path = world.card(principal_minor=10), fresh("key"), "/v1/purchases"
    right, wrong = by_pin(card, card.pin), by_pin(card, card.by_wrong_pin.pin)
    body = pays(wrong)
    await doors.shop.post(path, pays(right))
    await doors.shop.post(path, {**pays(right), "amount": cny(1_00)})
    assert {} == counted(world)
    for _ in range(3):
        assert (402, "card_not_accepted") == code_of(await doors.shop.post(path, body, key=key))
    assert {"till_guesses_by_key": 1, "till_guesses_in_total": 1} == counted(world)
    number = {"number": "9123450000000000000", "reference": fresh("ref")}
    await doors.shop.post("/v1/activations", number)
    assert {"till_guesses_by_key": 1, "till_guesses_in_total": 1} == counted(world)


async def test_a_list_of_guesses_is_stopped_in_its_course(world: World, doors: Doors) -> None:
    till, _ = await new_till(world, doors)
    wrong: Json = {"e_code": "0" * 20}
    items = [{"key": fresh("key"), **pays(wrong)} for _ in range(3 * PORTION)]
    answer = await till.post("/v1/purchases/bulk", {"items": items}, key=None)
    codes = [each["problem"]["code"] for each in answer.json()["items"]]
    assert ["card_not_accepted"] * 2 * PORTION + ["rate_limited"] * PORTION == codes
    assert 0 < int(answer.headers["Retry-After"]) <= 2 * TILL_GUESSES_BY_KEY.window_s
    refused = await till.post("/v1/purchases/bulk", {"items": items}, key=None)
    assert (429, "rate_limited") == code_of(refused)
    activations = [{"key": fresh("key"), "number": "9", "reference": fresh("ref")}]
    assert 200 == (await till.post("/v1/activations/bulk", {"items": activations}, key=None)).status_code


async def test_in_total_everybody_is_stopped(world: World, doors: Doors) -> None:
    world.insert(
        "throttle",
        rule="till_guesses_in_total", subject=b"", attempts=TILL_GUESSES_IN_TOTAL.limit + 1,
        window_ends_at="2100-01-01",
    )  # fmt: skip
    await guesses_of(doors).refresh()
    card = world.card()
    assert (429, "rate_limited") == code_of(await doors.shop.post("/v1/purchases", pays(by_pin(card, card.pin))))
    assert (429, "rate_limited") == code_of(await doors.rival.post("/v1/purchases", pays(by_pin(card, card.pin))))


async def test_another_process_learns_of_it_when_it_refreshes(world: World, doors: Doors) -> None:
    till, key_id = await new_till(world, doors)
    elsewhere = create_app(doors.house, Settings())
    card = world.card()
    await has_guessed(doors, key_id, TILL_GUESSES_BY_KEY.limit + 1)
    wrong = by_pin(card, card.by_wrong_pin.pin)
    assert (402, "card_not_accepted") == code_of(await till.post("/v1/purchases", pays(wrong)))
    there = Client(elsewhere, till.headers)
    assert 201 == (await there.post("/v1/purchases", pays(by_pin(card, card.pin)))).status_code
    await elsewhere._guesses.refresh()  # type: ignore[attr-defined]  # noqa: SLF001 (as the lifespan does)
    assert (429, "rate_limited") == code_of(await there.post("/v1/purchases", pays(by_pin(card, card.pin))))
