"""The terms by which programmes close their days."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.day_close import DayCloseTerms
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction

READ: Final = """
SELECT programme_id, closes_itself, minutes_after_cut_off, break_limit_minor, break_limit_days FROM day_close_terms
"""
SET: Final = """
INSERT INTO day_close_terms (programme_id, closes_itself, minutes_after_cut_off, break_limit_minor, break_limit_days)
VALUES (%(programme_id)s, %(closes_itself)s, %(minutes_after_cut_off)s, %(break_limit_minor)s, %(break_limit_days)s)
ON CONFLICT (programme_id) DO UPDATE SET
    closes_itself = excluded.closes_itself, minutes_after_cut_off = excluded.minutes_after_cut_off,
    break_limit_minor = excluded.break_limit_minor, break_limit_days = excluded.break_limit_days
"""


async def day_close_terms(connection: Connection) -> dict[UUID, DayCloseTerms]:
    """The terms of every programme that has set some."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(READ)).fetchall()
    return {row.pop("programme_id"): DayCloseTerms(**row) for row in rows}


async def day_close_terms_of(pool: Pool, programme_id: UUID) -> DayCloseTerms:
    """The terms of one programme; those of nobody who has set any where it has not."""
    async with pool.connection() as connection:
        return (await day_close_terms(connection)).get(programme_id) or DayCloseTerms()


async def set_day_close_terms(pool: Pool, programme_id: UUID, terms: DayCloseTerms, author: Author) -> None:
    """Put other terms in place of a programme's; ``author`` is put on record."""
    async with transaction(pool) as connection:
        await connection.execute(SET, {"programme_id": programme_id, **asdict(terms)})
        await record(connection, author, "programme.day_close_terms_set", programme_id, asdict(terms))
