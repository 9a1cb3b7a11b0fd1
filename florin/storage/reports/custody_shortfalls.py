"""Which sealed days have ended with too little in custody, each told of once."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.custody import CustodyPosition
from florin.domain.identifiers import wire_id
from florin.domain.programme import Programme
from florin.storage.connect import Connection, Pool
from florin.storage.outbox import emit

LAST_SEALED: Final = """
SELECT max(business_date) FROM sealed_day WHERE programme_id = %(programme_id)s AND seal IS NOT NULL
"""
INSERT: Final = """
INSERT INTO custody_shortfall (programme_id, business_date, custody_minor, required_minor, told_at)
VALUES (%(programme_id)s, %(business_date)s, %(custody_minor)s, %(required_minor)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING business_date
"""


async def last_sealed_day(connection: Connection, programme_id: UUID) -> date | None:
    """The last business day of a programme that is sealed."""
    row = await (await connection.execute(LAST_SEALED, {"programme_id": programme_id})).fetchone()
    return None if row is None else row[0]


async def tell_of_shortfall(
    pool: Pool, programme: Programme, business_date: date, position: CustodyPosition, now: datetime
) -> bool:
    """Write down that a day ended short, and tell the outside world of it; False where that was done before."""
    row = {
        "programme_id": programme.id,
        "business_date": business_date,
        "custody_minor": position.custody_minor,
        "required_minor": position.required_minor,
        "now": now,
    }
    async with pool.connection() as connection, connection.transaction():
        if await (await connection.execute(INSERT, row)).fetchone() is None:
            return False
        payload = {
            "programme_id": wire_id("programme", programme.id),
            "business_date": business_date.isoformat(),
            "custody": {"amount": position.custody_minor, "currency": programme.unit},
            "required": {"amount": position.required_minor, "currency": programme.unit},
        }
        await emit(connection, "custody.short", programme.id, payload, now)
        return True
