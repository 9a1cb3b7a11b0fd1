"""Read breaks: pages of them with their ages, one with its story, and what stands in all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from florin.clearing.breaks.ages import ages_of
from florin.clearing.breaks.allowed import READ
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.domain.standing_breaks import AgedStanding, by_age
from florin.storage.reconciliation.break_rows import BreakChange
from florin.storage.reconciliation.breaks import (
    BreakInHand,
    BreakStory,
    WhichBreaks,
    list_breaks,
    read_story,
)
from florin.storage.reconciliation.standing_breaks import standing_breaks


@dataclass(frozen=True, slots=True)
class AgedBreak:
    """A break of a list, with its age in banking days."""

    in_hand: BreakInHand
    age_days: int


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A break with its age and its story, the notes opened."""

    story: BreakStory
    age_days: int
    notes: Mapping[UUID, str]


async def breaks_page(
    house: ClearingHouse,
    actor: Actor,
    which: WhichBreaks,
    now: datetime,
    after: UUID | None,
    limit: int,
    least_days: int = 0,
) -> Page[AgedBreak, UUID] | Decline:
    """A page of breaks, the oldest first; ``least_days``: those that are at least so many banking days old.

    Declines: ``role_required``.
    """
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    ages = await ages_of(house, now)
    if least_days:
        which = replace(which, as_old_as=ages.latest(least_days))
    found = await list_breaks(house.pool, which, after, limit)
    items = tuple(AgedBreak(each, ages.of_break(each.known)) for each in found.items)
    return Page(items, found.next_after)


async def read_break_story(house: ClearingHouse, actor: Actor, break_id: UUID, now: datetime) -> ToldStory | Decline:
    """A break with everything that was done with it. Declines: ``role_required``, ``break_not_found``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    story = await read_story(house.pool, break_id)
    if story is None:
        return Decline.BREAK_NOT_FOUND
    ages = await ages_of(house, now)
    notes = {each.id: note for each in story.changes if (note := _opened(house, each)) is not None}
    return ToldStory(story, ages.of_break(story.known), notes)


async def standing_by_age(
    house: ClearingHouse, actor: Actor, now: datetime, programme_id: UUID | None = None
) -> list[AgedStanding] | Decline:
    """What has not ended, for our people. Declines: ``role_required``."""
    return await ageing(house, now, programme_id) if actor.has(*READ) else Decline.ROLE_REQUIRED


async def ageing(house: ClearingHouse, now: datetime, programme_id: UUID | None = None) -> list[AgedStanding]:
    """What has not ended, by counterparty, kind and age, the oldest last."""
    ages = await ages_of(house, now)
    async with house.pool.connection() as connection:
        standing = await standing_breaks(connection, programme_id)
    return by_age(standing, lambda each: ages.of(each.programme_id, each.counterparty_id, each.value_on))


def _opened(house: ClearingHouse, change: BreakChange) -> str | None:
    sealed = change.note_encrypted
    return None if sealed is None else house.vault.break_notes.open(sealed, change.id.bytes).decode()
