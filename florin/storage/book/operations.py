"""Looking up what became of an operation, by either of the two names that its caller gave it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from florin.storage.connect import Pool
from florin.storage.read_rows import read_row

_COLUMNS: Final = """
SELECT key, verb, decline, answer, reference, subject_id, journal_id, terminal_id, request_id, posted_at FROM operation
"""
BY_REFERENCE: Final = _COLUMNS + "WHERE caller_id = %(caller_id)s AND reference = %(name)s"
BY_KEY: Final = _COLUMNS + "WHERE caller_id = %(caller_id)s AND key = %(name)s"


@dataclass(frozen=True, slots=True)
class DecidedOperation:
    """An operation as the book holds it; ``answer`` is what its caller was told, or what a decline said of itself."""

    key: str
    verb: str
    decline: str | None
    answer: dict[str, Any]
    reference: str | None
    subject_id: UUID | None
    journal_id: UUID | None
    terminal_id: UUID | None
    request_id: str | None
    posted_at: datetime


async def operation_by_reference(pool: Pool, caller_id: UUID, reference: str) -> DecidedOperation | None:
    """What occupies the caller's reference, if anything does; a declined operation occupies none."""
    return await _find(pool, BY_REFERENCE, caller_id, reference)


async def operation_by_key(pool: Pool, caller_id: UUID, key: str) -> DecidedOperation | None:
    """What was decided under the caller's idempotency key, if anything was."""
    return await _find(pool, BY_KEY, caller_id, key)


async def _find(pool: Pool, statement: LiteralString, caller_id: UUID, name: str) -> DecidedOperation | None:
    return await read_row(pool, DecidedOperation, statement, {"caller_id": caller_id, "name": name})
