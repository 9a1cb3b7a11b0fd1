"""Members by where they stand, and what they did in a month."""

from datetime import timedelta
from uuid import UUID

from florin.batch.dormancy.sweep import sweep
from florin.clearing.dormancy.member_figures import MemberFigures, member_activity, member_figures
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.member_figures import Sums
from florin.storage.posting.request import Caller
from tests.corporate import Corporate
from tests.till import Till, subject
from tests.world import NOON, World

DAY = timedelta(days=1)
NOBODY = UUID(int=0)


async def test_members_are_sorted_and_their_month_is_summed_up(world: World, house: ClearingHouse) -> None:
    who, till = Corporate(world).operator, Till(house, world.shop)
    quiet, back, buyer, _ = (world.member(principal_minor=100_00) for _ in range(4))
    world.member(status="registered"), world.member(status="closed")
    await sweep(house.pool, NOON + 23 * DAY)
    await sweep(house.pool, NOON + 30 * DAY)
    world.clock.now = NOON + 31 * DAY
    for member in (back, buyer):
        await till.purchase(world.payment_code(member), 10_00)
    refunded = await till.purchase(world.payment_code(buyer), 5_00)
    await till.refund(subject(refunded), 2_00)
    await till.void(subject(await till.purchase(world.payment_code(buyer), 1_00)))
    _signs_in(world, buyer, 3)
    _signs_in(world, quiet, 1)
    now = NOON + 32 * DAY
    world.connection.execute("UPDATE member SET created_at = %s WHERE id = %s", (now, buyer.id))

    figures = await member_figures(house, who, world.home, "2026-04", now)
    assert isinstance(figures, MemberFigures)
    assert {"registered": 1, "topped_up": 0, "active": 2, "dormant": 2, "gone": 1} == dict(figures.lives)
    assert {"new": 1, "regular": 2, "dormant": 2} == dict(figures.classes)
    assert Sums(log_ins=4, signed_in=2, purchases=3, paying=2, spent_minor=23_00) == figures.sums

    page = await member_activity(house, who, world.home, "2026-04", NOBODY, 3, now)
    assert isinstance(page, Page)
    seen = [(each.member_id, each.log_ins, each.purchases, each.spent_minor) for each in page.items]
    assert [(quiet.id, 1, 0, 0), (back.id, 0, 1, 10_00), (buyer.id, 3, 2, 13_00)] == seen
    following = await member_activity(house, who, world.home, "2026-04", buyer.id, 50, now)
    assert isinstance(following, Page)
    assert 3 == len(following.items)
    march = await member_figures(house, who, world.home, "2026-03", now)
    assert isinstance(march, MemberFigures)
    assert Sums(0, 0, 0, 0, 0) == march.sums


async def test_figures_are_for_those_who_serve_members(world: World, house: ClearingHouse) -> None:
    corporate = Corporate(world)
    finance = corporate.person(Role.FINANCE)
    assert Decline.ROLE_REQUIRED is await member_figures(house, finance, world.home, "2026-03", NOON)
    assert Decline.PROGRAMME_NOT_FOUND is await member_figures(house, corporate.manager, NOBODY, "2026-03", NOON)


def _signs_in(world: World, member: Caller, times: int) -> None:
    for _ in range(times):
        session_id = fresh_id()
        world.insert(
            "session",
            digest=session_id.bytes, id=session_id, member_id=member.id, created_at=world.clock.now,
            expires_at=world.clock.now + DAY,
        )  # fmt: skip
