"""Events for the outside world that no posting tells of, written in the transaction of what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
INSERT_EVENTS: Final = """
INSERT INTO outbox (id, shard, name, subject_id, payload, posted_at)
SELECT e.id, e.shard, e.name, e.subject_id, e.payload::json, %(now)s
FROM unnest(%(ids)s::uuid[], %(shards)s::smallint[], %(names)s::text[], %(subjects)s::uuid[], %(payloads)s::text[])
    AS e (id, shard, name, subject_id, payload)
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


@dataclass(frozen=True, slots=True)
class Told:
    """One of many events that are written at once. ``payload`` must hold no secret."""

    name: str
    subject_id: UUID
    payload: Mapping[str, Any]


async def emit_all(connection: Connection, events: Sequence[Told], now: datetime) -> None:
    """Tell the outside world of many things in one statement, in the caller's transaction."""
    if not events:
        return
    shards = [shard_of(each.subject_id) for each in events]
    rows = {
        "ids": [fresh_id(shard) for shard in shards],
        "shards": shards,
        "names": [each.name for each in events],
        "subjects": [each.subject_id for each in events],
        "payloads": [_encode(each.payload).decode() for each in events],
        "now": now,
    }
    await connection.execute(INSERT_EVENTS, rows)
