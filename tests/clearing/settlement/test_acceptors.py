"""A merchant that belongs to one programme is paid by that one, also for what the cards of others have bought."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest

from florin.domain.declines import Decline
from florin.domain.merchant_terms import FeeBand, MerchantTerms
from florin.domain.payout import PayoutStatus
from florin.domain.people import Role
from florin.storage.payouts.payout_files import PayoutFile
from florin.storage.settlement.statements import trade_lines
from tests.clearing.every_proof import findings
from tests.clearing.settlement.between import Between
from tests.till import Till
from tests.world import TODAY, World


@pytest.fixture
async def between(shared_world: World, shared_till: Till) -> AsyncIterator[Between]:
    made = Between(shared_world.start_over(), shared_till.house)
    yield made
    await made.home.proven()


async def test_what_foreign_cards_bought_is_owed_between_the_programmes_and_paid_by_one(between: Between) -> None:
    home, neighbour = between.both
    await home.agree(MerchantTerms(bands=(FeeBand(0, 100),)))
    await between.belongs_to(neighbour.within)
    await home.buy(100_00)
    await neighbour.buy(40_00)
    await between.settle_day()
    (issued,) = await home.statements()
    assert (neighbour.within, 99_00, 0, 0) == (
        issued.acceptor_id,
        issued.passed_on_minor,
        issued.payout_minor,
        issued.carried_out_minor,
    )
    assert (0, 99_00 + 40_00, (99_00, 99_00)) == (home.payable, neighbour.payable, between.due)
    # The neighbour's own day was closed already, so it took the amount over on the next.
    await between.settle_day()
    first, second = await neighbour.statements()
    assert (40_00, 0, 99_00, 99_00) == (
        first.payout_minor,
        first.taken_over_minor,
        second.taken_over_minor,
        second.payout_minor,
    )
    (line,) = [each async for each in trade_lines(neighbour.house.pool, second)]
    assert ("merchant_taken_over", 99_00, issued.id) == (line.event, line.amount_minor, line.taken_over_from)
    assert not isinstance(await home.confirm_account(), Decline)
    between.close_day()
    assert Decline.NOTHING_TO_PAY is await home.pay()
    file = await neighbour.pay()
    assert isinstance(file, PayoutFile)
    assert (2, 139_00, 0) == (file.payouts, file.total_minor, neighbour.payable)
    assert [PayoutStatus.SENT] * 2 == [each.status for each in await neighbour.payouts()]


async def test_what_is_given_back_lowers_what_is_owed_also_below_nought(between: Between) -> None:
    home, neighbour = between.both
    await between.belongs_to(neighbour.within)
    bought = await home.buy(100_00)
    await between.settle_day()
    await home.refund(bought, 60_00)
    await between.settle_day()
    assert (40_00, 40_00) == between.due
    await home.refund(bought, 40_00)
    await between.settle_day()
    assert ((0, 0), 0) == (between.due, home.payable)
    await between.settle_day()
    first, second, third = await neighbour.statements()
    assert (100_00, -60_00, -40_00) == (first.taken_over_minor, second.taken_over_minor, third.taken_over_minor)
    assert (100_00, 0, -60_00, -100_00) == (
        first.payout_minor,
        second.payout_minor,
        second.carried_out_minor,
        third.carried_out_minor,
    )


async def test_a_programme_pays_for_its_own_cards_and_for_days_before(between: Between) -> None:
    await between.belongs_to(between.neighbour.within, TODAY + timedelta(days=1))
    for each in between.both:
        await each.buy(10_00)
    await between.settle_day()
    for each in between.both:
        (statement,) = await each.statements()
        assert (None, 10_00) == (statement.acceptor_id, statement.payout_minor)


async def test_a_programme_of_another_currency_pays_itself(between: Between) -> None:
    home = between.home
    await between.belongs_to(home.world.abroad)
    await home.buy(10_00)
    await between.settle_day()
    (statement,) = await home.statements()
    assert (None, 10_00) == (statement.acceptor_id, statement.payout_minor)


async def test_statements_that_are_not_approved_are_worked_out_anew(between: Between) -> None:
    home, neighbour = between.both
    await home.buy(10_00)
    between.close_day()
    await home.draft()
    (before,) = await home.statements()
    assert not isinstance(await between.belongs_to(neighbour.within, TODAY), Decline)
    assert Decline.MERCHANT_STATEMENT_CHANGED is (await home.approve(before))[1]
    (after,) = await home.statements()
    assert (10_00, 0) == (after.passed_on_minor, after.payout_minor)


async def test_a_settled_day_keeps_its_acceptor_whatever_its_programme(between: Between) -> None:
    home, neighbour = between.both
    await neighbour.buy(10_00)
    await between.settle_day()
    assert Decline.MERCHANT_DAY_SETTLED is await between.belongs_to(home.within, TODAY)
    assert not isinstance(await between.belongs_to(home.within, TODAY + timedelta(days=1)), Decline)


async def test_who_proposes_an_acceptor_does_not_accept_it(between: Between) -> None:
    home = between.home
    both = home.corporate.person(Role.MANAGER, same_as=home.corporate.finance)
    assert Decline.SAME_PERSON is await between.belongs_to(home.within, by=both)
    assert Decline.PROPOSAL_WAITS is await between.belongs_to(home.within)
    with pytest.raises(psycopg.errors.CheckViolation, match="merchant_acceptor_by_second_person"):
        home.world.connection.execute(
            "UPDATE merchant_acceptor SET status = 'in_force', decided_at = now(), decided_person = proposed_person"
        )


async def test_an_approval_that_is_repeated_is_taken_over_once(between: Between) -> None:
    home, neighbour = between.both
    await between.belongs_to(neighbour.within)
    await home.buy(10_00)
    between.close_day()
    await home.draft()
    (statement,) = await home.statements()
    for _ in range(2):
        assert (await home.approve(statement, key="the-same-key"))[1] is None
    assert Decline.MERCHANT_STATEMENT_NOT_IN_STATE is (await home.approve(statement))[1]
    assert ((10_00, 10_00), 10_00) == (between.due, neighbour.payable)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE merchant_statement SET passed_on_minor = 1, purchases_minor = 1", "taken over"),
        ("UPDATE merchant_statement SET merchant_id = (SELECT id FROM merchant WHERE code = 'rival')", "taken over"),
        ("UPDATE transfer SET amount_minor = 1 WHERE event = 'merchant_taken_over'", "between programmes"),
        ("UPDATE transfer SET debit_owner = credit_owner WHERE event = 'merchant_taken_over'", "between programmes"),
        ("DELETE FROM transfer WHERE event = 'merchant_taken_over'", "between programmes"),
    ],
)
async def test_what_was_changed_by_hand_is_found(between: Between, tampering: LiteralString, found: str) -> None:
    home, neighbour = between.both
    await between.belongs_to(neighbour.within)
    await home.buy(10_00)
    await between.settle_day()
    home.world.connection.execute("SET session_replication_role = replica")
    home.world.connection.execute(tampering)
    home.world.connection.execute("RESET session_replication_role")
    async with home.house.pool.connection() as connection:
        wrong = await findings(connection)
    assert any(each.startswith(f"{found}:") for each in wrong), wrong
    # The fixture proves the book when the test is over, so it begins anew.
    home.world.start_over()
