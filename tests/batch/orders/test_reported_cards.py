"""A card that is reported and in use pays nothing until somebody has decided about it, whatever is killed meanwhile."""

import asyncio

import pytest

from florin.batch.orders.replace_cards import replace_cards, replace_cards_that_wait
from florin.clearing.change_card import BlockCommand, block_card
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.ask_replacements import AskReplacements, ask_replacements
from florin.clearing.orders.decide_replacement import DecideReplacement, decide_replacement
from florin.domain.card_life import CardBlock
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.replacement import Replacement, ReplacementReason, ReportedCard
from florin.storage.corporate.replacements import find_replacement
from florin.storage.corporate.reported_cards import unsettled_cards
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.request import Answer, BusyError, PostingRequest
from tests.batch.orders.box_desk import BoxDesk, broken_proofs, fresh_key, next_moment, shown
from tests.corporate import Corporate
from tests.till import Till
from tests.world import KnownCard, World


@pytest.fixture
async def desk(house: ClearingHouse, corporate: Corporate) -> BoxDesk:
    """An order whose cards are all in use."""
    made = BoxDesk(house, corporate)
    await made.done()
    return made


async def reported(desk: BoxDesk, house: ClearingHouse | None = None) -> Replacement:
    """The first card of the order, which its buyer misses."""
    now, house = next_moment(), house or desk.house
    command = AskReplacements(desk.order.id, (ReportedCard(1, 1, ReplacementReason.MISSING),), fresh_key())
    asked = await ask_replacements(house, desk.buyer, command, await shown(house, desk.buyer, now), now)
    assert isinstance(asked, list), asked
    return asked[0]


async def decided(desk: BoxDesk, replacement: Replacement, no: str | None = None) -> None:
    now, manager = next_moment(), desk.corporate.manager
    command = DecideReplacement(desk.order.id, replacement.id, no)
    answer = await decide_replacement(desk.house, manager, command, await shown(desk.house, manager, now), now)
    assert isinstance(answer, Replacement), answer


async def paid(desk: BoxDesk, amount_minor: int = 1_00, house: ClearingHouse | None = None) -> Decline | None:
    """What a till hears that the first card pays at."""
    till = Till(house or desk.house, desk.corporate.world.shop)
    return (await till.purchase(first(desk).by_pin, amount_minor)).decline


def first(desk: BoxDesk) -> KnownCard:
    return desk.order.cards[0][0]


def blocked(desk: BoxDesk) -> tuple[str, str | None]:
    block, reason = desk.corporate.world.one("SELECT block, block_reason FROM card WHERE id = %s", first(desk).id)
    return block, reason


def steps(desk: BoxDesk) -> list[str]:
    """What was done to the first card's block, as the audit trail has it; the outbox must say the same."""
    world, pattern = desk.corporate.world, "card.%blocked"
    rows = world.rows(
        "SELECT action FROM audit WHERE subject_id = %s AND action LIKE %s ORDER BY id", first(desk).id, pattern
    )
    done = [action for (action,) in rows]
    assert done == [name for name in world.events(first(desk).id) if name in ("card.blocked", "card.unblocked")]
    return done


async def test_a_reported_card_pays_nothing_and_pays_again_after_a_no(desk: BoxDesk) -> None:
    assert None is await paid(desk)
    replacement = await reported(desk)
    assert Decline.CARD_BLOCKED is await paid(desk)
    assert ("debit", f"reported missing, {wire_id('replacement', replacement.id)}") == blocked(desk)
    await decided(desk, replacement, no="it was in the drawer")
    assert None is await paid(desk)
    assert ("none", None) == blocked(desk)
    for _ in range(2):
        await replace_cards_that_wait(desk.house)
    assert ["card.blocked", "card.unblocked"] == steps(desk)


