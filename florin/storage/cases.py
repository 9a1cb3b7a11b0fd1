"""Cases: opened once, changed step by step under the lock of their row, and told in notes that nobody changes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from florin.domain.case_life import BY_ITSELF, Case, CaseKind, CaseOperation, CaseStatus, Remedy, Side
from florin.domain.identifiers import wire_id
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.outbox import Told, emit, emit_all
from florin.storage.read_rows import read_rows

COLUMNS: Final = ", ".join("s." + each.name for each in fields(Case))

FIND: Final = f"SELECT {COLUMNS} FROM service_case s WHERE s.id = %(id)s"  # noqa: S608 (a dataclass's fields)
LOCK: Final = f"{FIND} FOR UPDATE"
BY_KEY: Final = f"""
SELECT {COLUMNS} FROM service_case s WHERE s.opened_by = %(opened_by)s AND s.case_key = %(key)s
"""  # noqa: S608 (as above)
# Ids begin with their time, so the order of ids is the order of time.
CASES: Final = f"""
SELECT {COLUMNS} FROM service_case s
WHERE (%(status)s::text IS NULL OR s.status = %(status)s) AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
  AND (%(member_id)s::uuid IS NULL OR s.member_id = %(member_id)s)
  AND (%(customer_id)s::uuid IS NULL OR s.customer_id = %(customer_id)s)
  AND (%(merchant_id)s::uuid IS NULL OR s.merchant_id = %(merchant_id)s)
  AND (%(of_customers)s::boolean IS NULL OR (s.customer_id IS NOT NULL) = %(of_customers)s)
  AND (%(assignee_id)s::uuid IS NULL OR s.assignee_id = %(assignee_id)s)
  AND (%(overdue_at)s::timestamptz IS NULL OR (s.ended_at IS NULL AND s.due_at <= %(overdue_at)s))
  AND (%(before)s::uuid IS NULL OR s.id < %(before)s)
ORDER BY s.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO service_case (id, programme_id, kind, status, owner_id, member_id, customer_id, purchase_id, merchant_id,
                          opened_by, opened_person, case_key, opened_at, assignee_id, due_at, ended_at)
VALUES (%(id)s, %(programme_id)s, %(kind)s, %(status)s, %(owner_id)s, %(member_id)s, %(customer_id)s, %(purchase_id)s,
        %(merchant_id)s, %(opened_by)s, %(opened_person)s, %(key)s, %(opened_at)s, %(assignee_id)s, %(due_at)s,
        %(ended_at)s)
"""
UPDATE: Final = """
UPDATE service_case SET status = %(status)s, assignee_id = %(assignee_id)s, due_at = %(due_at)s, ended_at = %(ended_at)s
WHERE id = %(id)s
"""
INSERT_NOTE: Final = """
INSERT INTO case_note (id, case_id, operation, status, side, author_id, is_internal, text_encrypted, at)
VALUES (%(id)s, %(case_id)s, %(operation)s, %(status)s, %(side)s, %(author_id)s, %(is_internal)s,
        %(text_encrypted)s, %(at)s)
"""
NOTES: Final = """
SELECT id, operation, status, side, author_id, is_internal, text_encrypted, at FROM case_note
WHERE case_id = %(case_id)s
  AND CASE %(reader)s WHEN 'service' THEN true WHEN 'member' THEN NOT is_internal
      ELSE side = 'merchant' OR operation = 'ask_merchant' END
ORDER BY id
"""
# A case is the caller of what is posted by it.
REMEDIES: Final = """
SELECT 'refund' AS kind, r.id, r.principal_minor + r.bonus_minor + r.discount_minor AS amount_minor, p.unit,
       r.posted_at AS at
