"""Two programmes net what they owe each other for a shop: drawn up, approved by two people, set off, and paid."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final, LiteralString
from uuid import UUID

import psycopg
import pytest

from florin.batch.payouts.payout_files import FileForm, fetch_payout_file
from florin.clearing.netting.draft_netting import DraftNetting, draft_netting
from florin.domain.declines import Decline
from florin.domain.netting import NettingStatement
from florin.domain.payout import PayoutStatus
from florin.domain.people import Role
from florin.storage.payouts.payout_files import PayoutFile
from florin.storage.posting.request import Answer
from tests.clearing.every_proof import findings
from tests.clearing.settlement.between import Between
from tests.till import Till
from tests.world import TODAY, World

MORE_ON_BOTH_SIDES: Final[LiteralString] = """
UPDATE netting_statement SET first_owes_minor = first_owes_minor + 1, second_owes_minor = second_owes_minor + 1,
    offset_minor = offset_minor + 1
"""


@pytest.fixture
async def between(shared_world: World, shared_till: Till) -> AsyncIterator[Between]:
    made = Between(shared_world.start_over(), shared_till.house)
    yield made
    await made.home.proven()


async def owed(between: Between, home_minor: int, neighbour_minor: int) -> None:
    """Each owes the other: the shop belongs to the neighbour, and the rival shop to home."""
    await between.belongs_to(between.neighbour.within)
    await between.belongs_to(between.home.within, merchant=between.rival.merchant)
    if home_minor:
        await between.home.buy(home_minor)
    if neighbour_minor:
        await between.rival.buy(neighbour_minor)
    await between.settle_day()


def due(between: Between) -> tuple[int, int, int, int]:
    """What home owes and has coming, and what its neighbour has coming and owes."""
    home, neighbour = between.home.within, between.neighbour.within
    standing = between.home.standing
    return (
        standing(2080, neighbour, home),
        -standing(1040, neighbour, home),
        -standing(1040, home, neighbour),
        standing(2080, home, neighbour),
    )


def bank(between: Between) -> tuple[int, int, int, int]:
    """What is in transit and has left the bank account, of home and of its neighbour."""
    home, neighbour = between.home.within, between.neighbour.within
    standing = between.home.standing
    return (
        standing(1090, home, home),
        standing(1010, home, home),
        standing(1090, neighbour, neighbour),
        standing(1010, neighbour, neighbour),
    )


async def test_the_smaller_debt_is_set_off_and_the_rest_is_paid_by_bank(between: Between) -> None:
    await owed(between, 100_00, 30_00)
    assert (100_00, 30_00, 100_00, 30_00) == due(between)
    statement = await between.net()
    assert (2, 30_00, 70_00, between.home.within) == (
        statement.statements,
        statement.offset_minor,
        statement.net_minor,
        statement.debtor_id,
    )
    # Drawing up posts nothing.
    assert (100_00, 30_00, 100_00, 30_00) == due(between)
    assert (await between.approve(statement))[1] is None
    assert (70_00, 0, 70_00, 0) == due(between)
    file = await between.home.pay()
    assert isinstance(file, PayoutFile)
    assert (1, 70_00) == (file.payouts, file.total_minor)
    sheet = await fetch_payout_file(
        between.home.house, between.home.corporate.finance, file.id, FileForm.CSV, between.home.now
    )
    assert isinstance(sheet, bytes)
    assert "6222021000000001" in list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))[1]
    assert ((0, 0, 0, 0), (70_00, 0, -70_00, 0)) == (due(between), bank(between))
    (payout,) = await between.payouts()
    assert (await between.shown(payout.id)) is None
    assert (0, 70_00, -70_00, 0) == bank(between)
    assert (await between.received(payout.id)) is None
    assert (0, 70_00, 0, -70_00) == bank(between)
    (payout,) = await between.payouts()
    assert (PayoutStatus.SETTLED, True) == (payout.status, payout.received_at is not None)


async def test_the_other_bank_may_be_quicker(between: Between) -> None:
    await owed(between, 100_00, 0)
    assert (await between.approve(await between.net()))[1] is None
    (payout,) = await between.payouts()
    assert Decline.PAYOUT_NOT_IN_STATE is await between.received(payout.id)
    await between.home.pay()
    assert await between.received(payout.id) is None
    assert Decline.PAYOUT_NOT_IN_STATE is await between.received(payout.id)
    # What has arrived does not come back.
    assert Decline.PAYOUT_NOT_IN_STATE is await between.sent_back(payout.id)
    assert await between.shown(payout.id) is None


@pytest.mark.parametrize("was_shown", [False, True])
async def test_what_the_bank_sends_back_is_part_of_the_next_netting(between: Between, was_shown: bool) -> None:  # noqa: FBT001 (a parameter)
    await owed(between, 100_00, 0)
    assert (await between.approve(await between.net()))[1] is None
    await between.home.pay()
    (payout,) = await between.payouts()
    if was_shown:
        await between.shown(payout.id)
    assert await between.sent_back(payout.id) is None
    assert ((100_00, 0, 100_00, 0), (0, 0, 0, 0)) == (due(between), bank(between))
    again = await between.net()
    assert (0, 100_00, 100_00) == (again.statements, again.first_owes_minor + again.second_owes_minor, again.net_minor)
    assert (await between.approve(again))[1] is None
    assert isinstance(await between.home.pay(), PayoutFile)
    assert (0, 0, 0, 0) == due(between)
    assert Decline.NOTHING_TO_NET is await between.draft()


async def test_debts_of_one_amount_leave_nothing_to_pay(between: Between) -> None:
    await owed(between, 30_00, 30_00)
    assert (await between.approve(await between.net()))[1] is None
    assert ((0, 0, 0, 0), []) == (due(between), await between.payouts())
    assert Decline.NOTHING_TO_PAY is await between.home.pay()


async def test_a_debt_below_nought_is_paid_by_the_other(between: Between) -> None:
    await between.belongs_to(between.neighbour.within)
    bought = await between.home.buy(50_00)
    await between.settle_day()
    assert (await between.approve(await between.net()))[1] is None
    await between.home.refund(bought, 20_00)
    await between.settle_day()
    statement = await between.net()
    assert (20_00, between.neighbour.within) == (statement.net_minor, statement.debtor_id)
    assert (await between.approve(statement))[1] is None
    assert (50_00, 20_00, 50_00, 20_00) == due(between)


async def test_a_statement_is_in_one_netting_and_a_later_one_in_the_next(between: Between) -> None:
    await owed(between, 10_00, 0)
    first = await between.net()
    await between.home.buy(5_00)
    await between.settle_day()
    again = await between.net()
    assert (first.id, 15_00, TODAY, TODAY + timedelta(days=1)) == (
        again.id,
        again.net_minor,
        again.from_day,
        again.until_day,
    )
    narrow = await between.draft(until=TODAY)
    assert isinstance(narrow, NettingStatement)
    assert 10_00 == narrow.net_minor
    assert Decline.NETTING_STATEMENT_CHANGED is (await between.approve(again))[1]
    assert (await between.approve(narrow))[1] is None
    following = await between.net()
    assert (True, 5_00) == (following.id != narrow.id, following.net_minor)


async def test_nothing_is_changed_by_a_day_before_the_first(between: Between) -> None:
    await owed(between, 10_00, 0)
    statement = await between.net()
    assert Decline.NOTHING_TO_NET is await between.draft(until=TODAY - timedelta(days=1))
    assert (await between.approve(statement))[1] is None


async def test_two_programmes_have_one_currency(between: Between) -> None:
    house, finance = between.home.house, between.home.corporate.finance
    for other, why in (
        (between.home.world.abroad, Decline.CURRENCY_MISMATCH),
        (UUID(int=5), Decline.PROGRAMME_NOT_FOUND),
        (between.home.within, Decline.NOTHING_TO_NET),
    ):
        command = DraftNetting(between.home.within, other)
        assert why is await draft_netting(house, finance, command, between.home.now)


async def test_who_has_drawn_it_up_does_not_approve_it(between: Between) -> None:
    await owed(between, 10_00, 0)
    statement, corporate = await between.net(), between.home.corporate
    both = corporate.person(Role.MANAGER, same_as=corporate.finance)
    assert Decline.SAME_PERSON is (await between.approve(statement, by=both))[1]
    assert Decline.ROLE_REQUIRED is (await between.approve(statement, by=corporate.finance))[1]
    with pytest.raises(psycopg.errors.CheckViolation, match="netting_by_second_person"):
        between.home.world.connection.execute(
            "UPDATE netting_statement SET status = 'approved', approved_at = now(), approved_hash = '',"
            " approved_person = drafted_person"
        )


async def test_of_two_approvals_at_once_one_counts(between: Between) -> None:
    await owed(between, 10_00, 4_00)
    statement = await between.net()
    # Two people, for the codes of one count in their order only.
    other = between.home.corporate.person(Role.MANAGER)
    answers = await asyncio.gather(between.approve(statement), between.approve(statement, by=other))
    assert {None, Decline.NETTING_STATEMENT_NOT_IN_STATE} == {why for _, why in answers}
    assert ((6_00, 0, 6_00, 0), 1) == (due(between), len(await between.payouts()))


async def test_a_repetition_is_a_replay(between: Between) -> None:
    await owed(between, 10_00, 4_00)
    statement = await between.net()
    first, _ = await between.approve(statement, key="the-same-key")
    second, _ = await between.approve(statement, key="the-same-key")
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert (first.body, True) == (second.body, second.replayed)


async def test_it_is_paid_to_the_account_that_was_looked_at(between: Between) -> None:
    await owed(between, 10_00, 0)
    connection = between.home.world.connection
    statement = await between.net()
    connection.execute("UPDATE programme_bank_account SET number = '6222029999999999'")
    assert Decline.NETTING_STATEMENT_CHANGED is (await between.approve(statement))[1]
    connection.execute("DELETE FROM programme_bank_account")
    assert Decline.BANK_ACCOUNT_NOT_SET is (await between.approve(await between.net()))[1]
    for each in between.both:
        each.bank_account()
    assert (await between.approve(await between.net()))[1] is None


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE merchant_statement SET netting_id = NULL", "nettings"),
        (MORE_ON_BOTH_SIDES, "nettings"),
        ("UPDATE netting_payout SET amount_minor = 1", "open between programmes"),
        ("DELETE FROM netting_payout", "netting journals"),
        ("DELETE FROM transfer WHERE event = 'programmes_netted'", "netting journals"),
        ("DELETE FROM transfer WHERE event = 'netting_paid' AND credit_code = 1040", "between programmes"),
        ("UPDATE transfer SET amount_minor = 1 WHERE event = 'netting_paid'", "open between programmes"),
    ],
)
async def test_what_was_changed_by_hand_is_found(between: Between, tampering: LiteralString, found: str) -> None:
    await owed(between, 10_00, 4_00)
    assert (await between.approve(await between.net()))[1] is None
    await between.home.pay()
    world = between.home.world
    world.connection.execute("SET session_replication_role = replica")
    world.connection.execute(tampering)
    world.connection.execute("RESET session_replication_role")
    async with between.home.house.pool.connection() as connection:
        wrong = await findings(connection)
    assert any(each.startswith(f"{found}:") for each in wrong), wrong
    # The fixture proves the book when the test is over, so it begins anew.
    world.start_over()
