"""The sweep over a real book: who is told, who changes stage, who wakes, once each, by however many processes."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from florin.batch.dormancy.sweep import rehearse, sweep, sweep_if_due, work_at
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import wallet_payer
from florin.domain.chart import AccountCode, Event
from florin.domain.dormancy import DormancyStage, DormancyTerms
from florin.domain.journal import FlowAccount
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.dormancy.dormancy import dormancy_of, set_terms
from florin.storage.dormancy.dormancy_sweep import Sweep, begin_sweep
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, Wanted
from tests.till import Till, fresh, subject
from tests.world import NOON, World

DAY = timedelta(days=1)
MONTH = 30 * DAY
WARNED, ENTERED = "member.dormancy_notice", "member.dormancy_changed"


async def stage(house: ClearingHouse, owner_id: UUID) -> DormancyStage:
    found = await dormancy_of(house.pool, owner_id)
    return DormancyStage.NORMAL if found is None else found.stage


def counted(done: Sweep) -> tuple[int, int, int, int]:
    return done.notices, done.inactive, done.dormant, done.woken


async def swept(house: ClearingHouse, now: datetime) -> tuple[int, int, int, int]:
    """A sweep at a time: how many notices, inactive, dormant and woken."""
    return counted(await sweep(house.pool, now, chunk=2))


def caller_of(member_id: UUID) -> Caller:
    return Caller(member_id, member_id)


async def made_inactive(world: World, house: ClearingHouse) -> UUID:
    anna = world.member(principal_minor=100_00)
    await swept(house, NOON + 23 * DAY)
    await swept(house, NOON + MONTH)
    assert DormancyStage.INACTIVE is await stage(house, anna.id)
    return anna.id


async def test_a_member_who_uses_nothing_is_told_before_each_stage_and_nobody_else_is(
    world: World, house: ClearingHouse
) -> None:
    anna, busy = world.member(principal_minor=100_00), world.member(principal_minor=100_00)
    world.member(status="registered"), world.card(status="sold"), world.card(principal_minor=0)
    world.clock.now = NOON + 20 * DAY
    await Till(house, world.shop).purchase(world.payment_code(busy), 1_00)

    seen = [await swept(house, NOON + day * DAY) for day in (22, 23, 29, 30)]
    assert [(0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0)] == seen
    assert DormancyStage.INACTIVE is await stage(house, anna.id)
    # The busy one's month is over by day 50.
    assert [(1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 1, 0)] == [await swept(house, NOON + day * DAY) for day in (43, 53, 60)]
    assert ["top_up.completed", WARNED, ENTERED, WARNED, ENTERED] == world.events(anna.id)
    told = world.rows("SELECT kind, cause FROM notice WHERE recipient_id = %s ORDER BY made_at", anna.id)
    assert [("inactive", "dormancy:inactive:1:0"), ("dormant", "dormancy:dormant:1:0")] == told
    assert DormancyStage.DORMANT is await stage(house, anna.id)


async def test_a_card_is_told_of_by_events_alone(world: World, house: ClearingHouse) -> None:
    card = world.card()
    await swept(house, NOON + 23 * DAY)
    await swept(house, NOON + MONTH)
    assert ["card.activated", "card.dormancy_notice", "card.dormancy_changed"] == world.events(card.id)
    assert [(0,)] == world.rows("SELECT count(*)::int FROM notice")


async def test_a_low_balance_counts_by_days_of_its_own(world: World, house: ClearingHouse) -> None:
    poor, rich = world.member(principal_minor=19_99), world.member(principal_minor=20_00)
    async with transaction(house.pool) as connection:
        await set_terms(connection, world.home, DormancyTerms(low_balance_days=20), Author(None, NOON))
    assert [(1, 0, 0, 0), (0, 1, 0, 0)] == [await swept(house, NOON + day * DAY) for day in (13, 20)]
    found = await dormancy_of(house.pool, poor.id)
    assert found is not None
    assert ("inactive", "low_balance") == (found.stage, found.reason)
    assert await dormancy_of(house.pool, rich.id) is None


async def test_after_a_month_without_sweeps_nobody_passes_two_steps_in_one_run(
    world: World, house: ClearingHouse
) -> None:
    for _ in range(5):
        world.member(principal_minor=100_00)
    late = NOON + 4 * MONTH
    assert [(5, 0, 0, 0), (0, 0, 0, 0)] == [await swept(house, late) for _ in range(2)]
    assert [(0, 5, 0, 0), (0, 0, 0, 0)] == [await swept(house, late + 7 * DAY) for _ in range(2)]


async def test_a_clock_that_jumps_five_years_and_back_makes_nobody_dormant_and_takes_nobodys_waking(
    world: World, house: ClearingHouse
) -> None:
    anna, bo = world.member(principal_minor=100_00), world.member(principal_minor=100_00)
    years = NOON + 5 * 365 * DAY
    assert [(2, 0, 0, 0), (0, 0, 0, 0)] == [await swept(house, years) for _ in range(2)]
    assert (0, 2, 0, 0) == await swept(house, years + 8 * DAY)
    # The clock is put right. Who pays now is back, though the stage is dated in the future.
    await Till(house, world.shop).purchase(world.payment_code(anna), 1_00)
    assert DormancyStage.NORMAL is await stage(house, anna.id)
    assert (0, 0, 0, 1) == await swept(house, NOON + DAY)
    # And who stays away is counted from now on, not from the year that has not come.
    assert [(1, 0, 0, 0), (1, 0, 0, 0)] == [await swept(house, NOON + day * DAY) for day in (23, 24)]
    assert ["top_up.completed", WARNED, ENTERED, WARNED] == world.events(bo.id)


async def test_the_next_purchase_wakes_at_once_when_read_and_is_written_by_the_next_sweep(
    world: World, house: ClearingHouse
) -> None:
    anna = await made_inactive(world, house)
    world.clock.now = NOON + 31 * DAY
    await Till(house, world.shop).purchase(world.payment_code(caller_of(anna)), 1_00)
    assert DormancyStage.NORMAL is await stage(house, anna)
    assert [("inactive",)] == world.rows("SELECT stage FROM dormancy")
    assert (0, 0, 0, 1) == await swept(house, NOON + 32 * DAY)
    assert [] == world.rows("SELECT stage FROM dormancy")
    assert ENTERED == world.events(anna)[-1]
    # A month later it all begins again, with notices of their own.
    assert [(1, 0, 0, 0), (0, 1, 0, 0)] == [await swept(house, NOON + day * DAY) for day in (54, 61)]
    assert [(2,)] == world.rows("SELECT count(*)::int FROM notice WHERE kind = 'inactive'")


async def test_a_card_that_is_loaded_wakes_its_wallet(world: World, house: ClearingHouse) -> None:
    anna = await made_inactive(world, house)
    card = world.card(kind="recharge")
    world.clock.now = NOON + 31 * DAY
    answer = await Till(house, caller_of(anna)).redeem(card.by_pin)
    assert answer.decline is None
    assert DormancyStage.NORMAL is await stage(house, anna)


async def test_a_top_up_wakes_its_wallet(world: World, house: ClearingHouse) -> None:
    anna = await made_inactive(world, house)
    world.clock.now = NOON + 31 * DAY

    def decide(group: Group) -> Outcome:
        wallet = wallet_payer(group, anna)
        provider = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, world.home)
        return Outcome({}, journal_id=group.post(Event.TOP_UP, wallet.programme, [(1_00, provider, wallet.principal)]))

    request = house.request(caller_of(anna), fresh("key"), "top_up", None, Wanted(member_id=anna), decide)
    assert (await house.engine.submit(request)).decline is None
    assert DormancyStage.NORMAL is await stage(house, anna)
    assert (0, 0, 0, 1) == await swept(house, NOON + 32 * DAY)


async def test_what_takes_only_the_bonus_is_activity_too(world: World, house: ClearingHouse) -> None:
    card = world.card(bonus_minor=10_00)
    await swept(house, NOON + 23 * DAY)
    await swept(house, NOON + MONTH)
    world.clock.now = NOON + 31 * DAY
    await Till(house, world.shop).purchase(card.by_pin, 5_00)
    assert DormancyStage.NORMAL is await stage(house, card.id)
    assert (0, 0, 0, 1) == await swept(house, NOON + 32 * DAY)


async def test_a_purchase_that_was_voided_is_no_activity_and_a_refunded_one_is(
    world: World, house: ClearingHouse
) -> None:
    anna, bo = world.member(principal_minor=100_00), world.member(principal_minor=100_00)
    till = Till(house, world.shop)
    world.clock.now = NOON + 20 * DAY
    undone = await till.purchase(world.payment_code(anna), 1_00)
    await till.void(subject(undone))
    refunded = await till.purchase(world.payment_code(bo), 1_00)
    await till.refund(subject(refunded), 1_00)
    await swept(house, NOON + 23 * DAY)
    await swept(house, NOON + MONTH)
    assert [DormancyStage.INACTIVE, DormancyStage.NORMAL] == [await stage(house, each.id) for each in (anna, bo)]
    # What wakes is undone again: nobody has come back.
    world.clock.now = NOON + 31 * DAY
    again = await till.purchase(world.payment_code(anna), 1_00)
    assert DormancyStage.NORMAL is await stage(house, anna.id)
    await till.void(subject(again))
    assert DormancyStage.INACTIVE is await stage(house, anna.id)
    assert (0, 0, 0, 0) == await swept(house, NOON + 32 * DAY)


async def test_an_inquiry_is_no_activity(world: World, house: ClearingHouse) -> None:
    card = world.card()
    await swept(house, NOON + 23 * DAY)
    world.clock.now = NOON + 29 * DAY
    await Till(house, world.shop).inquire(card.by_pin)
    assert (0, 1, 0, 0) == await swept(house, NOON + MONTH)


async def test_an_open_hold_keeps_its_owner_where_it_is(world: World, house: ClearingHouse) -> None:
    card = world.card()
    await swept(house, NOON + 23 * DAY)
    await Till(house, world.shop).hold(card.by_pin, 1_00, lifetime_s=600)
    assert (0, 0, 0, 0) == await swept(house, NOON + MONTH)


async def test_of_a_closed_account_nothing_is_written_any_more(world: World, house: ClearingHouse) -> None:
    anna = await made_inactive(world, house)
    world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (anna,))
    assert (0, 0, 0, 0) == await swept(house, NOON + 31 * DAY)
    assert [] == world.rows("SELECT stage FROM dormancy")


async def test_a_killed_sweep_is_gone_on_with_where_it_was(world: World, house: ClearingHouse) -> None:
    for _ in range(5):
        world.member(principal_minor=100_00)
    part = await sweep(house.pool, NOON + 23 * DAY, chunk=2, most=2)
    assert (4, 4, None) == (part.owners, part.notices, part.finished_at)
    whole = await sweep(house.pool, NOON + 24 * DAY, chunk=2)
    assert (part.id, NOON + 23 * DAY, 5, 5) == (whole.id, whole.began_at, whole.owners, whole.notices)


async def test_two_processes_share_a_sweep_and_tell_everybody_once(world: World) -> None:
    members = [world.member(principal_minor=100_00).id for _ in range(20)]
    async with world.clearing_house() as one, world.clearing_house() as other:
        sweep_id = await begin_sweep(one.pool, NOON + 23 * DAY)
        assert sweep_id is not None
        await asyncio.gather(
            *(work_at(house.pool, sweep_id, NOON + 23 * DAY, chunk=3) for house in (one, other, one, other))
        )
    assert [{WARNED, "top_up.completed"}] * 20 == [set(world.events(each)) for each in members]
    assert [2] * 20 == [len(world.events(each)) for each in members]
    assert [(20, 20)] == world.rows("SELECT owners::int, notices::int FROM dormancy_sweep")


async def test_a_rehearsal_counts_and_writes_nothing(world: World, house: ClearingHouse) -> None:
    world.member(principal_minor=100_00), world.card()
    before = world.everything_that_counts()
    expected: dict[str, Any] = {"owners": 2, "notices": 2, "inactive": 0, "dormant": 0, "woken": 0}
    assert expected == dict(await rehearse(house.pool, NOON + MONTH, chunk=1))
    assert before == world.everything_that_counts()
    assert [(0, 0)] == world.rows(
        "SELECT (SELECT count(*) FROM dormancy)::int, (SELECT count(*) FROM dormancy_sweep)::int"
    )


async def test_the_daily_sweep_is_done_once_a_day_and_a_day_of_the_future_does_not_count(
    house: ClearingHouse, world: World
) -> None:
    world.member(principal_minor=100_00)
    done = [await sweep_if_due(house.pool, NOON + each) for each in (0 * DAY, DAY // 2, DAY, 5 * 365 * DAY, 2 * DAY)]
    assert [True, False, True, True, True] == [each is not None for each in done]
