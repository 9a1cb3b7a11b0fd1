"""What a card holds: told to a till with reasons, to the public with one refusal and a limit."""

import pytest

from florin.domain.throttle_rules import CARD_INQUIRY_BY_ADDRESS
from tests.api.client import cny, code_of
from tests.api.conftest import Doors
from tests.world import KnownCard, World

PUBLIC, TILL = "/v1/card-inquiries", "/v1/till/card-inquiries"


def fields(card: KnownCard, pin: str | None = None) -> dict[str, str]:
    return {"number": card.number, "pin": pin or card.pin}


def forget_attempts(world: World) -> None:
    world.connection.execute("DELETE FROM throttle")


async def test_number_and_pin_show_the_balance_to_anybody(world: World, doors: Doors) -> None:
    forget_attempts(world)
    response = await doors.nobody.post(PUBLIC, fields(world.card()), key=None)
    assert (200, cny(100_00)) == (response.status_code, response.json()["balance"])


@pytest.mark.parametrize("path", [PUBLIC, TILL])
async def test_why_a_card_is_blocked_is_between_the_operators(world: World, doors: Doors, path: str) -> None:
    forget_attempts(world)
    card = world.card(block="debit", block_reason="suspected fraud, police case 123")
    shown = await doors.shop.post(path, fields(card), key=None)
    assert (200, "debit") == (shown.status_code, shown.json()["block"])
    assert "police" not in shown.text


async def test_the_public_gets_one_refusal_whatever_the_cause(world: World, doors: Doors) -> None:
    forget_attempts(world)
    card = world.card()
    unknown = KnownCard(card.id, "9123450000000000000", card.pin, "")
    refusals = [
        await doors.nobody.post(PUBLIC, asked, key=None, headers={"X-Request-Id": "same-for-all"})
        for asked in (
            fields(unknown),
            fields(card, card.by_wrong_pin.pin),
            fields(world.card(status="in_stock")),
            fields(world.card(status="redeemed")),
            fields(world.card(status="closed")),
            {"number": "not a number", "pin": "x"},
        )
    ]
    assert [(402, "card_not_accepted")] * 6 == [code_of(each) for each in refusals]
    assert 1 == len({each.content for each in refusals})


@pytest.mark.parametrize("path", [PUBLIC, TILL])
async def test_an_e_code_alone_shows_the_balance(world: World, doors: Doors, path: str) -> None:
    forget_attempts(world)
    card = world.card()
    shown = await doors.shop.post(path, {"e_code": card.ecode.lower()}, key=None)
    assert (200, cny(100_00)) == (shown.status_code, shown.json()["balance"])
    unknown = await doors.shop.post(path, {"e_code": "0" * 20}, key=None)
    assert (402, "card_not_accepted") == code_of(unknown)


async def test_guesses_of_e_codes_use_up_what_guesses_of_pins_do(world: World, doors: Doors) -> None:
    forget_attempts(world)
    for _ in range(CARD_INQUIRY_BY_ADDRESS.limit):
        await doors.nobody.post(PUBLIC, {"e_code": "0" * 20}, key=None)
    assert (429, "rate_limited") == code_of(await doors.nobody.post(PUBLIC, fields(world.card()), key=None))


@pytest.mark.parametrize(
    ("shown", "field"),
    [
        ({}, "number"),
        ({"number": "9"}, "pin"),
        ({"pin": "1"}, "number"),
        ({"number": "9", "pin": "1", "e_code": "0"}, "e_code"),
        ({"pin": "1", "e_code": "0"}, "e_code"),
    ],
)
async def test_a_card_is_shown_in_one_way(doors: Doors, shown: dict[str, str], field: str) -> None:
    for path in (PUBLIC, TILL):
        refused = await doors.shop.post(path, shown, key=None)
        assert ((422, "invalid_request"), field) == (code_of(refused), refused.json()["field"])


async def test_a_till_hears_what_became_of_the_card(world: World, doors: Doors) -> None:
    response = await doors.shop.post(TILL, fields(world.card(status="redeemed")), key=None)
    assert (402, "card_redeemed") == code_of(response)
    assert (401, "unauthenticated") == code_of(await doors.nobody.post(TILL, fields(world.card()), key=None))


async def test_attempts_from_one_address_are_limited(world: World, doors: Doors) -> None:
    forget_attempts(world)
    card = world.card()
    for _ in range(CARD_INQUIRY_BY_ADDRESS.limit):
        assert 200 == (await doors.nobody.post(PUBLIC, fields(card), key=None)).status_code
    refused = await doors.nobody.post(PUBLIC, fields(card), key=None)
    assert (429, "rate_limited") == code_of(refused)
    assert 0 < int(refused.headers["Retry-After"]) <= CARD_INQUIRY_BY_ADDRESS.window_s
