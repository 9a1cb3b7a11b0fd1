"""Instructions about the cards of orders: written with the code that was spent for them, and how far each is.

Only what a customer wants and what has become of it stands here. The cards themselves change by the posting engine,
card by card, so whoever carries out an instruction may be killed at any point, and any number may do so at once.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec

from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.card_selection import CardRange
from florin.domain.paging import Page, page_of
from florin.storage.connect import Connection, Pool, transaction

_COLUMNS: Final[LiteralString] = """
    i.id, i.order_id, o.customer_id, i.kind, i.selection::text, i.cards, i.done, i.skipped, i.refused, i.asked_by,
    i.session_id, i.asked_at, i.finished_at
"""
_FROM: Final[LiteralString] = f"SELECT {_COLUMNS} FROM order_instruction i JOIN corporate_order o ON o.id = i.order_id"  # noqa: S608 (our own columns)
BY_ID: Final = f"{_FROM} WHERE i.id = %(id)s"
BY_KEY: Final = f"{_FROM} WHERE i.order_id = %(order_id)s AND i.kind = %(kind)s AND i.order_key = %(key)s"
OF_ORDER: Final = f"""{_FROM}
WHERE i.order_id = %(order_id)s AND i.kind = %(kind)s AND (%(before)s::uuid IS NULL OR i.id < %(before)s)
ORDER BY i.id DESC LIMIT %(rows)s
"""
RUNNING: Final = "SELECT id FROM order_instruction WHERE status = 'running' ORDER BY id"
INSERT: Final = """
INSERT INTO order_instruction (id, order_id, kind, order_key, selection, cards, status, asked_by, session_id, asked_at)
VALUES (%(id)s, %(order_id)s, %(kind)s, %(key)s, %(selection)s, %(cards)s, 'running', %(asked_by)s, %(session_id)s,
        %(asked_at)s)
"""
# Whoever was quicker has told of the same cards already.
ADVANCE: Final = """
UPDATE order_instruction
SET done = done + %(done)s, skipped = skipped + %(skipped)s, refused = refused + %(refused)s,
    status = CASE WHEN %(past)s + %(turns)s = cards THEN 'finished' ELSE 'running' END,
    finished_at = CASE WHEN %(past)s + %(turns)s = cards THEN %(now)s::timestamptz END
WHERE id = %(id)s AND done + skipped + refused = %(past)s
"""
INSERT_REFUSALS: Final = """
INSERT INTO order_instruction_refusal (instruction_id, line, serial, code)
SELECT %(id)s, * FROM unnest(%(lines)s::smallint[], %(serials)s::integer[], %(codes)s::text[])
"""
REFUSALS: Final = """
SELECT line, serial, code FROM order_instruction_refusal WHERE instruction_id = %(id)s
ORDER BY line, serial LIMIT %(limit)s
"""
CARDS_OF_LINES: Final = """
SELECT l.line, i.generated FROM order_line l JOIN card_issue i ON i.id = l.issue_id
WHERE l.order_id = %(order_id)s AND l.status = 'ready'
"""
TAKE_TURN: Final = "SELECT pg_try_advisory_lock(%(lock)s)"
END_TURN: Final = "SELECT pg_advisory_unlock(%(lock)s)"

_encode: Final = msgspec.json.Encoder().encode


class _Selected(msgspec.Struct):
    """A selection as it is stored; ``all`` tells that no card was named."""

    all: bool
    ranges: list[tuple[int, int, int]]


_decode: Final = msgspec.json.Decoder(_Selected).decode


async def find_instruction(pool: Pool, instruction_id: UUID) -> Instruction | None:
    """The instruction of that id as it stands now, if there is one."""
    async with pool.connection() as connection:
        return await _one(connection, BY_ID, {"id": instruction_id})


async def instruction_of_key(
    connection: Connection, order_id: UUID, kind: InstructionKind, key: str
) -> Instruction | None:
    """The instruction that was given about an order under an idempotency key, if one was."""
    return await _one(connection, BY_KEY, {"order_id": order_id, "kind": kind.value, "key": key})


async def instructions_of(
    pool: Pool, order_id: UUID, kind: InstructionKind, limit: int, before: UUID | None = None
) -> Page[Instruction, UUID]:
    """A page of ``limit`` instructions about an order, newest first, that are older than ``before``."""
    wanted = {"order_id": order_id, "kind": kind.value, "before": before, "rows": limit + 1}
    async with pool.connection() as connection:
        rows = await (await connection.execute(OF_ORDER, wanted)).fetchall()
    return page_of([(row[0], _read(row)) for row in rows], limit)


async def running_instructions(pool: Pool) -> list[UUID]:
    """The instructions of which some cards have not had their turn, the oldest first."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(RUNNING)).fetchall()]