FROM operation o JOIN refund r ON r.id = o.subject_id JOIN purchase p ON p.id = r.purchase_id
WHERE o.caller_id = %(case_id)s AND o.decline IS NULL
UNION ALL
SELECT 'voucher', v.id, v.face_minor, p.unit, v.granted_at
FROM operation o JOIN voucher v ON v.id = o.subject_id JOIN programme p ON p.id = v.programme_id
WHERE o.caller_id = %(case_id)s AND o.decline IS NULL
ORDER BY at
"""
# A card is of who ordered it, a wallet of who ordered the card that was loaded last.
CUSTOMER_OF: Final = """
(SELECT i.sold_to FROM card c JOIN card_issue i ON i.id = c.issue_id
 WHERE c.id = %(owner_id)s AND i.sold_to IS NOT NULL)
UNION ALL
(SELECT i.sold_to FROM redemption r JOIN card c ON c.id = r.card_id JOIN card_issue i ON i.id = c.issue_id
 WHERE r.member_id = %(owner_id)s AND i.sold_to IS NOT NULL ORDER BY r.posted_at DESC, r.card_id DESC LIMIT 1)
"""
_CLOSING, _CLOSABLE = BY_ITSELF
# The statuses stand here and in no parameter, so that their small index serves.
ENDED: Final = f"""
SELECT s.id FROM service_case s JOIN programme p ON p.id = s.programme_id
WHERE s.status IN ({", ".join(f"'{each.value}'" for each in _CLOSABLE)})
  AND s.ended_at + make_interval(days => p.case_closing_days) <= %(now)s
ORDER BY s.ended_at LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED
"""  # noqa: S608 (our own words)
CLOSE: Final = f"UPDATE service_case s SET status = 'closed' WHERE s.id = ANY(%(ids)s::uuid[]) RETURNING {COLUMNS}"  # noqa: S608 (as above)
NOTE_CLOSING: Final = """
INSERT INTO case_note (id, case_id, operation, status, side, is_internal, at)
SELECT n.id, n.case_id, 'close', 'closed', 'nobody', false, %(now)s
FROM unnest(%(note_ids)s::uuid[], %(ids)s::uuid[]) AS n (id, case_id)
"""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A note as it is kept."""

    id: UUID
    operation: str | None
    status: str
    side: str
    author_id: UUID | None
    is_internal: bool
    text_encrypted: bytes | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WantedCases:
    """Which cases a list is to show; None of anything: all of it."""

    status: CaseStatus | None = None
    kind: CaseKind | None = None
    member_id: UUID | None = None
    customer_id: UUID | None = None
    of_customers: bool | None = None
    assignee_id: UUID | None = None
    overdue_at: datetime | None = None
    merchant_id: UUID | None = None


async def add_case(pool: Pool, case: Case, key: str, note: SealedNote, author: Author) -> Case:
    """Write a new case with its first note; what the same opener has opened under the same key before is returned."""
    try:
        async with transaction(pool) as connection:
            await write_case(connection, case, key, note, author)
    except UniqueViolation as error:
        if error.diag.constraint_name != "case_is_opened_once":
            raise
        return (await _cases(pool, BY_KEY, {"opened_by": case.opened_by, "key": key}))[0]
    return case


async def write_case(connection: Connection, case: Case, key: str, note: SealedNote, author: Author) -> None:
    """Write a new case with its first note in the caller's transaction, under a key that nobody has used."""
    await connection.execute(INSERT, {**asdict(case), "key": key})
    await _add_note(connection, case.id, note)
    await record(connection, author, "case.opened", case.id, _told(case))
    await emit(connection, "case.opened", case.id, _told(case), author.now)


@dataclass(frozen=True, slots=True)
class CaseChange:
    """The open change of a case; ``case`` is None when there is none of that id."""

    connection: Connection
    author: Author
    case: Case | None

    async def save(self, changed: Case, note: SealedNote, operation: CaseOperation) -> None:
        """Write how the case stands now, and the note that tells of it; an internal note is announced to nobody.

        That it stands otherwise than before is another event than that something was said to it.
        """
        name = "case.noted" if self.case is not None and self.case.status is changed.status else "case.changed"
        await self.connection.execute(UPDATE, asdict(changed))
        await _add_note(self.connection, changed.id, note)
        told = {**_told(changed), "operation": operation.value}
        await record(self.connection, self.author, "case.changed", changed.id, told)
        if not note.is_internal:
            await emit(self.connection, name, changed.id, told, self.author.now)


