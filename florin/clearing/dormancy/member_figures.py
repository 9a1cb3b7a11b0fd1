"""Members as new, regular and dormant, and how often they sign in and pay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from florin.clearing.dormancy.member_contacts import READERS
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.member_class import MemberClass, MemberLife, class_of, days_of_month, life_of
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.dormancy.dormancy import Dormancy, dormancy_of, terms_of
from florin.storage.members.member_figures import (
    MemberActivity,
    Period,
    Sums,
    activity_of_member,
    activity_of_members,
    count_members,
    sums_of,
)
from florin.storage.members.members import profile_of


@dataclass(frozen=True, slots=True)
class MemberFigures:
    """A programme's members by where they stand now, and what they did in a month."""

    month: str
    unit: str
    lives: Mapping[MemberLife, int]
    classes: Mapping[MemberClass, int]
    sums: Sums


@dataclass(frozen=True, slots=True)
class OneMember:
    """What a member did in a month; ``dormancy`` is None for who has had no notice since the last use."""

    month: str
    activity: MemberActivity
    dormancy: Dormancy | None


async def member_figures(
    house: ClearingHouse, actor: Actor, programme_id: UUID, month: str | None, now: datetime
) -> MemberFigures | Decline:
    """The figures of a month such as ``2026-03``, this one without; ``role_required``, ``programme_not_found``.

    Raises:
        InvalidField: that is no month.
    """
    found = await _period(house, actor, programme_id, month, now)
    if isinstance(found, Decline):
        return found
    period, month, unit = found
    lives: Counter[MemberLife] = Counter(dict.fromkeys(MemberLife, 0))
    classes: Counter[MemberClass] = Counter(dict.fromkeys(MemberClass, 0))
    for facts, count in await count_members(house.pool, period):
        lives[life_of(facts)] += count
        kind = class_of(facts)
        if kind is not None:
            classes[kind] += count
    return MemberFigures(month, unit, lives, classes, await sums_of(house.pool, period))


async def member_activity(
    house: ClearingHouse, actor: Actor, programme_id: UUID, month: str | None, after: UUID, limit: int, now: datetime
) -> Page[MemberActivity, UUID] | Decline:
    """What each member did in a month, a page of them; declines and raises as `member_figures`."""
    found = await _period(house, actor, programme_id, month, now)
    if isinstance(found, Decline):
        return found
    period, *_ = found
    return await activity_of_members(house.pool, period, after, limit)


async def activity_of(
    house: ClearingHouse, actor: Actor, member_id: UUID, month: str | None, now: datetime
) -> OneMember | Decline:
    """What one member did in a month, and where the member stands; ``member_not_found``, else as `member_figures`."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    profile = await profile_of(house.pool, member_id)
    if profile is None:
        return Decline.MEMBER_NOT_FOUND
    found = await _period(house, actor, profile.programme_id, month, now)
    if isinstance(found, Decline):
        return found
    period, month, _ = found
    activity = await activity_of_member(house.pool, period, member_id)
    if activity is None:
        return Decline.MEMBER_NOT_FOUND
    return OneMember(month, activity, await dormancy_of(house.pool, member_id))


async def _period(
    house: ClearingHouse, actor: Actor, programme_id: UUID, month: str | None, now: datetime
) -> tuple[Period, str, str] | Decline:
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    programme = (await read_catalogue(house.pool)).programmes.get(programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    terms = await terms_of(house.pool, programme_id)
    month = f"{programme.business_date(now):%Y-%m}" if month is None else month
    begins, ends = programme.times_of(*days_of_month(month))
    return Period(programme_id, begins, ends, now - timedelta(days=terms.new_days)), month, programme.unit