async def add_instruction(connection: Connection, instruction: Instruction, key: str) -> None:
    """Write a new instruction, in the transaction that has locked its order."""
    ranges = [(each.line, each.first, each.last) for each in instruction.selection]
    row = {
        "id": instruction.id,
        "order_id": instruction.order_id,
        "kind": instruction.kind.value,
        "key": key,
        "selection": _encode(_Selected(instruction.is_for_all, ranges)).decode(),
        "cards": instruction.cards,
        "asked_by": instruction.asked_by,
        "session_id": instruction.session_id,
        "asked_at": instruction.asked_at,
    }
    await connection.execute(INSERT, row)


async def advance(
    pool: Pool, instruction: Instruction, done: int, skipped: int, refusals: Sequence[RefusedCard], now: datetime
) -> None:
    """Write what became of the cards after the first ``instruction.past`` ones, unless another process was quicker."""
    row = {
        "id": instruction.id,
        "past": instruction.past,
        "turns": done + skipped + len(refusals),
        "done": done,
        "skipped": skipped,
        "refused": len(refusals),
        "now": now,
    }
    async with transaction(pool) as connection:
        if (await connection.execute(ADVANCE, row)).rowcount == 0 or not refusals:
            return
        lines, serials, codes = (list(column) for column in zip(*refusals, strict=True))
        told = {"id": instruction.id, "lines": lines, "serials": serials, "codes": codes}
        await connection.execute(INSERT_REFUSALS, told)


async def refusals_of(pool: Pool, instruction_id: UUID, limit: int) -> list[RefusedCard]:
    """The first cards that an instruction was refused for, in their order."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(REFUSALS, {"id": instruction_id, "limit": limit})).fetchall()
    return [RefusedCard(*row) for row in rows]


async def cards_of_lines(connection: Connection, order_id: UUID) -> dict[int, int]:
    """How many cards each line of an order has, replacements included; lines that were given up are left out."""
    return dict(await (await connection.execute(CARDS_OF_LINES, {"order_id": order_id})).fetchall())


@asynccontextmanager
async def turn_at(pool: Pool, instruction_id: UUID) -> AsyncIterator[bool]:
    """Whether it is this process's turn to carry out an instruction; the turn ends with the block, or the process.

    It only keeps two processes from doing the same work twice. That no card changes twice is the engine's care.
    """
    lock = {"lock": int.from_bytes(instruction_id.bytes[8:], signed=True)}
    async with pool.connection() as connection:
        row = await (await connection.execute(TAKE_TURN, lock)).fetchone()
        is_ours = row is not None and bool(row[0])
        try:
            yield is_ours
        finally:
            if is_ours and not connection.closed:
                await connection.execute(END_TURN, lock)


async def _one(connection: Connection, query: LiteralString, wanted: dict[str, object]) -> Instruction | None:
    row = await (await connection.execute(query, wanted)).fetchone()
    return None if row is None else _read(row)


def _read(row: tuple[Any, ...]) -> Instruction:
    identifier, order_id, customer_id, kind, selection, *rest = row
    selected = _decode(selection)
    ranges = tuple(CardRange(*each) for each in selected.ranges)
    return Instruction(identifier, order_id, customer_id, InstructionKind(kind), selected.all, ranges, *rest)
