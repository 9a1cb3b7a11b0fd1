"""What is given back of a purchase whose card has been loaded into a wallet since follows the card's value there."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

import psycopg
import pytest

from florin.clearing.redeem import RedeemCommand, redeem
from florin.clearing.refund import RefundCommand, refund
from florin.clearing.refund_by_reference import RefundByReferenceCommand, refund_by_reference
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.book.statements import statement
from florin.storage.posting.request import Answer, Caller
from tests.till import Till, fresh, said, subject
from tests.world import Balance, KnownCard, World

GiveBack = Callable[[Till, Answer, str], Awaitable[Answer]]


async def _by_reference(till: Till, _: Answer, reference: str) -> Answer:
    command = RefundByReferenceCommand(reference, 40_00, "CNY", fresh("ref"))
    return await till.house.engine.submit(refund_by_reference(till.house, till.caller, fresh("key"), command))


WAYS: Final[Mapping[str, GiveBack]] = {
    "refund": lambda till, bought, _: till.refund(subject(bought)),
    "refund by reference": _by_reference,
    "void": lambda till, bought, _: till.void(subject(bought)),
    "reversal": lambda till, _, reference: till.reverse(reference),
}
EVENTS: Final = {"refund": "purchase.refunded", "void": "purchase.voided", "reversal": "purchase.reversed"}


async def bought_and_loaded(till: Till, card: KnownCard, member: Caller) -> tuple[Answer, str]:
    """A purchase of 40 yuan with a card whose rest is then loaded into the member's wallet."""
    reference = fresh("ref")
    bought = await till.purchase(card.by_pin, 40_00, reference=reference)
    assert None is (await till.at(member).redeem(card.by_pin)).decline
    return bought, reference


@pytest.mark.parametrize("way", WAYS)
async def test_it_comes_into_the_same_lots_of_the_wallet(world: World, till: Till, way: str) -> None:
    # The purchase took all of the bonus, so the wallet has no place for bonus yet.
    card, member = world.card(bonus_minor=10_00), world.member()
    bought, reference = await bought_and_loaded(till, card, member)
    assert Balance(70_00) == world.balance(member.id)
    answer = await WAYS[way](till, bought, reference)
    event = way.split(maxsplit=1)[0]
    assert world.transfers(answer.journal_id) == [
        (event, 30_00, 2040, world.shop.id, 2020, member.id),
        (event, 10_00, 2040, world.shop.id, 2021, member.id),
    ]
    assert (Balance(100_00, 10_00), Balance()) == (world.balance(member.id), world.balance(card.id))
    body = said(answer)
    assert (wire_id("member", member.id), 110_00) == (body["returned_to"], body["balance"]["amount"])
    assert body.get("paid_by") in (None, wire_id("card", card.id))
    assert EVENTS[event] in world.events(member.id)
    line = (await statement(till.house.pool, member.id, AccountCode.WALLET_PRINCIPAL, 1)).items[0]
    assert (event, 30_00, 100_00, world.shop.id) == (
        line.event, line.amount_minor, line.balance_after_minor, line.merchant_id,
    )  # fmt: skip
    report = await run_proofs(till.house.pool)
    assert report.ok, report


async def test_a_wallet_is_told_apart_from_a_card_that_still_has_its_value(world: World, till: Till) -> None:
    card = world.card()
    answer = await till.refund(subject(await till.purchase(card.by_pin, 40_00)))
    assert wire_id("card", card.id) == said(answer)["returned_to"]


@pytest.mark.parametrize(("status", "decline"), [("blocked", None), ("closed", Decline.MEMBER_NOT_ACTIVE)])
@pytest.mark.parametrize("way", WAYS)
async def test_the_member_s_account_says_whether_it_can_come(
    world: World, till: Till, way: str, status: str, decline: Decline | None
) -> None:
    member = world.member()
    bought, reference = await bought_and_loaded(till, world.card(), member)
    world.connection.execute("UPDATE member SET status = %s WHERE id = %s", (status, member.id))
    assert decline == (await WAYS[way](till, bought, reference)).decline


async def test_a_refund_keeps_to_the_cap_of_the_wallet(world: World, till: Till) -> None:
    member = world.member(principal_minor=4900_01, named=True)
    bought, _ = await bought_and_loaded(till, world.card(), member)
    assert Decline.REFUND_ABOVE_CAP == (await till.refund(subject(bought))).decline
    assert None is (await till.refund(subject(bought), 39_99)).decline
    assert Balance(5000_00) == world.balance(member.id)


async def test_it_follows_a_card_that_was_loaded_in_the_same_group(world: World, till: Till) -> None:
    card, member, house = world.card(), world.member(), till.house
    bought = await till.purchase(card.by_pin, 40_00)
    load = redeem(house, member, fresh("key"), RedeemCommand(card.number, card.pin))
    back = [
        refund(house, till.caller, fresh("key"), RefundCommand(subject(bought), 10_00, "CNY", fresh("ref")))
        for _ in range(2)
    ]
    answers = await house.engine.submit_all([back[0], load, back[1]])
    assert all(isinstance(each, Answer) and each.decline is None for each in answers)
    assert (Balance(), Balance(80_00)) == (world.balance(card.id), world.balance(member.id))


async def test_it_follows_a_card_that_is_loaded_while_the_refund_waits_for_it(world: World, till: Till) -> None:
    card, member = world.card(), world.member()
    bought = await till.purchase(card.by_pin, 40_00)
    lock = "SELECT FROM strict_account WHERE owner_id = %s FOR UPDATE"
    async with world.clearing_house() as other, asyncio.TaskGroup() as tasks:
        with psycopg.connect(world.database.owner_url) as holder:
            holder.execute(lock, (card.id,))
            load = redeem(other, member, fresh("key"), RedeemCommand(card.number, card.pin))
            loaded = tasks.create_task(other.engine.submit(load))
            await _waiting(world, 1)
            # Another process: it has looked up whose money it is, and the wallet is not among them yet.
            refunded = tasks.create_task(till.refund(subject(bought)))
            await _waiting(world, 2)
    assert [None, None] == [loaded.result().decline, refunded.result().decline]
    assert wire_id("member", member.id) == said(refunded.result())["returned_to"]
    assert (Balance(), Balance(100_00)) == (world.balance(card.id), world.balance(member.id))


async def _waiting(world: World, processes: int) -> None:
    """Wait until so many transactions wait for a lock."""
    while (processes,) != world.one(  # noqa: ASYNC110 (the database wakes nobody up)
        "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ):
        await asyncio.sleep(0)


async def test_a_late_refund_follows_the_card_too(world: World, till: Till) -> None:
    member = world.member()
    bought, reference = await bought_and_loaded(till, world.card(), member)
    world.clock.advance(timedelta(hours=25))
    assert Decline.VOID_WINDOW_PASSED == (await till.void(subject(bought))).decline
    assert Decline.REVERSAL_WINDOW_PASSED == (await till.reverse(reference)).decline
    assert None is (await till.refund(subject(bought))).decline
    assert Balance(100_00) == world.balance(member.id)
