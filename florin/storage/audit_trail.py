"""The audit trail: who changed configuration, or a card or member outside the book."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id

INSERT_AUDIT: Final = """
INSERT INTO audit (id, actor_id, action, subject_id, detail, at)
VALUES (%(id)s, %(actor_id)s, %(action)s, %(subject_id)s, %(detail)s::text::jsonb, %(now)s)
"""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change and when.

    ``actor_id`` is the API key or session used, None for whoever runs commands on the service's own machine; ``by`` is
    what that machine calls them, such as ``os:anna``, None for an API key or session.
    """

    actor_id: UUID | None
    now: datetime
    by: str | None = None


async def record(
    connection: Connection, author: Author, action: str, subject_id: UUID | None, detail: Mapping[str, Any]
) -> None:
    """Write an audit row in the transaction of the change that it tells of. ``detail`` must hold no secret."""
    if author.by is not None:
        detail = {**detail, "by": author.by}
    row = {
        "id": fresh_id(),
        "actor_id": author.actor_id,
        "action": action,
        "subject_id": subject_id,
        "detail": _encode(detail).decode(),
        "now": author.now,
    }
    await connection.execute(INSERT_AUDIT, row)
