"""A member with a tier pays its part and the merchant gets the whole price, whatever is given back of it and how."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from florin.domain.declines import Decline
from florin.domain.lots import SpendOrder
from florin.domain.personal_tier import paid_of
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.posting.request import Answer, Caller
from tests.clearing.every_proof import findings
from tests.till import Till, fresh, said, subject
from tests.world import Balance, World


def member_with_tier(world: World, principal_minor: int, basis_points: int = 9_800) -> Caller:
    member = world.member(principal_minor=principal_minor)
    world.connection.execute("UPDATE member SET price_basis_points = %s WHERE id = %s", (basis_points, member.id))
    return member


def flows(world: World, owner: Any) -> int:  # noqa: ANN401 (an id)
    """What an account that is only summed up holds as a debit, over all its transfers, in minor units."""
    query = """SELECT coalesce(sum(CASE WHEN debit_owner = %s THEN amount_minor ELSE -amount_minor END), 0)::bigint
               FROM transfer WHERE unit = 'CNY' AND (debit_code, debit_owner) = (5010, %s)
                  OR unit = 'CNY' AND (credit_code, credit_owner) = (5010, %s)"""
    return int(world.one(query, owner, owner, owner)[0])


async def proven(till: Till) -> None:
    async with till.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_the_merchant_gets_the_whole_price_and_the_programme_pays_the_rest(world: World, till: Till) -> None:
    member = member_with_tier(world, 100_00)
    bought = await till.purchase(world.payment_code(member), 50_01)
    assert world.transfers(bought.journal_id) == [
        ("purchase", 49_01, 2020, member.id, 2040, world.shop.id),
        ("purchase", 1_00, 5010, world.home, 2040, world.shop.id),
    ]
    told = said(bought)
    assert (50_01, 0, 50_99) == tuple(told[name]["amount"] for name in ("approved", "outstanding", "balance"))
    await proven(till)


async def test_without_a_tier_a_purchase_has_no_other_transfer_than_before(world: World, till: Till) -> None:
    member = world.member(principal_minor=100_00)
    bought = await till.purchase(world.payment_code(member), 50_01)
    assert [("purchase", 50_01, 2020, member.id, 2040, world.shop.id)] == world.transfers(bought.journal_id)


async def test_the_shortfall_is_what_the_member_still_has_to_bring(world: World, till: Till) -> None:
    member = member_with_tier(world, 97_99)
    answer = await till.purchase(world.payment_code(member), 100_00)
    assert (Decline.INSUFFICIENT_FUNDS, 1) == (answer.decline, said(answer)["shortfall"]["amount"])
    whole = member_with_tier(world, 98_00)
    assert (await till.purchase(world.payment_code(whole), 100_00)).decline is None
    assert Balance() == world.balance(whole.id)


async def test_a_partial_purchase_buys_as_much_as_the_wallet_pays_for(world: World, till: Till) -> None:
    member = member_with_tier(world, 49_00)
    bought = await till.purchase(world.payment_code(member), 100_00, allow_partial=True)
    assert (50_00, 50_00) == tuple(said(bought)[name]["amount"] for name in ("approved", "outstanding"))
    assert Balance() == world.balance(member.id)
    await proven(till)


async def test_a_capture_takes_the_discount_and_frees_the_rest(world: World, till: Till) -> None:
    member = member_with_tier(world, 100_00)
    held = await till.hold(world.payment_code(member), 100_00)
    bought = await till.capture(subject(held), 80_00)
    assert Balance(21_60) == world.balance(member.id)
    assert 80_00 == said(bought)["approved"]["amount"]
    await proven(till)


async def test_a_tier_that_changes_meanwhile_changes_no_purchase_and_no_refund(world: World, till: Till) -> None:
    member = member_with_tier(world, 100_00)
    bought = await till.purchase(world.payment_code(member), 100_00)
    world.connection.execute("UPDATE member SET price_basis_points = 9300 WHERE id = %s", (member.id,))
    await till.refund(subject(bought))
    assert Balance(100_00) == world.balance(member.id)
    await proven(till)


WAYS: dict[str, Callable[[Till, Answer, str], Awaitable[Answer]]] = {
    "void": lambda till, bought, _: till.void(subject(bought)),
    "reversal": lambda till, _, reference: till.reverse(reference),
    "refund": lambda till, bought, _: till.refund(subject(bought)),
}


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_taken_back_whole_leaves_everything_as_it_was(world: World, till: Till, way: str) -> None:
    member, reference, before = member_with_tier(world, 100_00), fresh("ref"), flows(world, world.home)
    bought = await till.purchase(world.payment_code(member), 33_33, reference=reference)
    assert 66 == flows(world, world.home) - before
    answer = await WAYS[way](till, bought, reference)
    assert answer.decline is None
    assert (Balance(100_00), before) == (world.balance(member.id), flows(world, world.home))
    await proven(till)


async def test_a_refund_of_which_the_member_had_paid_nothing_goes_to_the_programme(world: World, till: Till) -> None:
    member = member_with_tier(world, 100_00, basis_points=1)
    bought = await till.purchase(world.payment_code(member), 10)
    answer = await till.refund(subject(bought), 1)
    assert [("refund", 1, 2040, world.shop.id, 5010, world.home)] == world.transfers(answer.journal_id)
    await proven(till)


@given(
    st.integers(1, 400_00),
    st.sampled_from([9_800, 9_500, 9_300, 3_333, 1]),
    st.lists(st.integers(1, 200_00), max_size=6),
    st.sampled_from(SpendOrder),
    st.integers(0, 50_00),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_purchase_and_any_refunds_conserve_every_account(
    world: World, till: Till, price_minor: int, basis_points: int, parts: list[int], order: SpendOrder, bonus_minor: int
) -> None:
    world.connection.execute("UPDATE programme SET spend_order = %s WHERE id = %s", (order.value, world.home))
    world.connection.execute(RAISE_VERSION)
    card = world.card(kind="recharge", bonus_minor=bonus_minor, face_minor=500_00)
    member = member_with_tier(world, 0, basis_points)
    assert (await till.at(member).redeem(card.by_pin)).decline is None
    start, programme_before = world.balance(member.id), flows(world, world.home)

    bought = await till.purchase(world.payment_code(member), price_minor)
    paid_minor = paid_of(price_minor, basis_points)
    after = world.balance(member.id)
    assert paid_minor == start.principal_minor + start.bonus_minor - after.principal_minor - after.bonus_minor
    assert price_minor - paid_minor == flows(world, world.home) - programme_before

    left_minor = price_minor
    for part_minor in (*parts, price_minor):
        amount_minor = min(part_minor, left_minor)
        if amount_minor:
            assert (await till.refund(subject(bought), amount_minor)).decline is None
            left_minor -= amount_minor
    assert (start, programme_before) == (world.balance(member.id), flows(world, world.home))
    world.clock.advance(timedelta(seconds=1))
    await proven(till)
