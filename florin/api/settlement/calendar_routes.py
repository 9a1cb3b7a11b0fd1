"""The banking days of a programme: what differs from Monday to Friday."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import Day, Fields, ProgrammeId
from florin.api.routes import Routes
from florin.api.settlement import examples
from florin.api.views import View
from florin.clearing.settlement.allowed import PROPOSE, READ
from florin.clearing.settlement.set_bank_calendar import SetBankCalendar, read_bank_calendar, set_bank_calendar
from florin.domain.bank_calendar import BankCalendar
from florin.domain.declines import Decline

ROUTES = Routes("Settlement")

_MOST_DAYS: Final = 366
_EARLIEST, _LATEST = 2000, 2100


class BankCalendarFields(Fields, example=examples.NEW_CALENDAR):
    """A year: the days on which banks are closed, and the weekend days on which they work."""

    year: Annotated[int, Field(ge=_EARLIEST, le=_LATEST)]
    holidays: Annotated[list[Day], Field(max_length=_MOST_DAYS)]
    worked: Annotated[list[Day], Field(max_length=_MOST_DAYS, default_factory=list)]


class BankCalendarView(View):
    """What differs from Monday to Friday, in all years that are known."""

    holidays: list[date]
    worked: list[date]

    @classmethod
    def of(cls, calendar: BankCalendar) -> "BankCalendarView":
        """A calendar as it is shown."""
        days = sorted(calendar.differs)
        return cls(
            holidays=[day for day in days if not calendar.differs[day]],
            worked=[day for day in days if calendar.differs[day]],
        )


@ROUTES.get(
    "/v1/programmes/{programme_id}/bank-calendar",
    allows=people(*READ),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.CALENDAR,
)
async def show_bank_calendar(programme_id: ProgrammeId, person: ThePerson) -> BankCalendarView:
    """Show on which days a programme's banks work other than from Monday to Friday."""
    return BankCalendarView.of(await person.asks(read_bank_calendar, programme_id))


@ROUTES.put(
    "/v1/programmes/{programme_id}/bank-calendar",
    allows=people(*PROPOSE),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.CALENDAR,
)
async def put_bank_calendar(
    programme_id: ProgrammeId, fields: BankCalendarFields, person: ThePerson
) -> BankCalendarView:
    """Set a year in place of what was known of it; statements that are not approved yet are worked out anew."""
    differs = {**dict.fromkeys(fields.holidays, False), **dict.fromkeys(fields.worked, True)}
    command = SetBankCalendar(programme_id, fields.year, differs)
    return BankCalendarView.of(await person.asks(set_bank_calendar, command, person.now))
