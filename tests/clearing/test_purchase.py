"""Purchase: what it takes, what it says, and in which order it refuses."""

from datetime import timedelta

import pytest

from florin.clearing.payer import CardAndPin, CardEcode, ConsentCode, PayWith
from florin.domain.declines import Decline
from florin.storage.posting.request import KeyReusedError
from tests.clearing.troubles import CardAttempt, befallen, card_troubles
from tests.till import Till, fresh, said, subject
from tests.world import LOW_MINOR, Balance, World

CNY = "CNY"


TROUBLES = card_troubles("closed", "debit")


@pytest.mark.parametrize("first", range(len(TROUBLES)))
async def test_the_first_of_several_refusals_is_given(world: World, till: Till, first: int) -> None:
    attempt = befallen(CardAttempt(), TROUBLES[first:])
    till, pay_with = attempt.made_in(world, till)
    before = world.everything_that_counts()
    answer = await till.purchase(pay_with, attempt.amount_minor, attempt.currency)
    assert TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


@pytest.mark.parametrize(
    ("ago", "decline"),
    [
        (timedelta(days=366), None),
        (timedelta(days=366, microseconds=1), Decline.EVENT_TIME_NOT_ACCEPTED),
        (-timedelta(minutes=5), None),
        (-timedelta(minutes=5, microseconds=1), Decline.EVENT_TIME_NOT_ACCEPTED),
    ],
)
async def test_a_till_tells_of_what_happened_within_the_last_year(
    world: World, till: Till, ago: timedelta, decline: Decline | None
) -> None:
    card = world.card()
    assert decline == (await till.purchase(card.by_pin, 1, event_at=world.clock.now - ago)).decline
    # No PIN is counted where nothing else was looked at either.
    if decline:
        await till.purchase(card.by_wrong_pin, 1, event_at=world.clock.now - ago)
        assert (0,) == world.one("SELECT pin_failures FROM card WHERE id = %s", card.id)


async def test_an_answer_is_repeated_however_old_its_event_has_become(world: World, till: Till) -> None:
    card, event_at = world.card(), world.clock.now - timedelta(days=366)
    key, reference = fresh("key"), fresh("ref")
    first = await till.purchase(card.by_pin, 1, key=key, reference=reference, event_at=event_at)
    world.clock.advance(timedelta(days=2))
    again = await till.purchase(card.by_pin, 1, key=key, reference=reference, event_at=event_at)
    assert (None, first.body, True) == (again.decline, again.body, again.replayed)


async def test_a_card_pays(world: World, till: Till) -> None:
    card = world.card()
    answer = await till.purchase(card.by_pin, 30_00, reference="receipt 1")
    assert answer.decline is None
    assert [("purchase", 30_00, 2010, card.id, 2040, world.shop.id)] == world.transfers(answer.journal_id)
    body = said(answer)
    for key in ("id", "journal_id", "terminal_id", "hold_id"):
        body.pop(key)
    assert body == {
        "status": "completed",
        "reference": "receipt 1",
        "paid_by": f"card_{card.id.hex}",
        "requested": {"amount": 30_00, "currency": CNY},
        "approved": {"amount": 30_00, "currency": CNY},
        "outstanding": {"amount": 0, "currency": CNY},
        "refunded": {"amount": 0, "currency": CNY},
        "event_at": "2026-03-02T04:00:00Z",
        "posted_at": "2026-03-02T04:00:00Z",
        "balance": {"amount": 70_00, "currency": CNY},
        "available": {"amount": 70_00, "currency": CNY},
        "low_balance": False,
    }
    assert ["card.activated", "purchase.completed"] == world.events(card.id)


async def test_an_ecode_pays_without_a_pin_however_it_is_typed(world: World, till: Till) -> None:
    card = world.card()
    assert (await till.purchase(CardEcode(card.ecode.lower()), 100_00)).decline is None
    assert Balance() == world.balance(card.id)


