"""Loading a card over HTTP: refused previews and loads are limited together, and say one thing of any card."""

import pytest

from florin.domain.throttle_rules import LOADS_BY_MEMBER
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World

PREVIEW, LOAD = "/v1/me/load-previews", "/v1/me/loads"
UNKNOWN = "9123450000000000000"


def shown(card: KnownCard, pin: str | None = None) -> dict[str, str]:
    return {"number": card.number, "pin": pin or card.pin}


async def guesses(client: Client, path: str, times: int) -> set[tuple[int, str]]:
    """What a member hears who tries numbers that no card has."""
    key = None if path == PREVIEW else fresh("key")
    return {
        code_of(await client.post(path, {"number": UNKNOWN, "pin": f"{n:08}"}, key=key and f"{key}-{n}"))
        for n in range(times)
    }


@pytest.mark.parametrize("before", [LOAD, PREVIEW])
async def test_refused_loads_and_previews_use_up_one_limit(world: World, doors: Doors, before: str) -> None:
    client, card = doors.member(world.member()), world.card(kind="recharge")
    assert {(402, "card_not_accepted")} == await guesses(client, before, LOADS_BY_MEMBER.limit)
    for path, key in ((PREVIEW, None), (LOAD, fresh("key"))):
        refused = await client.post(path, shown(card), key=key)
        assert (429, "rate_limited") == code_of(refused)
        assert 0 < int(refused.headers["Retry-After"]) <= LOADS_BY_MEMBER.window_s
    assert 201 == (await doors.member(world.member()).post(LOAD, shown(card))).status_code, "another member"


async def test_loads_that_succeed_and_their_repetitions_use_up_nothing(world: World, doors: Doors) -> None:
    client = doors.member(world.member())
    await guesses(client, LOAD, LOADS_BY_MEMBER.limit - 1)
    for _ in range(2):
        card, key = world.card(kind="recharge"), fresh("key")
        assert [201, 201] == [(await client.post(LOAD, shown(card), key=key)).status_code for _ in range(2)]


async def test_what_is_refused_by_the_limit_may_be_sent_again_with_its_key(world: World, doors: Doors) -> None:
    client, card, key = doors.member(world.member()), world.card(kind="recharge"), fresh("key")
    await guesses(client, LOAD, LOADS_BY_MEMBER.limit)
    assert 429 == (await client.post(LOAD, shown(card), key=key)).status_code
    world.connection.execute("UPDATE throttle SET window_ends_at = now()")
    assert 201 == (await client.post(LOAD, shown(card), key=key)).status_code


@pytest.mark.parametrize("path", [PREVIEW, LOAD])
async def test_whoever_does_not_know_the_pin_hears_one_thing_of_any_card(world: World, doors: Doors, path: str) -> None:
    client = doors.member(world.member())
    active, locked = world.card(kind="recharge"), world.card(kind="recharge")
    world.connection.execute("UPDATE card SET pin_locked_until = '2999-01-01' WHERE id = %s", (locked.id,))
    others = [world.card(kind="recharge", status=each) for each in ("in_stock", "redeemed", "closed")]
    asked = [
        {"number": UNKNOWN, "pin": active.pin},
        {"number": "not a number", "pin": "x"},
        shown(active, active.by_wrong_pin.pin),
        shown(locked),
        shown(locked, locked.by_wrong_pin.pin),
        shown(world.card(), active.pin),
        *(shown(each, each.by_wrong_pin.pin) for each in others),
    ]
    refusals = [
        await client.post(
            path, body, key=None if path == PREVIEW else fresh("key"), headers={"X-Request-Id": "same-for-all"}
        )
        for body in asked
    ]
    assert {(402, "card_not_accepted")} == {code_of(each) for each in refusals}
    assert 1 == len({each.content for each in refusals})
