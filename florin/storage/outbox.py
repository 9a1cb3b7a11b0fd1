"""Events for the outside world that no posting tells of, written in the transaction of what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.domain.identifiers import shard_of
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id

INSERT_EVENT: Final = """
INSERT INTO outbox (id, shard, name, subject_id, payload, posted_at)
VALUES (%(id)s, %(shard)s, %(name)s, %(subject_id)s, %(payload)s::text::json, %(now)s)
"""

_encode: Final = msgspec.json.Encoder().encode


async def emit(connection: Connection, name: str, subject_id: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the outside world, in the caller's transaction. ``payload`` must hold no secret."""
    shard = shard_of(subject_id)
    row = {
        "id": fresh_id(shard),
        "shard": shard,
        "name": name,
        "subject_id": subject_id,
        "payload": _encode(payload).decode(),
        "now": now,
    }
    await connection.execute(INSERT_EVENT, row)
