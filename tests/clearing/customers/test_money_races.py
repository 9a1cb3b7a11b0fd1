"""Races between two processes for a customer's money, and the proof that each would be noticed if it could be lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from florin.reconciliation.run_proofs import run_proofs
from florin.storage.posting.engine import EngineLimits
from tests.clearing.customers import money_races
from tests.clearing.customers.cashier import Cashier
from tests.clearing.customers.money_races import Race
from tests.clearing.test_races import ALONE, SMALL_GROUPS, Break, debit_naively, forget_what_was_answered
from tests.corporate import Corporate
from tests.world import World


@asynccontextmanager
async def two_processes(corporate: Corporate, limits: EngineLimits) -> AsyncIterator[tuple[Cashier, Cashier]]:
    world = corporate.world
    async with (
        world.clearing_house(limits, pool_size=6) as first,
        world.clearing_house(limits, pool_size=6) as second,
    ):
        yield Cashier(first, corporate), Cashier(second, corporate)


@pytest.mark.parametrize(
    "race",
    [
        money_races.one_receipt_by_twenty_clerks,
        money_races.ten_orders_for_the_money_of_three,
        money_races.a_refund_against_an_order,
        money_races.two_approvers_of_one_refund,
    ],
)
async def test_no_money_is_counted_or_spent_twice(corporate: Corporate, race: Race) -> None:
    async with two_processes(corporate, SMALL_GROUPS) as (first, second):
        assert [] == await race(first, second)
        report = await run_proofs(first.house.pool)
    assert [] == [each.findings for each in report.results if not each.holds]


def record_naively(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a receipt was recorded, and no wall of the schema stands behind."""
    forget_what_was_answered(world, monkeypatch)
    world.connection.execute("ALTER TABLE receipt DROP CONSTRAINT receipt_bank_reference_is_unique")


@pytest.mark.parametrize(
    ("race", "break_it"),
    [
        (money_races.one_receipt_by_twenty_clerks, record_naively),
        (money_races.ten_orders_for_the_money_of_three, debit_naively),
        (money_races.a_refund_against_an_order, debit_naively),
        (money_races.two_approvers_of_one_refund, debit_naively),
    ],
)
async def test_a_race_for_money_that_can_be_lost_is_noticed(
    own_world: World, monkeypatch: pytest.MonkeyPatch, race: Race, break_it: Break
) -> None:
    corporate = Corporate(own_world)
    break_it(own_world, monkeypatch)
    async with two_processes(corporate, ALONE) as (first, second):
        assert [] != await race(first, second)
