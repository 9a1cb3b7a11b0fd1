"""Block, unblock and void a card: what an operator does outside the book, with a reason that is kept."""

import pytest

from florin.clearing.change_card import (
    BlockCommand,
    UnblockCommand,
    VoidCardCommand,
    block_card,
    unblock_card,
    void_card,
)
from florin.domain.card_life import CardBlock
from florin.domain.declines import Decline
from florin.domain.pin_attempts import FAILURES_TO_LOCK
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer
from tests.till import Till, said
from tests.world import KnownCard, World


async def block(world: World, till: Till, card: KnownCard, what: CardBlock, reason: str = "lost") -> Answer:
    return await till.house.engine.submit(block_card(till.house, world.operator, BlockCommand(card.id, what, reason)))


async def unblock(world: World, till: Till, card: KnownCard) -> Answer:
    return await till.house.engine.submit(unblock_card(till.house, world.operator, UnblockCommand(card.id, "found")))


async def void(world: World, till: Till, card: KnownCard) -> Answer:
    return await till.house.engine.submit(void_card(till.house, world.operator, VoidCardCommand(card.id, "torn")))


STOPPED = {
    CardBlock.NONE: set[str](),
    CardBlock.DEBIT: {"purchase", "hold", "redeem"},
    CardBlock.CREDIT: {"refund"},
    CardBlock.ALL: {"purchase", "hold", "redeem", "refund"},
}


@pytest.mark.parametrize("what", CardBlock)
async def test_each_block_stops_its_side_and_no_other(world: World, till: Till, what: CardBlock) -> None:
    card = world.card()
    bought = await till.purchase(card.by_pin, 1)
    assert bought.subject_id is not None
    assert what == said(await block(world, till, card, what))["block"]
    answers = {
        "purchase": await till.purchase(card.by_pin, 1),
        "hold": await till.hold(card.by_pin, 1, lifetime_s=1),
        "refund": await till.refund(bought.subject_id, 1),
    }
    world.clock.now = world.clock.now.replace(minute=1)  # the hold is over
    answers["inquire"] = await till.inquire(card.by_pin)
    answers["redeem"] = await till.at(world.member()).redeem(card.by_pin)
    declines = {verb: answer.decline for verb, answer in answers.items()}
    assert {verb: Decline.CARD_BLOCKED if verb in STOPPED[what] else None for verb in answers} == declines


async def test_a_change_is_recorded_with_its_reason_and_announced(world: World, till: Till) -> None:
    card = world.card()
    await block(world, till, card, CardBlock.DEBIT, reason="reported lost by phone")
    assert [(world.operator.actor_id, "card.blocked", "reported lost by phone", "none")] == world.rows(
        "SELECT actor_id, action, detail ->> 'reason', detail -> 'before' ->> 'block' FROM audit WHERE subject_id = %s",
        card.id,
    )
    assert ["card.activated", "card.blocked"] == world.events(card.id)
    assert ("debit", "reported lost by phone") == world.one(
        "SELECT block, block_reason FROM card WHERE id = %s", card.id
    )


async def test_lifting_a_block_also_opens_a_card_locked_by_wrong_pins(world: World, till: Till) -> None:
    card = world.card()
    for _ in range(FAILURES_TO_LOCK):
        await till.inquire(card.by_wrong_pin)
    await block(world, till, card, CardBlock.ALL)
    assert ["none", None] == [said(await unblock(world, till, card))[part] for part in ("block", "block_reason")]
    assert None is (await till.purchase(card.by_pin, 1)).decline


async def test_a_voided_card_cannot_be_sold_or_activated(world: World, till: Till) -> None:
    card = world.card(status="in_stock")
    assert "voided" == said(await void(world, till, card))["status"]
    assert (True,) == world.one("SELECT ended_at IS NOT NULL FROM card WHERE id = %s", card.id)
    answers = [await till.sell(card), await till.activate(card), await void(world, till, card)]
    assert [each.decline for each in answers] == [
        Decline.CARD_NOT_SELLABLE,
        Decline.CARD_NOT_SELLABLE,
        Decline.CARD_NOT_VOIDABLE,
    ]


async def test_an_unknown_card_is_not_changed(world: World, till: Till) -> None:
    nobodys = KnownCard(fresh_id(), "", "", "")
    answers = [
        await block(world, till, nobodys, CardBlock.ALL),
        await unblock(world, till, nobodys),
        await void(world, till, nobodys),
    ]
    assert [Decline.CARD_NOT_FOUND] * 3 == [each.decline for each in answers]
