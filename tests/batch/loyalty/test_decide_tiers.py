"""Tiers are reached by what was paid and not got back, decided when a day is closed, and change the next purchase."""

from datetime import timedelta
from typing import Any

from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.clearing.configuration.set_tiers import SetTiers, set_tiers
from florin.domain.tiers import Ladder, Tier
from florin.storage.audit_trail import Author
from florin.storage.configuration import configuration_change
from florin.storage.posting.request import Answer, Caller
from tests.batch.loyalty.conftest import Farm
from tests.clearing.every_proof import findings
from tests.till import said, subject
from tests.world import TODAY

DAY = timedelta(days=1)
TIERS = (Tier("yellow", 1_000_00, 9_800), Tier("red", 2_000_00, 9_500))


async def put_tiers(farm: Farm, *tiers: Tier) -> None:
    async with configuration_change(farm.house.pool, Author(None, farm.world.clock.now)) as change:
        await set_tiers(change, SetTiers(farm.world.home, tiers, Ladder.PERSONAL))


async def buy(farm: Farm, member: Caller, amount_minor: int) -> Answer:
    return await farm.till.purchase(farm.world.payment_code(member), amount_minor)


def tier(farm: Farm, member: Caller) -> tuple[Any, ...]:
    return farm.world.one("SELECT tier, price_basis_points FROM member WHERE id = %s", member.id)


async def test_a_tier_is_reached_at_its_threshold_and_lost_by_a_refund(farm: Farm) -> None:
    await put_tiers(farm, *TIERS)
    member, other = (farm.world.member(principal_minor=3_000_00) for _ in range(2))
    bought = await buy(farm, member, 1_000_00)
    await buy(farm, other, 999_99)
    farm.world.close_days(TODAY)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert [("yellow", 9_800), (None, 10_000)] == [tier(farm, each) for each in (member, other)]
    answer = said(await buy(farm, member, 100_00))
    assert (100_00, 1_902_00) == (answer["approved"]["amount"], answer["balance"]["amount"])
    await farm.till.refund(subject(bought), 98_01)
    farm.world.close_days(TODAY + DAY)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert (None, 10_000) == tier(farm, member)
    async with farm.house.pool.connection() as connection:
        assert [] == await findings(connection)
    told = farm.world.rows(
        "SELECT payload->>'tier', payload->>'rose' FROM outbox WHERE name = 'member.tier_changed' AND subject_id = %s"
        " ORDER BY posted_at, payload->>'rose' DESC",
        member.id,
    )
    assert [("yellow", "true"), (None, "false")] == told
    actions = farm.world.rows("SELECT action FROM audit WHERE subject_id = %s", member.id)
    assert [("member.tier_set",)] * 2 == actions


async def test_other_tiers_are_for_everybody_also_for_who_buys_nothing_more(farm: Farm) -> None:
    member = farm.world.member(principal_minor=3_000_00)
    await buy(farm, member, 1_500_00)
    farm.world.close_days(TODAY)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert (None, 10_000) == tier(farm, member)
    await put_tiers(farm, *TIERS)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert ("yellow", 9_800) == tier(farm, member)
    await put_tiers(farm, Tier("red", 1_500_00, 9_000))
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert ("red", 9_000) == tier(farm, member)
    await put_tiers(farm)
    await carry_out_loyalty(farm.house, farm.world.clock.now)
    assert (None, 10_000) == tier(farm, member)
