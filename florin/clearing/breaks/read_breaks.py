"""Read breaks: pages of them with their ages, one with its story, and what stands in all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from florin.clearing.breaks.allowed import READ
from florin.clearing.house import ClearingHouse
from florin.domain.bank_calendar import BankCalendar
from florin.domain.break_age import age_days, as_old_as
from florin.domain.break_record import Break
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.domain.standing_breaks import AgedStanding, by_age
from florin.storage.catalogue import read_catalogue
from florin.storage.reconciliation.break_rows import BreakChange
from florin.storage.reconciliation.breaks import (
    BreakInHand,
    BreakStory,
    WhichBreaks,
    list_breaks,
    read_story,
)
from florin.storage.reconciliation.counterparties import lags_of
from florin.storage.reconciliation.standing_breaks import standing_breaks
from florin.storage.settlement.bank_calendars import calendar_of


@dataclass(frozen=True, slots=True)
class Ages:
    """What ages are reckoned by: date and banking days of each programme, and how late each counterparty usually is."""

    today: Mapping[UUID, date]
    calendars: Mapping[UUID, BankCalendar]
    lags: Mapping[UUID, tuple[UUID, int]]

    def of(self, programme_id: UUID, counterparty_id: UUID | None, value_on: date) -> int:
        """The age of a difference in banking days."""
        lag_days = 0 if counterparty_id is None else self.lags[counterparty_id][1]
        return age_days(self.calendars[programme_id], value_on, lag_days, self.today[programme_id])

    def of_break(self, known: Break) -> int:
        """The age of a break in banking days, also of one that has ended."""
        return self.of(known.programme_id, known.counterparty_id, known.value_on)

    def latest(self, least_days: int) -> dict[UUID, date]:
        """The latest value date of what is so old: by counterparty, and by programme for what has several."""
        by_programme = {
            each: as_old_as(calendar, least_days, 0, self.today[each]) for each, calendar in self.calendars.items()
        }
        return by_programme | {
            each: as_old_as(self.calendars[programme_id], least_days, lag_days, self.today[programme_id])
            for each, (programme_id, lag_days) in self.lags.items()
        }


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
    ages = await ages_of_breaks(house, now)
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
    ages = await ages_of_breaks(house, now)
    notes = {each.id: note for each in story.changes if (note := _opened(house, each)) is not None}
    return ToldStory(story, ages.of_break(story.known), notes)


async def standing_by_age(
    house: ClearingHouse, actor: Actor, now: datetime, programme_id: UUID | None = None
) -> list[AgedStanding] | Decline:
    """What has not ended, for our people. Declines: ``role_required``."""
    return await ageing(house, now, programme_id) if actor.has(*READ) else Decline.ROLE_REQUIRED


async def ageing(house: ClearingHouse, now: datetime, programme_id: UUID | None = None) -> list[AgedStanding]:
    """What has not ended, by counterparty, kind and age, the oldest last."""
    ages = await ages_of_breaks(house, now)
    async with house.pool.connection() as connection:
        standing = await standing_breaks(connection, programme_id)
    return by_age(standing, lambda each: ages.of(each.programme_id, each.counterparty_id, each.value_on))


async def ages_of_breaks(house: ClearingHouse, now: datetime) -> Ages:
    """What ages are reckoned by, as of ``now``."""
    catalogue = await read_catalogue(house.pool)
    async with house.pool.connection() as connection:
        calendars = {each: await calendar_of(connection, each) for each in catalogue.programmes}
        lags = await lags_of(connection)
    today = {each.id: each.business_date(now) for each in catalogue.programmes.values()}
    return Ages(today, calendars, lags)


def _opened(house: ClearingHouse, change: BreakChange) -> str | None:
    sealed = change.note_encrypted
    return None if sealed is None else house.vault.break_notes.open(sealed, change.id.bytes).decode()
