"""Taking in a file of statements: its bytes are kept first, then it is read, and either all of it counts or nothing.

Both steps are separate so that a large file makes nobody wait, and so that a file which was kept apart can be read
again when we have learnt better: from the very bytes that came.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import date, datetime
from itertools import islice
from pathlib import PurePath
from typing import IO, Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.column_mapping import ColumnMapping
from florin.domain.counterparty import Counterparty
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.domain.statement_file import FileFormat, FileProblem, FileState, ProblemCode
from florin.domain.statement_totals import Footed
from florin.reconciliation.counterparties import WHO_MAY
from florin.reconciliation.files.read_file import read_file
from florin.reconciliation.reading_process import BATCH, read_apart
from florin.reconciliation.statement_rows import OF_ONE_DAY, StatementRows
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation.counterparties import banks, find_counterparty
from florin.storage.reconciliation.provider_totals import total_up
from florin.storage.reconciliation.statement_files import (
    PART_BYTES,
    StatementFile,
    find_file,
    keep_file,
    parts_of,
    read_again,
    read_once,
    write_taken_in,
)
from florin.storage.reconciliation.statement_gaps import compare_neighbours
from florin.storage.reconciliation.statement_lines import StatementRow, taken_in_before, write_lines, write_statement

LONGEST_FILE_BYTES: Final = 1 << 30
"""How long a file may be; a gibibyte is some three million lines."""

READ_HERE_BYTES: Final = 4 << 20
"""Up to which length a file is read by whoever was asked: such a one takes no longer than a process takes to start."""

LONGEST_NAME: Final = 200

OnProgress = Callable[[int, int], None]
"""Told how many bytes have been read, and of how many."""


async def receive(
    house: ClearingHouse,
    counterparty: Counterparty,
    form: FileFormat,
    name: str,
    stream: IO[bytes],
    now: datetime,
    *,
    day: date | None = None,
    actor: Actor | None = None,
) -> StatementFile:
    """Keep a file, to be read; the same bytes twice are the same file, whatever has become of it meanwhile.

    ``stream`` is one in which one can go back; ``day`` is the day that it is said to be of, needed where nothing in the
    file tells; no ``actor``: we have fetched it ourselves.

    Raises:
        InvalidField: it is of a format that the counterparty does not send, or too long.
    """
    if form not in counterparty.terms.formats:
        raise InvalidField("format", f"{counterparty.code} sends {', '.join(sorted(counterparty.terms.formats))}")
    digest, size = await asyncio.to_thread(_digest, stream)
    if size > LONGEST_FILE_BYTES:
        raise InvalidField("file", f"longer than {LONGEST_FILE_BYTES} bytes")
    file = StatementFile(
        id=fresh_id(),
        counterparty_id=counterparty.id,
        format=form,
        name=_name(name),
        sha256=digest,
        size_bytes=size,
        day=day,
        state=FileState.RECEIVED,
        given_by=None if actor is None else actor.login_id,
        given_at=now,
        read_at=None,
        problem=None,
        problem_line=None,
        problem_detail=None,
        statements=0,
        lines=0,
    )
    return await keep_file(house.pool, file, actor, _parts(stream), house.vault.statement_parts)


async def hand_in(
    house: ClearingHouse,
    actor: Actor,
    counterparty_id: UUID,
    form: FileFormat,
    name: str,
    stream: IO[bytes],
    now: datetime,
    day: date | None = None,
) -> StatementFile | Decline:
    """Keep a file that somebody of ours has, to be read; ``role_required``, ``counterparty_not_found``.

    Raises:
        InvalidField: as `receive`.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    counterparty = await find_counterparty(house.pool, counterparty_id)
    if counterparty is None:
        return Decline.COUNTERPARTY_NOT_FOUND
    return await receive(house, counterparty, form, name, stream, now, day=day, actor=actor)


