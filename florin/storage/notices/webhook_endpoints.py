"""Webhook endpoints: where events are sent to, signed with which secrets (sealed), and whether they still arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.identifiers import wire_id
from florin.domain.paging import Page, page_of
from florin.domain.webhook import DisabledReason, EndpointOwner, EndpointStatus
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool
from florin.storage.outbox import emit
from florin.storage.read_rows import read_rows

_COLUMNS: Final = """id, owner_kind, merchant_id, customer_id, url, events, secret_encrypted, old_secret_encrypted,
       old_secret_until, contact_encrypted, status, disabled_reason, failures, created_at"""

FIND: Final = f"SELECT {_COLUMNS} FROM webhook_endpoint WHERE id = %(id)s AND status <> 'removed'"  # noqa: S608 (our names)
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
LIST: Final = f"""
SELECT {_COLUMNS} FROM webhook_endpoint
WHERE status <> 'removed' AND (%(after)s::uuid IS NULL OR id > %(after)s)
  AND (%(everybody)s OR (owner_kind = %(owner_kind)s AND coalesce(merchant_id, customer_id) = %(owner_id)s))
ORDER BY id LIMIT %(limit)s
"""  # noqa: S608 (our names)
COUNT: Final = """
SELECT count(*) FROM webhook_endpoint WHERE status <> 'removed' AND owner_kind = %(owner_kind)s
  AND coalesce(merchant_id, customer_id) IS NOT DISTINCT FROM %(owner_id)s
"""
INSERT: Final = """
INSERT INTO webhook_endpoint (id, owner_kind, merchant_id, customer_id, url, events, secret_encrypted,
                              contact_encrypted, status, created_at)
VALUES (%(id)s, %(owner_kind)s, %(merchant_id)s, %(customer_id)s, %(url)s, %(events)s, %(secret)s, %(contact)s,
        'active', %(now)s)
"""
SET_STATUS: Final = """
UPDATE webhook_endpoint SET status = %(status)s, disabled_reason = %(reason)s, failures = 0, rests_until = NULL
WHERE id = %(id)s
"""
ROTATE: Final = """
UPDATE webhook_endpoint
SET secret_encrypted = %(secret)s, old_secret_encrypted = %(old_secret)s, old_secret_until = %(until)s WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint; its secrets and its contact are sealed. ``owner_id`` is None for the operator's."""

    id: UUID
    owner_kind: str
    merchant_id: UUID | None
    customer_id: UUID | None
    url: str
    events: Sequence[str]
    secret_encrypted: bytes
    old_secret_encrypted: bytes | None
    old_secret_until: datetime | None
    contact_encrypted: bytes | None
    status: str
    disabled_reason: str | None
    failures: int
    created_at: datetime

    @property
    def owner_id(self) -> UUID | None:
        """The merchant or the customer."""
        return self.merchant_id or self.customer_id


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to be; secret and contact are sealed for its id."""

    id: UUID
    owner_kind: EndpointOwner
    owner_id: UUID | None
    url: str
    events: Sequence[str]
    secret: bytes
    contact: bytes | None


async def add_endpoint(connection: Connection, new: NewEndpoint, author: Author) -> None:
    """Write an endpoint; it gets what happens from now on."""
    kind = new.owner_kind
    row = {
        "id": new.id,
        "owner_kind": kind.value,
        "merchant_id": new.owner_id if kind is EndpointOwner.MERCHANT else None,
        "customer_id": new.owner_id if kind is EndpointOwner.CUSTOMER else None,
        "url": new.url,
        "events": list(new.events),
        "secret": new.secret,
        "contact": new.contact,
        "now": author.now,
    }
    await connection.execute(INSERT, row)
    await record(connection, author, "webhook.added", new.id, {"url": new.url, "events": list(new.events)})


async def count_endpoints(connection: Connection, kind: EndpointOwner, owner_id: UUID | None) -> int:
    """How many endpoints an owner has."""
    row = await (await connection.execute(COUNT, {"owner_kind": kind.value, "owner_id": owner_id})).fetchone()
    return 0 if row is None else int(row[0])


async def find_endpoint(pool: Pool, endpoint_id: UUID) -> Endpoint | None:
    """The endpoint of that id, if there is one."""
    async with pool.connection() as connection:
        return await _one(connection, FIND, endpoint_id)


async def lock_endpoint(connection: Connection, endpoint_id: UUID) -> Endpoint | None:
    """The endpoint of that id, locked until the caller's transaction ends."""
    return await _one(connection, LOCK, endpoint_id)


async def list_endpoints(
    pool: Pool, owner: tuple[EndpointOwner, UUID] | None, after: UUID | None, limit: int
) -> Page[Endpoint, UUID]:
    """A page of an owner's endpoints, or of everybody's, the oldest first."""
    kind, owner_id = owner or (None, None)
    wanted = {
        "everybody": owner is None,
        "owner_kind": kind,
        "owner_id": owner_id,
        "after": after,
        "limit": limit + 1,
    }
    found = await read_rows(pool, Endpoint, LIST, wanted)
    return page_of([(each.id, each) for each in found], limit)


async def set_status(
    connection: Connection,
    endpoint: Endpoint,
    status: EndpointStatus,
    author: Author,
    reason: DisabledReason | None = None,
) -> None:
    """Write whether an endpoint gets anything; that it does not is an event, unless it was removed."""
    await connection.execute(SET_STATUS, {"id": endpoint.id, "status": status.value, "reason": reason})
    await record(connection, author, f"webhook.{status}", endpoint.id, {"reason": reason})
    if status is EndpointStatus.DISABLED:
        told = {"id": wire_id("webhook", endpoint.id), "url": endpoint.url, "reason": reason}
        await emit(connection, "webhook.disabled", endpoint.id, told, author.now)


async def write_rotation(
    connection: Connection, endpoint_id: UUID, secret: bytes, old_secret: bytes, until: datetime, author: Author
) -> None:
    """Write an endpoint's new secret; the one before signs too until an instant. Both are sealed."""
    row = {"id": endpoint_id, "secret": secret, "old_secret": old_secret, "until": until}
    await connection.execute(ROTATE, row)
    await record(connection, author, "webhook.secret_rotated", endpoint_id, {"old_secret_until": until})


async def _one(connection: Connection, query: str, endpoint_id: UUID) -> Endpoint | None:
    async with connection.cursor(row_factory=class_row(Endpoint)) as cursor:
        await cursor.execute(query.encode(), {"id": endpoint_id})
        return await cursor.fetchone()
