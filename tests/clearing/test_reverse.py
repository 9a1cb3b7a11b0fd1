"""Reverse: whatever carries the till's reference has no effect, whether it came before, comes later or never."""

import pytest

from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from tests.till import Till, fresh, said, subject
from tests.world import Balance, World


async def test_a_purchase_is_undone_by_its_reference(world: World, till: Till) -> None:
    card, reference = world.card(bonus_minor=10_00), fresh("ref")
    bought = await till.purchase(card.by_pin, 40_00, reference=reference)
    answer = await till.reverse(reference)
    assert world.transfers(answer.journal_id) == [
        ("reversal", 30_00, 2040, world.shop.id, 2010, card.id),
        ("reversal", 10_00, 2040, world.shop.id, 2011, card.id),
    ]
    assert said(answer) == {
        "status": "reversed",
        "original_reference": reference,
        "original": "reversed",
        "purchase_id": wire_id("purchase", subject(bought)),
        "hold_id": None,
        "card_id": None,
        "reversed": {"amount": 40_00, "currency": "CNY"},
        "journal_id": said(answer)["journal_id"],
        "returned_to": wire_id("card", card.id),
        "balance": {"amount": 110_00, "currency": "CNY"},
        "available": {"amount": 110_00, "currency": "CNY"},
    }
    assert Balance(100_00, 10_00) == world.balance(card.id)


async def test_a_second_reversal_finds_it_done(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    await till.purchase(card.by_pin, 40_00, reference=reference)
    await till.reverse(reference)
    again = await till.reverse(reference)
    assert ("already_reversed", None) == (said(again)["original"], again.journal_id)
    assert Balance(100_00) == world.balance(card.id)


async def test_only_what_was_not_refunded_is_reversed(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    purchase_id = subject(await till.purchase(card.by_pin, 40_00, reference=reference))
    await till.refund(purchase_id, 15_00)
    assert 25_00 == said(await till.reverse(reference))["reversed"]["amount"]
    assert Balance(100_00) == world.balance(card.id)
    assert Decline.ALREADY_REVERSED == (await till.refund(purchase_id, 1)).decline


async def test_a_purchase_refunded_whole_is_reversed_without_moving_anything(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    purchase_id = subject(await till.purchase(card.by_pin, 40_00, reference=reference))
    await till.refund(purchase_id)
    answer = await till.reverse(reference)
    assert ("reversed", None) == (said(answer)["original"], answer.journal_id)
    assert Decline.ALREADY_REVERSED == (await till.void(purchase_id)).decline


async def test_a_reversal_that_comes_first_keeps_its_original_out(world: World, till: Till) -> None:
    card, stock, reference = world.card(), world.card(status="in_stock"), fresh("ref")
    assert "not_found" == said(await till.reverse(reference))["original"]
    before = world.everything_that_counts()
    late = [
        await till.purchase(card.by_pin, 40_00, reference=reference),
        await till.hold(card.by_pin, 40_00, reference=reference),
        await till.activate(stock, reference=reference),
    ]
    assert [Decline.ALREADY_REVERSED] * 3 == [each.decline for each in late]
    assert "not_found" == said(await till.reverse(reference))["original"]
    assert before == world.everything_that_counts()


async def test_references_belong_to_their_merchant(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    await till.purchase(card.by_pin, 40_00, reference=reference)
    assert "not_found" == said(await till.at(world.rival).reverse(reference))["original"]
    assert Balance(60_00) == world.balance(card.id)
    assert "reversed" == said(await till.reverse(reference))["original"]


async def test_a_declined_original_is_as_if_it_had_not_come(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    await till.purchase(card.by_pin, 100_01, reference=reference)
    assert "not_found" == said(await till.reverse(reference))["original"]
    assert Decline.ALREADY_REVERSED == (await till.purchase(card.by_pin, 1, reference=reference)).decline


async def test_a_reversal_undoes_whatever_the_cap_says_but_not_against_a_block(world: World, till: Till) -> None:
    card, reference = world.card(principal_minor=1040_00), fresh("ref")
    await till.purchase(card.by_pin, 40_00, reference=reference)
    world.connection.execute("UPDATE card SET block = 'credit' WHERE id = %s", (card.id,))
    assert Decline.CARD_BLOCKED == (await till.reverse(reference)).decline
    world.connection.execute("UPDATE card SET block = 'none' WHERE id = %s", (card.id,))
    assert None is (await till.reverse(reference)).decline
    assert Balance(1040_00) == world.balance(card.id)


async def test_a_suspended_merchant_reverses_nothing(world: World, till: Till) -> None:
    assert Decline.MERCHANT_INACTIVE == (await till.at(world.suspended).reverse("any")).decline


# Holds and captures -----------------------------------------------------------------------------------------------


async def test_an_open_hold_is_let_go(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    hold_id = subject(await till.hold(card.by_pin, 40_00, reference=reference))
    answer = await till.reverse(reference)
    assert (wire_id("hold", hold_id), None) == (said(answer)["hold_id"], answer.journal_id)
    assert Balance(100_00) == world.balance(card.id)
    assert "already_reversed" == said(await till.reverse(reference))["original"]


async def test_a_captured_hold_is_undone_by_its_captures_reference(world: World, till: Till) -> None:
    card, reference, captures = world.card(), fresh("ref"), fresh("ref")
    hold_id = subject(await till.hold(card.by_pin, 40_00, reference=reference))
    await till.capture(hold_id, reference=captures)
    assert Decline.NOT_REVERSIBLE == (await till.reverse(reference)).decline
    assert "reversed" == said(await till.reverse(captures))["original"]
    assert Balance(100_00) == world.balance(card.id)


@pytest.mark.parametrize("verb", ["refund", "sell"])
async def test_what_gives_back_or_moves_nothing_is_not_reversed(world: World, till: Till, verb: str) -> None:
    reference = fresh("ref")
    if verb == "sell":
        await till.sell(world.card(status="in_stock"), reference=reference)
    else:
        await till.refund(subject(await till.purchase(world.card().by_pin, 40_00)), reference=reference)
    assert Decline.NOT_REVERSIBLE == (await till.reverse(reference)).decline