async def hand_in_again(
    house: ClearingHouse, actor: Actor, file_id: UUID, form: FileFormat | None, day: date | None, now: datetime
) -> StatementFile | Decline:
    """Have a file that was kept apart read once more, as another format or of another day if that is said.

    Declines: ``role_required``, ``statement_file_not_found``, ``statement_file_not_in_state``.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    file = await find_file(house.pool, file_id)
    if file is None:
        return Decline.STATEMENT_FILE_NOT_FOUND
    author = Author(actor.session_id, now)
    if not await read_again(house.pool, file_id, form or file.format, day or file.day, author):
        return Decline.STATEMENT_FILE_NOT_IN_STATE
    return await find_file(house.pool, file_id) or Decline.STATEMENT_FILE_NOT_FOUND


async def read_received(
    house: ClearingHouse, file_id: UUID, now: datetime, on_progress: OnProgress | None = None
) -> StatementFile | None:
    """Read a file that was received: take it in whole, or keep it apart with its reason; return what it has become.

    None when there is no such file. One that was read before, or is being read by somebody else, is left as it is.
    """

    async def take_in(connection: Connection, file: StatementFile) -> None:
        await _take_in(connection, house, file, now, on_progress)

    await read_once(house.pool, file_id, now, take_in)
    return await find_file(house.pool, file_id)


async def _take_in(
    connection: Connection, house: ClearingHouse, file: StatementFile, now: datetime, on_progress: OnProgress | None
) -> None:
    given = await find_counterparty(house.pool, file.counterparty_id)
    if given is None:
        raise LookupError("a file's counterparty is gone")
    counterparties = [given, *(each for each in await banks(connection) if each.id != given.id)]
    with tempfile.TemporaryFile(prefix="florin-") as raw:
        async for part in parts_of(connection, file.id, house.vault.statement_parts):
            raw.write(part)
        raw.flush()
        raw.seek(0)
        rows = StatementRows(file, counterparties, house.vault.statement_details, now)
        first_days: dict[UUID, date] = {}
        async with aclosing(_pieces(file, raw, given)) as read:
            async for pieces in read:
                batch = await asyncio.to_thread(rows.of, pieces)
                if batch.lines:
                    await write_lines(connection, batch.lines)
                for statement in batch.statements:
                    await _write(connection, file, statement)
                    whose = statement.counterparty_id
                    first_days[whose] = min(first_days.get(whose, statement.to_on), statement.to_on)
                if on_progress is not None:
                    on_progress(_place(raw, file), file.size_bytes)
    for counterparty in counterparties:
        if counterparty.id in first_days:
            since, is_numbered = first_days[counterparty.id], counterparty.terms.is_numbered
            await compare_neighbours(connection, counterparty.id, since, now, is_numbered=is_numbered)
    await total_up(connection, file.id)
    await write_taken_in(connection, file.id, rows.statements, rows.lines, now)


def _pieces(file: StatementFile, raw: IO[bytes], given: Counterparty) -> AsyncGenerator[Sequence[Footed]]:
    """What stands in a file, some of it at a time; a large one is read by another process."""
    read = _read_here if file.size_bytes <= READ_HERE_BYTES else read_apart
    return read(raw, file.format, given.currency, given.terms.columns)


async def _read_here(
    raw: IO[bytes], form: FileFormat, currency: str, columns: ColumnMapping | None
) -> AsyncGenerator[Sequence[Footed]]:
    pieces = read_file(form, raw, currency, columns)
    while some := await asyncio.to_thread(lambda: list(islice(pieces, BATCH))):
        yield some


async def _write(connection: Connection, file: StatementFile, statement: StatementRow) -> None:
    if statement.lines > 0:
        one_a_day = file.format in OF_ONE_DAY
        other = await taken_in_before(connection, statement, file.format, one_a_day=one_a_day)
        if other is not None:
            what = f"its statement of {statement.to_on} was brought by {other!r} before"
            raise FileProblem(ProblemCode.TAKEN_IN_BEFORE, None, what)
    await write_statement(connection, statement)


def _place(raw: IO[bytes], file: StatementFile) -> int:
    """How far a file has been read; an archive is read to and fro, and counts as read when it is."""
    return min(raw.tell(), file.size_bytes)


def _digest(stream: IO[bytes]) -> tuple[bytes, int]:
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := stream.read(PART_BYTES):
        digest.update(part)
        size += len(part)
    return digest.digest(), size


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while part := stream.read(PART_BYTES):
        yield part


def _name(name: str) -> str:
    """The name that a file came under, without a path and without anything that a terminal or sheet acts on."""
    plain = "".join(each if each.isprintable() else " " for each in PurePath(name.replace("\\", "/")).name)
    return plain.strip().lstrip("=+-@")[:LONGEST_NAME] or "unnamed"
