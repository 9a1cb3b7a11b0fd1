"""The timeline of an order: what the audit trail tells of it, with who did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_rows

# Ids begin with their time, so the order of ids is the order of time.
# What a background job does has no session, and what an API key does has no login.
TIMELINE: Final = """
SELECT a.id, a.at, a.action, a.detail, l.user_name, coalesce(l.roles, '{}') AS roles,
       l.customer_id IS NOT NULL AS is_customers
FROM audit a
LEFT JOIN login_session s ON s.id = a.actor_id
LEFT JOIN login l ON l.id = s.login_id
WHERE a.subject_id = %(order_id)s AND (%(after)s::uuid IS NULL OR a.id > %(after)s)
ORDER BY a.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an order; ``user_name`` is None when the service did it by itself.

    ``is_customers`` tells the customer's own people from the operator's.
    """

    id: UUID
    at: datetime
    action: str
    detail: dict[str, Any]
    user_name: str | None
    roles: list[str]
    is_customers: bool


async def timeline_of(pool: Pool, order_id: UUID, after: UUID | None, limit: int) -> Page[Step, UUID]:
    """A page of what happened to an order, the oldest first, from what came after the step ``after``."""
    where = {"order_id": order_id, "after": after, "limit": limit + 1}
    found = await read_rows(pool, Step, TIMELINE, where)
    return page_of([(each.id, each) for each in found], limit)
