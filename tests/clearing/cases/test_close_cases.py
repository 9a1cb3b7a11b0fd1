"""A case whose end nobody disputes is closed by itself, when its programme has waited long enough."""

import asyncio
from datetime import timedelta

import pytest

from florin.batch.close_cases import close_ended_cases
from florin.batch.notices.fan_out_everything import fan_out_everything
from florin.clearing.cases.read_cases import read_own_case
from florin.domain.case_life import CaseOperation, CaseStatus, Side
from florin.domain.declines import Decline
from florin.storage.members.sessions import SignedIn
from tests.clearing.cases.complaining import Complaining, refusal

_O = CaseOperation
DAYS = timedelta(days=14)


@pytest.mark.parametrize("end", [_O.RESOLVE, _O.REJECT])
async def test_an_end_that_nobody_disputes_is_for_good(complaining: Complaining, end: CaseOperation) -> None:
    who, clock, house = complaining.member(), complaining.world.clock, complaining.house
    case = await complaining.dispute(who, await complaining.bought(who))
    await complaining.step(case.id, _O.ASSIGN)
    clock.advance(DAYS)
    assert 0 == await close_ended_cases(house, complaining.now)
    await complaining.step(case.id, end)
    clock.advance(DAYS - timedelta(microseconds=1))
    assert 0 == await close_ended_cases(house, complaining.now)
    clock.advance(timedelta(microseconds=1))
    assert 1 == await close_ended_cases(house, complaining.now)
    told = await read_own_case(house, who, case.id)
    assert not isinstance(told, Decline)
    assert (CaseStatus.CLOSED, complaining.now - DAYS) == (told[0].status, told[0].ended_at)
    last = told[1][-1]
    assert (_O.CLOSE, Side.NOBODY, None, None, complaining.now) == (
        last.operation, last.side, last.author_id, last.text, last.at,
    )  # fmt: skip
    assert Decline.CASE_NOT_IN_STATE is refusal(await complaining.own_step(who, case.id, _O.REOPEN))
    assert "case.changed" == complaining.world.events(case.id)[-1]


async def test_who_reopens_a_case_has_the_days_anew(complaining: Complaining) -> None:
    who, clock, house = complaining.member(), complaining.world.clock, complaining.house
    case = await complaining.dispute(who, await complaining.bought(who))
    for operation in (_O.ASSIGN, _O.REJECT):
        await complaining.step(case.id, operation)
    clock.advance(timedelta(days=13))
    await complaining.own_step(who, case.id, _O.REOPEN)
    clock.advance(timedelta(days=5 * 365))
    assert 0 == await close_ended_cases(house, complaining.now)
    for operation in (_O.ASSIGN, _O.RESOLVE):
        await complaining.step(case.id, operation)
    clock.advance(timedelta(days=-6 * 365))
    assert 0 == await close_ended_cases(house, complaining.now)
    clock.advance(timedelta(days=6 * 365 + 14))
    assert 1 == await close_ended_cases(house, complaining.now)


async def test_many_at_once_close_each_case_once(complaining: Complaining) -> None:
    who, clock, house = complaining.member(0), complaining.world.clock, complaining.house
    cases = []
    for _ in range(7):
        case = await complaining.complaint(who)
        for operation in (_O.ASSIGN, _O.RESOLVE):
            await complaining.step(case.id, operation)
        cases.append(case)
    clock.advance(DAYS)
    counts = await asyncio.gather(*(close_ended_cases(house, complaining.now, chunk=1) for _ in range(4)))
    left = await close_ended_cases(house, complaining.now, chunk=1)
    assert len(cases) == sum(counts) + left
    for each in cases:
        assert 4 == len(complaining.world.events(each.id))


async def test_the_member_is_told_when_the_case_stands_otherwise_and_not_of_each_word(complaining: Complaining) -> None:
    world = complaining.world
    member = world.member(named=True)
    who = SignedIn(member.actor_id, member.id, world.home, complaining.now)
    case = await complaining.complaint(who)
    for operation in (_O.ASSIGN, _O.NOTE, _O.ASSIGN, _O.ASK_MEMBER):
        await complaining.step(case.id, operation)
    await complaining.step(case.id, _O.NOTE, is_internal=True)
    await complaining.own_step(who, case.id, _O.NOTE)
    await complaining.step(case.id, _O.RESOLVE)
    assert ["case.opened", "case.changed", *["case.noted"] * 2, "case.changed", "case.noted", "case.changed"] == (
        world.events(case.id)
    )
    await fan_out_everything(complaining.house, complaining.now)
    told = world.rows(
        "SELECT facts->>'status' FROM notice WHERE recipient_id = %s AND kind = 'case_changed' ORDER BY 1",
        who.member_id,
    )
    assert [("assigned",), ("resolved",), ("waiting_for_member",)] == told
