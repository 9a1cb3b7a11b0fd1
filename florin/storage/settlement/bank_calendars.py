"""The banking days of programmes: what differs from Monday to Friday."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from florin.domain.bank_calendar import BankCalendar
from florin.storage.connect import Connection

READ: Final = "SELECT day, is_worked FROM bank_calendar_day WHERE programme_id = %(programme_id)s ORDER BY day"
FORGET_YEAR: Final = """
DELETE FROM bank_calendar_day WHERE programme_id = %(programme_id)s AND extract(year FROM day) = %(year)s
"""
INSERT: Final = """
INSERT INTO bank_calendar_day (programme_id, day, is_worked) VALUES (%(programme_id)s, %(day)s, %(is_worked)s)
"""


async def calendar_of(connection: Connection, programme_id: UUID) -> BankCalendar:
    """The banking days of a programme; Monday to Friday where nothing else is known."""
    rows = await (await connection.execute(READ, {"programme_id": programme_id})).fetchall()
    return BankCalendar(dict(rows))


async def write_year(connection: Connection, programme_id: UUID, year: int, differs: Mapping[date, bool]) -> None:
    """Put what differs in a year in place of what was known of it."""
    await connection.execute(FORGET_YEAR, {"programme_id": programme_id, "year": year})
    rows = [{"programme_id": programme_id, "day": day, "is_worked": worked} for day, worked in differs.items()]
    async with connection.cursor() as cursor:
        await cursor.executemany(INSERT, rows)