async def test_a_card_that_cannot_be_replaced_after_all_pays_again(desk: BoxDesk, world: World) -> None:
    till = Till(desk.house, world.shop)
    assert None is (await till.hold(first(desk).by_pin, 1_00)).decline
    replacement = await reported(desk)
    await decided(desk, replacement)
    await replace_cards(desk.house, desk.order.id, world.clock)
    ended = await find_replacement(desk.house.pool, replacement.id)
    assert ("refused", "open_holds") == (ended and ended.status, ended and ended.refusal)
    assert None is await paid(desk)
    assert [] == await broken_proofs(desk.house.pool)


@pytest.mark.parametrize("no", [None, "it was in the drawer"])
async def test_what_a_kill_has_left_undone_is_done_once(
    desk: BoxDesk, monkeypatch: pytest.MonkeyPatch, no: str | None
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(PostingEngine, "submit", _gone)
        replacement = await reported(desk)
        if no is not None:
            await decided(desk, replacement, no)
    assert ("none", None) == blocked(desk)
    await asyncio.gather(*(replace_cards_that_wait(desk.house) for _ in range(3)))
    assert ["card.blocked", *(["card.unblocked"] if no else [])] == steps(desk)
    assert ("debit" if no is None else "none") == blocked(desk)[0]
    assert [] == await unsettled_cards(desk.house.pool, desk.order.id)


async def test_whoever_is_late_with_the_stop_does_not_stop_what_was_allowed(desk: BoxDesk) -> None:
    house = desk.house
    stop = PostingEngine.submit
    late: list[PostingRequest] = []

    async def keep(engine: PostingEngine, request: PostingRequest) -> Answer:
        late.append(request)
        return await _gone(engine, request)

    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(PostingEngine, "submit", keep)
        replacement = await reported(desk)
    await decided(desk, replacement, no="it was in the drawer")
    assert [True] == [(await stop(house.engine, request)).replayed for request in late]
    assert ("none", None) == blocked(desk)


async def test_a_block_of_an_operator_is_not_lifted(desk: BoxDesk, world: World) -> None:
    async def block(what: CardBlock, reason: str) -> None:
        request = block_card(desk.house, world.operator, BlockCommand(first(desk).id, what, reason))
        assert None is (await desk.house.engine.submit(request)).decline

    await block(CardBlock.CREDIT, "asked by the bank")
    replacement = await reported(desk)
    assert ("all", f"asked by the bank; reported missing, {wire_id('replacement', replacement.id)}") == blocked(desk)
    await decided(desk, replacement, no="it was in the drawer")
    assert ("credit", "asked by the bank") == blocked(desk)
    await block(CardBlock.DEBIT, "police")
    replacement = await reported(desk)
    await decided(desk, replacement, no="it was in the drawer")
    assert ("debit", "police") == blocked(desk)
    replacement = await reported(desk)
    await block(CardBlock.ALL, "court")
    await decided(desk, replacement, no="it was in the drawer")
    assert ("all", "court") == blocked(desk)


async def test_a_report_against_purchases_leaves_all_of_the_rest_to_the_successor(desk: BoxDesk, world: World) -> None:
    async with world.clearing_house() as other:
        replacement, *answers = await asyncio.gather(
            reported(desk), *(paid(desk, 1_00, house) for house in (desk.house, other) * 20)
        )
        assert isinstance(replacement, Replacement)
        assert Decline.CARD_BLOCKED is await paid(desk, 1_00, other)
    assert {None, Decline.CARD_BLOCKED} >= set(answers)
    await decided(desk, replacement)
    await replace_cards(desk.house, desk.order.id, world.clock)
    ended = await find_replacement(desk.house.pool, replacement.id)
    successor = None if ended is None else ended.new_card_id
    assert successor is not None
    left = world.balance(successor)
    assert 100_00 - 1_00 * answers.count(None) == left.principal_minor + left.bonus_minor
    assert ("none",) == world.one("SELECT block FROM card WHERE id = %s", successor)
    assert ["card.blocked"] == steps(desk)
    assert [] == await broken_proofs(desk.house.pool)


async def _gone(_engine: PostingEngine, _request: PostingRequest) -> Answer:
    raise BusyError("killed")
