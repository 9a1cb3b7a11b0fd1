"""Dormant balances end where terms and law let them, as two people approve, once, and come back with their holder."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from florin.batch.dormancy.end_balances import (
    carry_out_ending,
    end_approved_balances,
    restore_who_is_back,
)
from florin.batch.dormancy.sweep import sweep
from florin.clearing.dormancy.balance_endings import DecideEnding, decide_ending, propose_ending, read_lines
from florin.clearing.dormancy.restore_lapsed import Restored, restore_lapsed
from florin.clearing.house import ClearingHouse
from florin.clearing.people.step_up import checked_code
from florin.domain.balance_ending import BalanceEnding
from florin.domain.declines import Decline
from florin.domain.dormancy import DormancyStage, DormancyTerms, Ending
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.dormancy.dormancy import dormancy_of, set_terms
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Caller
from tests.clearing.every_proof import connect_to_prove, findings
from tests.corporate import Corporate, code_at
from tests.till import Till, said, subject
from tests.world import NOON, Balance, World

DAY = timedelta(days=1)
YEARS = NOON + 3 * 365 * DAY


class Desk:
    """Two people at work on endings, each decision with the next one-time code."""

    def __init__(self, world: World, house: ClearingHouse) -> None:
        corporate = Corporate(world)
        self.world, self.house = world, house
        self.finance, self.approver = corporate.finance, corporate.finance_approver
        self.operator, self.another = corporate.operator, corporate.person(Role.FINANCE_APPROVER)
        self.both = corporate.person(Role.FINANCE, Role.FINANCE_APPROVER)

    async def dormant(self) -> None:
        """Everybody at once goes through all stages: two years of it end a balance."""
        for day in (23, 30, 53, 60):
            await sweep(self.house.pool, NOON + day * DAY)
        self.world.clock.now = YEARS

    async def ends_by(self, ending: Ending) -> None:
        terms = DormancyTerms(ending=ending, ending_days=730)
        async with transaction(self.house.pool) as connection:
            await set_terms(connection, self.world.abroad, terms, Author(None, NOON))

    async def proposed(self, who: Actor | None = None, now: datetime = YEARS) -> BalanceEnding | Decline:
        return await propose_ending(self.house, who or self.finance, self.world.abroad, now)

    async def decided(
        self, ending: BalanceEnding, *, by: Actor | None = None, approve: bool = True, seen: bytes | None = None
    ) -> BalanceEnding | Decline:
        who = by or self.approver
        proof = await checked_code(self.house, who, code_at(YEARS), YEARS)
        assert isinstance(proof, CodeProof)
        command = DecideEnding(ending.id, approve, seen or ending.list_hash)
        return await decide_ending(self.house, who, command, proof, YEARS)

    async def approved(self) -> BalanceEnding:
        proposed = await self.proposed()
        assert isinstance(proposed, BalanceEnding)
        decided = await self.decided(proposed)
        assert isinstance(decided, BalanceEnding)
        return decided


@pytest.fixture
def desk(world: World, house: ClearingHouse) -> Desk:
    return Desk(world, house)


def abroad(world: World, **wanted: Any) -> Caller:  # noqa: ANN401 (of the world's)
    return world.member(programme=world.abroad, **wanted)


async def proves(world: World) -> list[str]:
    async with await connect_to_prove(world.database.url) as connection:
        return await findings(connection)


async def test_by_default_nothing_ends_and_where_the_law_forbids_it_never(world: World, desk: Desk) -> None:
    abroad(world, principal_minor=100_00)
    world.member(principal_minor=100_00)
    await desk.dormant()
    assert Decline.BALANCE_ENDING_NOT_PERMITTED is await desk.proposed()
    # Also not when the terms of a programme under the law say so, however that came.
    async with transaction(desk.house.pool) as connection:
        await set_terms(connection, world.home, DormancyTerms(ending=Ending.LAPSE), Author(None, NOON))
    assert Decline.BALANCE_ENDING_NOT_PERMITTED is await propose_ending(desk.house, desk.finance, world.home, YEARS)
    assert 0 == await end_approved_balances(desk.house, YEARS)


async def test_a_proposal_lists_what_would_end_and_moves_nothing(world: World, desk: Desk) -> None:
    anna = abroad(world, principal_minor=100_00)
    card = world.card(programme=world.abroad, bonus_minor=5_00)
    back = abroad(world, principal_minor=100_00)
    abroad(world, principal_minor=0)
    await desk.ends_by(Ending.LAPSE)
    assert Decline.NOTHING_TO_END is await desk.proposed(now=NOON + 60 * DAY)
    await desk.dormant()
    assert Decline.NOTHING_TO_END is await desk.proposed(now=NOON + 789 * DAY)
    # Nobody has swept since, and still nothing of hers is on the list.
    await Till(desk.house, world.stranger).purchase(world.payment_code(back), 1_00, "EUR")
    before = world.everything_that_counts()
    found = await desk.proposed()
    assert isinstance(found, BalanceEnding)
    lines = await read_lines(desk.house, desk.approver, found.id, UUID(int=0), 10)
    assert isinstance(lines, Page)
    assert (2, 200_00, "EUR") == (found.accounts, found.total_minor, found.unit)
    assert [("member", anna.id, 100_00), ("card", card.id, 100_00)] == [
        (each.owner_kind, each.owner_id, each.amount_minor) for each in lines.items
    ]
    world.connection.execute("DELETE FROM audit WHERE action = 'balance_ending.proposed'")
    assert before == world.everything_that_counts()
    assert 0 == await end_approved_balances(desk.house, YEARS)


async def test_two_people_end_it_and_the_hash_must_be_of_what_they_saw(world: World, desk: Desk) -> None:
    abroad(world, principal_minor=100_00)
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    assert Decline.ROLE_REQUIRED is await desk.proposed(desk.approver)
    alone = await desk.proposed(desk.both)
    assert isinstance(alone, BalanceEnding)
    assert Decline.SAME_PERSON is await desk.decided(alone, by=desk.both)
    assert Decline.ROLE_REQUIRED is await desk.decided(alone, by=desk.finance)
    assert Decline.BALANCE_ENDING_ALTERED is await desk.decided(alone, seen=bytes(32))
    world.connection.execute("UPDATE balance_ending_line SET amount_minor = amount_minor - 1")
    assert Decline.BALANCE_ENDING_ALTERED is await desk.decided(alone)
    refused = await desk.decided(alone, approve=False)
    assert isinstance(refused, BalanceEnding)
    assert "refused" == refused.status
    assert Decline.BALANCE_ENDING_NOT_IN_STATE is await desk.decided(alone, by=desk.another, approve=False)
    assert 0 == await end_approved_balances(desk.house, YEARS)


async def test_a_lapse_is_carried_out_once_by_however_many_processes(world: World, desk: Desk) -> None:
    anna = abroad(world, principal_minor=100_00)
    cards = [world.card(programme=world.abroad, bonus_minor=5_00) for _ in range(5)]
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    ending = await desk.approved()
    async with world.clearing_house() as other:
        houses = (desk.house, other, desk.house)
        await asyncio.gather(*(carry_out_ending(house, ending.id, YEARS, part=2) for house in houses))
    assert Balance() == world.balance(anna.id)
    # What was given, not paid for, stays where it is.
    assert [Balance(0, 5_00)] * 5 == [world.balance(card.id) for card in cards]
    moved = "SELECT count(*)::int, sum(amount_minor)::int FROM transfer WHERE event = 'balance_lapsed'"
    assert [(6, 600_00)] == world.rows(moved)
    assert [("finished",)] == world.rows("SELECT status FROM balance_ending")
    assert "balance.lapsed" == world.events(anna.id)[-1]
    assert [] == await proves(world)


async def test_a_kill_between_posting_and_marking_moves_nothing_twice(world: World, desk: Desk) -> None:
    anna = abroad(world, principal_minor=100_00)
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    ending = await desk.approved()
    assert 1 == await carry_out_ending(desk.house, ending.id, YEARS)
    world.connection.execute("UPDATE balance_ending_line SET status = 'waiting'")
    world.connection.execute("UPDATE balance_ending SET status = 'approved', finished_at = NULL")
    assert [] == await proves(world)
    assert 1 == await end_approved_balances(desk.house, YEARS)
    assert [("ended",)] == world.rows("SELECT status FROM balance_ending_line")
    assert 1 == world.events(anna.id).count("balance.lapsed")


async def test_whoever_does_anything_after_the_proposal_keeps_it(world: World, desk: Desk) -> None:
    anna, bo = (abroad(world, principal_minor=100_00) for _ in range(2))
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    ending = await desk.approved()
    till = Till(desk.house, world.stranger)
    await till.hold(world.payment_code(bo), 1_00, "EUR", lifetime_s=600)
    # Her balance is what it was, and still she has been there.
    await till.refund(subject(await till.purchase(world.payment_code(anna), 1_00, "EUR")), 1_00, "EUR")
    assert 0 == await carry_out_ending(desk.house, ending.id, YEARS)
    assert [Balance(100_00), Balance(100_00, held_minor=1_00)] == [world.balance(each.id) for each in (anna, bo)]
    assert [("left_alone",)] * 2 == world.rows("SELECT status FROM balance_ending_line")


async def test_a_lapsed_balance_is_restored_when_its_holder_comes_back(world: World, desk: Desk) -> None:
    anna, bo = (abroad(world, principal_minor=100_00) for _ in range(2))
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    await carry_out_ending(desk.house, (await desk.approved()).id, YEARS)
    assert 0 == await restore_who_is_back(desk.house)

    card = world.card(programme=world.abroad, kind="recharge")
    loaded = await Till(desk.house, anna).redeem(card.by_pin)
    assert loaded.decline is None, said(loaded)
    assert [1, 0] == [await restore_who_is_back(desk.house) for _ in range(2)]
    assert [Balance(200_00), Balance()] == [world.balance(each.id) for each in (anna, bo)]
    # Whoever asks for it need not spend first.
    asked = [await restore_lapsed(desk.house, desk.operator, bo.id) for _ in range(2)]
    assert [Restored(100_00, "EUR"), Decline.NOTHING_LAPSED] == asked
    assert Decline.ROLE_REQUIRED is await restore_lapsed(desk.house, desk.finance, bo.id)
    assert Balance(100_00) == world.balance(bo.id)
    found = await dormancy_of(desk.house.pool, bo.id)
    assert found is not None
    assert DormancyStage.NORMAL is found.stage
    assert [("restored",)] * 2 == world.rows("SELECT status FROM balance_ending_line")
    assert [] == await proves(world)


async def test_an_escheated_balance_is_the_states_and_is_not_restored(world: World, desk: Desk) -> None:
    anna = abroad(world, principal_minor=100_00)
    await desk.ends_by(Ending.ESCHEAT)
    await desk.dormant()
    await carry_out_ending(desk.house, (await desk.approved()).id, YEARS)
    assert [("balance_escheated", 2061)] == world.rows(
        "SELECT event, credit_code FROM transfer WHERE debit_owner = %s", anna.id
    )
    assert Decline.NOTHING_LAPSED is await restore_lapsed(desk.house, desk.operator, anna.id)
    assert [] == await proves(world)


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        ("UPDATE balance_ending_line SET amount_minor = 1", "approved 1, transfers moved 10000"),
        ("UPDATE balance_ending SET status = 'refused', finished_at = NULL", "carried out without an approval"),
        ("DELETE FROM balance_ending_line", "balance_lapsed in the book only"),
        ("UPDATE operation SET caller_id = journal_id WHERE verb = 'end_balance'", "a line without transfers"),
    ],
)
async def test_what_was_not_approved_is_found(world: World, desk: Desk, breakage: str, expected: str) -> None:
    abroad(world, principal_minor=100_00)
    await desk.ends_by(Ending.LAPSE)
    await desk.dormant()
    await carry_out_ending(desk.house, (await desk.approved()).id, YEARS)
    world.connection.execute(breakage.encode())
    assert any("balance endings" in each and expected in each for each in await proves(world))
