"""Reading the outbox as a list, for people who look; delivery does not go by this list.

An event becomes visible with its transaction, so one with an older id can appear after a newer one was read. Whoever
needs every event exactly takes the webhooks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_rows

# The page is cut out of the outbox first; only its events are then looked up in the record of operations.
EVENTS: Final = """
WITH page AS MATERIALIZED (
    SELECT id, name, journal_id, payload, posted_at FROM outbox
    WHERE %(after)s::uuid IS NULL OR id < %(after)s
    ORDER BY id DESC LIMIT %(rows)s
)
SELECT e.id, e.name, e.journal_id, coalesce(e.payload, o.answer) AS payload, e.posted_at
FROM page e LEFT JOIN operation o
  ON e.payload IS NULL AND o.posted_at = e.posted_at AND o.journal_id = e.journal_id
ORDER BY e.id DESC
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened, as the outside world is told of it."""

    id: UUID
    name: str
    journal_id: UUID | None
    payload: dict[str, Any]
    posted_at: datetime


async def read_events(pool: Pool, limit: int, after: UUID | None = None) -> Page[Event, UUID]:
    """A page of ``limit`` events, newest first, that are older than the event ``after``."""
    found = await read_rows(pool, Event, EVENTS, {"after": after, "rows": limit + 1})
    return page_of([(each.id, each) for each in found], limit)
