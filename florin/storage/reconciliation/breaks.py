"""Reading breaks: one with its story, pages of them by age, and which are tolerated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from florin.domain.break_life import BreakKind, BreakState
from florin.domain.break_proposal import BreakProposal
from florin.domain.break_record import Break
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.reconciliation.break_rows import (
    BREAK_COLUMNS,
    CHANGE_COLUMNS,
    FROM_BREAKS,
    PROPOSAL_COLUMNS,
    BreakChange,
    read_break,
    read_change,
    read_proposal,
)

KNOWN: Final = "SELECT id FROM break WHERE id = ANY(%(ids)s)"
FIND: Final = f"SELECT {BREAK_COLUMNS} {FROM_BREAKS} WHERE b.id = ANY(%(ids)s)"
# The oldest first. Since when a break stands never changes, so a page begins where the one before has ended.
PAGE: Final = f"""
SELECT {BREAK_COLUMNS} {FROM_BREAKS}
WHERE (NOT %(alive)s OR b.ended_at IS NULL)
  AND (%(programme_id)s::uuid IS NULL OR b.programme_id = %(programme_id)s)
  AND (%(counterparty_id)s::uuid IS NULL OR b.counterparty_id = %(counterparty_id)s)
  AND (%(kind)s::text IS NULL OR b.kind = %(kind)s)
  AND (%(state)s::text IS NULL OR b.state = %(state)s)
  AND (%(owner_id)s::uuid IS NULL OR b.owner_id = %(owner_id)s)
  AND (%(as_old_as)s::date[] IS NULL OR b.value_on <= (
      SELECT w.latest FROM unnest(%(whose)s::uuid[], %(as_old_as)s::date[]) AS w (id, latest)
      WHERE w.id = coalesce(b.counterparty_id, b.programme_id)))
  AND (%(after)s::uuid IS NULL
       OR (b.value_on, b.id) > (SELECT e.value_on, e.id FROM break e WHERE e.id = %(after)s))
ORDER BY b.value_on, b.id LIMIT %(limit)s
"""  # noqa: S608 (as above)
WAITING: Final = f"""
SELECT {PROPOSAL_COLUMNS} FROM break_proposal p WHERE p.break_id = ANY(%(ids)s) AND p.state = 'waiting'
"""  # noqa: S608 (as above)
PROPOSALS: Final = f"SELECT {PROPOSAL_COLUMNS} FROM break_proposal p WHERE p.break_id = %(id)s ORDER BY p.id"  # noqa: S608
CHANGES: Final = f"SELECT {CHANGE_COLUMNS} FROM break_change WHERE break_id = %(id)s ORDER BY number"  # noqa: S608
# What somebody has taken is left to them.
TOLERATED: Final = """
SELECT b.id FROM break b JOIN counterparty c ON c.id = b.counterparty_id
WHERE b.ended_at IS NULL AND b.state = 'open' AND b.journal_id IS NOT NULL AND b.amount_minor <> 0
  AND abs(b.amount_minor) <= CASE b.kind WHEN 'fee_diff' THEN c.fee_tolerance_minor
                                         WHEN 'amount_diff' THEN c.amount_tolerance_minor END
ORDER BY b.value_on, b.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichBreaks:
    """Which breaks: ``alive``, those that have not ended; None: of any.

    ``as_old_as`` are the latest value dates of what is old enough, by counterparty, and by programme for entries that
    several counterparties could have.
    """

    alive: bool = True
    programme_id: UUID | None = None
    counterparty_id: UUID | None = None
    kind: BreakKind | None = None
    state: BreakState | None = None
    owner_id: UUID | None = None
    as_old_as: Mapping[UUID, date] | None = None


@dataclass(frozen=True, slots=True)
class BreakInHand:
    """A break, and what waits for a decision on it."""

    known: Break
    waiting: BreakProposal | None


@dataclass(frozen=True, slots=True)
class BreakStory:
    """A break with everything that was proposed for it and done with it, in the order of time."""

    known: Break
    proposals: tuple[BreakProposal, ...] = field(default=())
    changes: tuple[BreakChange, ...] = field(default=())


async def known_breaks(pool: Pool, break_ids: list[UUID]) -> set[UUID]:
    """Which of these ids are breaks'; none ever goes away."""
    async with pool.connection() as connection:
        return {row[0] for row in await (await connection.execute(KNOWN, {"ids": break_ids})).fetchall()}


async def read_story(pool: Pool, break_id: UUID) -> BreakStory | None:
    """A break with its story, if there is one of this id."""
    async with pool.connection() as connection:
        row = await (await connection.execute(FIND.encode(), {"ids": [break_id]})).fetchone()
        if row is None:
            return None
        proposals = await (await connection.execute(PROPOSALS.encode(), {"id": break_id})).fetchall()
        changes = await (await connection.execute(CHANGES.encode(), {"id": break_id})).fetchall()
    return BreakStory(read_break(row), tuple(map(read_proposal, proposals)), tuple(map(read_change, changes)))


async def list_breaks(pool: Pool, which: WhichBreaks, after: UUID | None, limit: int) -> Page[BreakInHand, UUID]:
    """A page of breaks, the oldest first, from those after ``after``."""
    ages = which.as_old_as
    where = {
        "alive": which.alive,
        "programme_id": which.programme_id,
        "counterparty_id": which.counterparty_id,
        "kind": which.kind,
        "state": which.state,
        "owner_id": which.owner_id,
        "whose": None if ages is None else list(ages),
        "as_old_as": None if ages is None else list(ages.values()),
        "after": after,
        "limit": limit + 1,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(PAGE.encode(), where)).fetchall()
        found = [read_break(row) for row in rows]
        proposals = await (await connection.execute(WAITING.encode(), {"ids": [each.id for each in found]})).fetchall()
    waiting = {each.break_id: each for each in map(read_proposal, proposals)}
    return page_of([(each.id, BreakInHand(each, waiting.get(each.id))) for each in found], limit)


async def tolerated_breaks(pool: Pool, limit: int) -> list[UUID]:
    """Breaks that the terms of their counterparties tolerate and that nobody has taken, at most so many."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(TOLERATED, {"limit": limit})).fetchall()]
