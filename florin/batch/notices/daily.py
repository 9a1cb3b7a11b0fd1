"""The notices of the day: birthdays, the members' day, cards and vouchers that expire soon.

Each programme's day is gone through once, by its own clock, and each notice has a cause that is unique: a pass that is
cut off is done again from its beginning and tells nobody twice. A service that was down catches up with the birthdays
of the last days; a members' day that is over is over.
"""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from florin.clearing.house import ClearingHouse
from florin.domain.notice import NoticeKind, birthdays_of, is_member_day
from florin.storage.notices.expiring_vouchers import write_expiring_vouchers
from florin.storage.notices.notice_days import (
    ProgrammeDays,
    chunks_of_members,
    finish_day,
    is_day_done,
    programmes_with_days,
    write_expiring,
)
from florin.storage.notices.notices import NewNotice, write_notices

CHUNK: Final = 5_000
"""Members a transaction."""

CATCH_UP: Final = timedelta(days=2)
"""A birthday is still congratulated on so much later, when the service was down on the day itself."""


async def write_notices_of_the_day(house: ClearingHouse, now: datetime, chunk: int = CHUNK) -> None:
    """Write the notices of today, by each programme's clock, if that has not been done."""
    for programme in await programmes_with_days(house.pool):
        today = now.astimezone(ZoneInfo(programme.time_zone)).date()
        if not await is_day_done(house.pool, programme.programme_id, today):
            await _write_day(house, programme, today, now, chunk)
            await finish_day(house.pool, programme.programme_id, today)


async def _write_day(house: ClearingHouse, programme: ProgrammeDays, today: date, now: datetime, chunk: int) -> None:
    if programme.birthdays:
        for ago in range(CATCH_UP.days + 1):
            await _congratulate(house, programme, today - timedelta(days=ago), now, chunk)
    if programme.member_day is not None and is_member_day(programme.member_day, today):
        await _write_each(house, programme, None, (f"member_day:{today}", NoticeKind.MEMBER_DAY), now, chunk)
    if programme.expiry_days:
        await write_expiring(house.pool, programme.programme_id, today, programme.expiry_days, now, chunk)
        await write_expiring_vouchers(house.pool, programme.programme_id, today, now, chunk)


async def _congratulate(house: ClearingHouse, programme: ProgrammeDays, day: date, now: datetime, chunk: int) -> None:
    what = (f"birthday:{day.year}", NoticeKind.BIRTHDAY)
    await _write_each(house, programme, birthdays_of(day), what, now, chunk)


async def _write_each(
    house: ClearingHouse,
    programme: ProgrammeDays,
    birthdays: tuple[int, ...] | None,
    what: tuple[str, NoticeKind],
    now: datetime,
    chunk: int,
) -> None:
    cause, kind = what
    async for connection, members in chunks_of_members(house.pool, programme.programme_id, birthdays, chunk):
        await write_notices(connection, [NewNotice(cause, kind, member_id) for member_id in members], now)
