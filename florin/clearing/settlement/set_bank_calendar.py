"""Set on which days of a year a programme's banks work other than from Monday to Friday."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import PROPOSE, READ
from florin.domain.bank_calendar import BankCalendar
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.settlement.bank_calendars import calendar_of, write_year
from florin.storage.settlement.draft import lock_drafts, work_out


@dataclass(frozen=True, slots=True)
class SetBankCalendar:
    """What differs in a year: True is worked although it is a weekend, False a holiday. `InvalidField`."""

    programme_id: UUID
    year: int
    differs: Mapping[date, bool]

    def __post_init__(self) -> None:
        """Refuse days of other years."""
        if any(day.year != self.year for day in self.differs):
            raise InvalidField("days", f"days of {self.year}")


async def set_bank_calendar(
    house: ClearingHouse, actor: Actor, command: SetBankCalendar, now: datetime
) -> BankCalendar | Decline:
    """Put the year in place of what was known of it; statements that are not approved yet are worked out anew.

    Declines: ``role_required``, ``programme_not_found``.
    """
    if not actor.has(*PROPOSE):
        return Decline.ROLE_REQUIRED
    if command.programme_id not in (await read_catalogue(house.pool)).programmes:
        return Decline.PROGRAMME_NOT_FOUND
    async with transaction(house.pool) as connection:
        await lock_drafts(connection, [command.programme_id])
        await write_year(connection, command.programme_id, command.year, command.differs)
        await work_out(connection, command.programme_id, None)
        told = {"year": command.year, "differs": {day.isoformat(): each for day, each in command.differs.items()}}
        author = Author(actor.session_id, now)
        await record(connection, author, "programme.bank_calendar_set", command.programme_id, told)
        return await calendar_of(connection, command.programme_id)


async def read_bank_calendar(house: ClearingHouse, actor: Actor, programme_id: UUID) -> BankCalendar | Decline:
    """What differs, in all years. Declines: ``role_required``, ``programme_not_found``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    if programme_id not in (await read_catalogue(house.pool)).programmes:
        return Decline.PROGRAMME_NOT_FOUND
    async with house.pool.connection() as connection:
        return await calendar_of(connection, programme_id)
