"""How old differences are, and money that nobody was found for: in banking days, less the counterparty's usual lag."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.bank_calendar import BankCalendar
from florin.domain.break_age import age_days, as_old_as
from florin.domain.break_record import Break
from florin.storage.catalogue import read_catalogue
from florin.storage.reconciliation.counterparties import lags_of
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


async def ages_of(house: ClearingHouse, now: datetime) -> Ages:
    """What ages are reckoned by, as of ``now``."""
    catalogue = await read_catalogue(house.pool)
    async with house.pool.connection() as connection:
        calendars = {each: await calendar_of(connection, each) for each in catalogue.programmes}
        lags = await lags_of(connection)
    today = {each.id: each.business_date(now) for each in catalogue.programmes.values()}
    return Ages(today, calendars, lags)
