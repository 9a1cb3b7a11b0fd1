"""Which files of which days are fetched from providers: wanted, tried again, there or never made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.statement_file import FileFormat
from florin.storage.connect import Pool, transaction

WANT: Final = """
INSERT INTO statement_fetch (counterparty_id, format, day, state, tries, next_try_at)
SELECT %(counterparty_id)s, format, day::date, 'waiting', 0, %(now)s
FROM unnest(%(formats)s::text[]) AS format,
    generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS day
ON CONFLICT DO NOTHING
"""
# Claimed before the provider is asked, so that two processes do not ask at once: the next try lies ahead of the answer.
CLAIM: Final = """
UPDATE statement_fetch f SET tries = f.tries + 1, next_try_at = %(next_try_at)s
FROM (
    SELECT counterparty_id, format, day FROM statement_fetch
    WHERE state = 'waiting' AND next_try_at <= %(now)s
    ORDER BY next_try_at, day LIMIT 1 FOR UPDATE SKIP LOCKED
) AS due
WHERE (f.counterparty_id, f.format, f.day) = (due.counterparty_id, due.format, due.day)
RETURNING f.counterparty_id, f.format, f.day, f.tries
"""
FETCHED: Final = """
UPDATE statement_fetch SET state = 'fetched', next_try_at = NULL, file_id = %(file_id)s, refusal = NULL
WHERE counterparty_id = %(counterparty_id)s AND format = %(format)s AND day = %(day)s AND state = 'waiting'
"""
NOT_YET: Final = """
UPDATE statement_fetch
SET state = CASE WHEN %(next_try_at)s::timestamptz IS NULL THEN 'none' ELSE 'waiting' END,
    next_try_at = %(next_try_at)s, refusal = %(refusal)s
WHERE counterparty_id = %(counterparty_id)s AND format = %(format)s AND day = %(day)s AND state = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file of a day that is to be fetched, and how often it was tried, this time included."""

    counterparty_id: UUID
    format: FileFormat
    day: date
    tries: int

    def __post_init__(self) -> None:
        """The driver gives a text for what is a choice."""
        object.__setattr__(self, "format", FileFormat(self.format))


async def want_files(
    pool: Pool, counterparty_id: UUID, formats: Sequence[FileFormat], since: date, until: date, now: datetime
) -> None:
    """Write down that the files of each day from ``since`` to ``until`` are wanted; what is known stays as it is."""
    row = {"counterparty_id": counterparty_id, "formats": formats, "since": since, "until": until, "now": now}
    async with transaction(pool) as connection:
        await connection.execute(WANT, {**row, "formats": list(formats)})


async def claim_wanted(pool: Pool, now: datetime, next_try_at: datetime) -> WantedFile | None:
    """The file that has waited longest, for whoever asks for it now; None when none is due."""
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(WantedFile)) as rows:
        return await (await rows.execute(CLAIM, {"now": now, "next_try_at": next_try_at})).fetchone()


async def write_fetched(pool: Pool, wanted: WantedFile, file_id: UUID) -> None:
    """Write that a file has come."""
    async with transaction(pool) as connection:
        await connection.execute(FETCHED, {**_key(wanted), "file_id": file_id})


async def write_not_yet(pool: Pool, wanted: WantedFile, next_try_at: datetime | None, refusal: str) -> None:
    """Write that there was none, why, and when to try again; without a time: there is none."""
    async with transaction(pool) as connection:
        await connection.execute(NOT_YET, {**_key(wanted), "next_try_at": next_try_at, "refusal": refusal})


def _key(wanted: WantedFile) -> dict[str, object]:
    return {"counterparty_id": wanted.counterparty_id, "format": wanted.format, "day": wanted.day}