async def test_the_bonus_is_spent_first_and_one_purchase_takes_from_both_lots(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    answer = await till.purchase(card.by_pin, 25_00)
    assert world.transfers(answer.journal_id) == [
        ("purchase", 15_00, 2010, card.id, 2040, world.shop.id),
        ("purchase", 10_00, 2011, card.id, 2040, world.shop.id),
    ]
    assert Balance(85_00, 0) == world.balance(card.id)


async def test_what_is_missing_is_told(world: World, till: Till) -> None:
    card = world.card()
    answer = await till.purchase(card.by_pin, 130_00)
    assert Decline.INSUFFICIENT_FUNDS == answer.decline
    assert {"amount": 30_00, "currency": CNY} == said(answer)["shortfall"]


async def test_a_partial_approval_takes_what_there_is_and_says_what_is_outstanding(world: World, till: Till) -> None:
    card = world.card()
    answer = await till.purchase(card.by_pin, 130_00, allow_partial=True)
    assert [100_00] == [row[1] for row in world.transfers(answer.journal_id)]
    assert [100_00, 30_00] == [said(answer)[part]["amount"] for part in ("approved", "outstanding")]
    again = await till.purchase(card.by_pin, 1, allow_partial=True)
    assert Decline.INSUFFICIENT_FUNDS == again.decline


@pytest.mark.parametrize(
    ("amount_minor", "is_low"), [(100_00 - LOW_MINOR, False), (100_00 - LOW_MINOR + 1, True)], ids=["at", "below"]
)
async def test_a_low_balance_is_told_once_a_crossing(
    world: World, till: Till, amount_minor: int, *, is_low: bool
) -> None:
    card = world.card()
    assert is_low is said(await till.purchase(card.by_pin, amount_minor))["low_balance"]
    assert is_low is not said(await till.purchase(card.by_pin, 1))["low_balance"]
    assert 1 == world.events(card.id).count("card.balance_low")


# A member's consent -----------------------------------------------------------------------------------------------


async def test_a_payment_code_pays_once(world: World, till: Till) -> None:
    member = world.member(principal_minor=50_00)
    code = world.payment_code(member)
    first = await till.purchase(code, 20_00)
    assert [("purchase", 20_00, 2020, member.id, 2040, world.shop.id)] == world.transfers(first.journal_id)
    assert Decline.PAYMENT_CODE_INVALID == (await till.purchase(code, 20_00)).decline
    assert Balance(30_00) == world.balance(member.id)


async def test_a_declined_purchase_leaves_the_payment_code_for_another_try(world: World, till: Till) -> None:
    member = world.member(principal_minor=50_00)
    code = world.payment_code(member)
    assert Decline.INSUFFICIENT_FUNDS == (await till.purchase(code, 60_00)).decline
    assert None is (await till.purchase(code, 50_00)).decline


async def test_a_payment_code_ends_with_its_lifetime(world: World, till: Till) -> None:
    code = world.payment_code(world.member(principal_minor=50_00), lifetime_s=0)
    assert Decline.PAYMENT_CODE_INVALID == (await till.purchase(code, 20_00)).decline


@pytest.mark.parametrize("status", ["blocked", "closed"])
async def test_a_member_who_is_stopped_does_not_pay(world: World, till: Till, status: str) -> None:
    code = world.payment_code(world.member(status=status))
    assert Decline.MEMBER_NOT_ACTIVE == (await till.purchase(code, 20_00)).decline


@pytest.mark.parametrize(
    "pay_with",
    [CardAndPin("9123450000000000000", "00000000"), CardEcode("nonsense"), CardEcode("0" * 20), ConsentCode("1" * 18)],
    ids=["number", "no e-code", "e-code", "payment code"],
)
async def test_what_nobody_has_is_refused(till: Till, pay_with: PayWith) -> None:
    expected = Decline.PAYMENT_CODE_INVALID if isinstance(pay_with, ConsentCode) else Decline.CARD_NOT_ACCEPTED
    assert expected == (await till.purchase(pay_with, 1)).decline


# References and keys ----------------------------------------------------------------------------------------------


async def test_a_reference_is_used_once_by_a_merchant_and_again_by_another(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    assert None is (await till.purchase(card.by_pin, 1_00, reference=reference)).decline
    assert Decline.DUPLICATE_REFERENCE == (await till.purchase(card.by_pin, 1_00, reference=reference)).decline
    assert None is (await till.at(world.rival).purchase(card.by_pin, 1_00, reference=reference)).decline
    assert Balance(98_00) == world.balance(card.id)


async def test_a_declined_purchase_leaves_its_reference_free(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    await till.purchase(card.by_pin, 100_01, reference=reference)
    assert None is (await till.purchase(card.by_pin, 100_00, reference=reference)).decline


async def test_a_key_belongs_to_one_body(world: World, till: Till) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    await till.purchase(card.by_pin, 60_00, key=key, reference=reference)
    with pytest.raises(KeyReusedError):
        await till.purchase(card.by_pin, 60_01, key=key, reference=reference)
    with pytest.raises(KeyReusedError):
        await till.hold(card.by_pin, 60_00, key=key, reference=reference)
    assert Balance(40_00) == world.balance(card.id)


async def test_a_replay_is_answered_alike_and_moves_nothing(world: World, till: Till) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    first = await till.purchase(card.by_pin, 60_00, key=key, reference=reference)
    again = await till.purchase(card.by_pin, 60_00, key=key, reference=reference)
    assert (first.body, first.journal_id, subject(first)) == (again.body, again.journal_id, subject(again))
    assert (False, True) == (first.replayed, again.replayed)
    assert Balance(40_00) == world.balance(card.id)