@asynccontextmanager
async def case_change(pool: Pool, case_id: UUID, author: Author) -> AsyncIterator[CaseChange]:
    """Open a change of a case; it commits at the end, or not at all when an exception leaves the block."""
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(Case)) as cursor:
        await cursor.execute(LOCK.encode(), {"id": case_id})
        found = await cursor.fetchone()
        yield CaseChange(connection, author, None if found is None else _typed(found))


async def close_ended(pool: Pool, now: datetime, limit: int) -> int:
    """Close up to ``limit`` cases whose end nobody has disputed for their programme's days; returns how many they were.

    What another process has locked, it does; and who reopens a case at this moment is waited for by nobody.
    """
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(Case)) as cursor:
        found = await connection.execute(ENDED.encode(), {"now": now, "limit": limit})
        ids = [row[0] for row in await found.fetchall()]
        if ids:
            note_ids = [fresh_id() for _ in ids]
            await cursor.execute(CLOSE.encode(), {"ids": ids})
            closed = [_typed(each) for each in await cursor.fetchall()]
            await connection.execute(NOTE_CLOSING, {"ids": ids, "note_ids": note_ids, "now": now})
            told = [Told("case.changed", each.id, {**_told(each), "operation": _CLOSING.value}) for each in closed]
            await emit_all(connection, told, now)
        return len(ids)


async def find_case(pool: Pool, case_id: UUID) -> Case | None:
    """The case of that id, if there is one."""
    found = await _cases(pool, FIND, {"id": case_id})
    return found[0] if found else None


async def customer_of(pool: Pool, owner_id: UUID) -> UUID | None:
    """The corporate customer whose card it is, or whose cards fill the member's wallet; None of anybody else."""
    async with pool.connection() as connection:
        found = await (await connection.execute(CUSTOMER_OF, {"owner_id": owner_id})).fetchone()
        return None if found is None else UUID(str(found[0]))


async def list_cases(pool: Pool, wanted: WantedCases, before: UUID | None, limit: int) -> Page[Case, UUID]:
    """A page of cases, the latest first, from those before ``before``."""
    found = await _cases(pool, CASES, {**asdict(wanted), "before": before, "limit": limit + 1})
    return page_of([(each.id, each) for each in found], limit)


async def notes_of(pool: Pool, case_id: UUID, reader: Side) -> list[SealedNote]:
    """What of a case's story a side reads, in its order.

    Our people read all of it, the member what is not internal, the merchant what it was asked and has answered.
    """
    return await read_rows(pool, SealedNote, NOTES, {"case_id": case_id, "reader": reader.value})


async def remedies_of(pool: Pool, case_id: UUID) -> list[Remedy]:
    """What a case has brought its member, in the order in which it was given."""
    return await read_rows(pool, Remedy, REMEDIES, {"case_id": case_id})


async def _add_note(connection: Connection, case_id: UUID, note: SealedNote) -> None:
    await connection.execute(INSERT_NOTE, {**asdict(note), "case_id": case_id})


def _told(case: Case) -> dict[str, str | None]:
    """What a case's events say: no word of what people have written."""
    return {
        "id": wire_id("case", case.id),
        "kind": case.kind.value,
        "status": case.status.value,
        "member_id": None if case.member_id is None else wire_id("member", case.member_id),
        "purchase_id": None if case.purchase_id is None else wire_id("purchase", case.purchase_id),
        "merchant_id": None if case.merchant_id is None else wire_id("merchant", case.merchant_id),
    }


async def _cases(pool: Pool, query: str, where: Mapping[str, object]) -> list[Case]:
    return [_typed(each) for each in await read_rows(pool, Case, query, where)]


def _typed(case: Case) -> Case:
    return replace(case, kind=CaseKind(case.kind), status=CaseStatus(case.status))
