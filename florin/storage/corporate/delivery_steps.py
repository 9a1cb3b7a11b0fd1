"""The steps of a delivery as rows: asked for, decided on, fetched, its password read; and a change of one delivery.

Whoever takes a step opens a change of the order or of the delivery, decides by what it shows (nothing of which can
change meanwhile) and writes through its connection, so of two persons at once one finds that the other came first.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.delivery import Delivery, DeliveryForm, DeliveryPart, DeliveryStatus
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.deliveries import lock_delivery, read_delivery
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError

KEY_IN_FORCE: Final = """
SELECT recipient FROM customer_proposal
WHERE customer_id = %(customer_id)s AND purpose = %(part)s AND status = 'in_force'
"""
# A file that is fetched at this moment is waited for, and then found to be fetched by the statement below.
SUPERSEDE: Final = """
UPDATE delivery SET status = 'expired'
WHERE order_id = %(order_id)s AND part = %(part)s AND status IN ('waiting_for_approval', 'open')
"""
# Whoever fetched the whole order has also got the replacement cards that there were by then.
HAS_LEFT_BEFORE: Final = """
SELECT EXISTS (
    SELECT FROM delivery d
    WHERE d.order_id = %(order_id)s AND d.part = %(part)s AND d.status = 'fetched'
        AND (%(names)s::text[] IS NULL OR d.selection && %(names)s::text[]
             OR (d.selection IS NULL AND d.fetched_at > %(replaced_at)s)))
"""
INSERT: Final = """
INSERT INTO delivery (id, order_id, part, form, recipient, password_key_id, selection, cards, is_repetition, status,
                      requested_by, requested_person, requested_at, request_key, expires_at)
VALUES (%(id)s, %(order_id)s, %(part)s, %(form)s, %(recipient)s, %(password_key_id)s, %(names)s, %(cards)s,
        %(is_repetition)s, %(status)s, %(login_id)s, %(person_id)s, %(now)s, %(key)s, %(expires_at)s)
ON CONFLICT ON CONSTRAINT delivery_key_is_unique DO NOTHING
"""
DECIDE: Final = """
UPDATE delivery SET status = %(status)s, decided_by = %(login_id)s, decided_person = %(person_id)s,
    decided_at = %(now)s, expires_at = %(expires_at)s
WHERE id = %(id)s
"""
FETCH: Final = """
UPDATE delivery SET status = 'fetched', fetched_by = %(login_id)s, fetched_person = %(person_id)s,
    fetched_at = %(now)s, cards = %(cards)s, size_bytes = %(size_bytes)s, sha256 = %(sha256)s
WHERE id = %(id)s
"""
NOTE_READER: Final = """
UPDATE delivery SET password_read_by = %(login_id)s, password_read_person = %(person_id)s, password_read_at = %(now)s
WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A file of an order's cards that is asked for: of all, or of the replacement cards that are named.

    ``recipient`` is the key that it is sealed for, ``password_key_id`` what derives a zip file's password; ``key`` is
    the idempotency key, if there is one.
    """

    order_id: UUID
    part: DeliveryPart
    form: DeliveryForm
    recipient: str | None
    password_key_id: int | None
    names: tuple[str, ...] | None
    cards: int
    is_repetition: bool
    status: DeliveryStatus
    expires_at: datetime
    key: str | None


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """What is noted of a file that is handed over: cards, bytes, and the SHA-256 of the file as it leaves."""

    cards: int
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class DeliveryChange:
    """The open change of a delivery, which is None when there is none of that id."""

    connection: Connection
    author: Author
    delivery: Delivery | None

    async def record(self, action: str, delivery: Delivery, detail: Mapping[str, Any]) -> None:
        """Write the step into the order's timeline. No secrets."""
        await record(self.connection, self.author, action, delivery.order_id, told_of(delivery, detail))

    async def after(self, delivery: Delivery) -> Delivery:
        """The delivery as it stands after what was written."""
        return await read_delivery(self.connection, delivery.id)


@asynccontextmanager
async def delivery_change(pool: Pool, delivery_id: UUID, author: Author) -> AsyncIterator[DeliveryChange]:
    """Open a change of a delivery; it commits at the end, or not at all when an exception leaves the block."""
    async with transaction(pool) as connection:
        yield DeliveryChange(connection, author, await lock_delivery(connection, delivery_id))


def told_of(delivery: Delivery, detail: Mapping[str, Any]) -> dict[str, Any]:
    """What the timeline tells of a step: whose it is, and its detail."""
    return {"delivery_id": wire_id("delivery", delivery.id), "part": delivery.part, **detail}


async def key_in_force(connection: Connection, customer_id: UUID, part: DeliveryPart) -> str | None:
    """The key that a customer's files of a part are sealed for, if one is in force."""
    row = await (await connection.execute(KEY_IN_FORCE, {"customer_id": customer_id, "part": part.value})).fetchone()
    return None if row is None else str(row[0])


async def expire_unfetched(connection: Connection, order_id: UUID, part: DeliveryPart) -> None:
    """Let what was asked for and not fetched of a part expire, in the transaction that has locked the order."""
    await connection.execute(SUPERSEDE, {"order_id": order_id, "part": part.value})


async def has_left_before(
    connection: Connection, order_id: UUID, part: DeliveryPart, names: tuple[str, ...] | None, since: datetime | None
) -> bool:
    """Whether a part of the order, or of one of the cards that are named, was fetched before.

    ``since`` is when the oldest of those that are named came to be.
    """
    named = None if names is None else list(names)
    where = {"order_id": order_id, "part": part.value, "names": named, "replaced_at": since}
    row = await (await connection.execute(HAS_LEFT_BEFORE, where)).fetchone()
    return row is not None and bool(row[0])


async def add_delivery(connection: Connection, new: NewDelivery, actor: Actor, now: datetime) -> Delivery:
    """Write a delivery, in the transaction that has locked its order.

    Raises:
        KeyReusedError: the idempotency key was used before.
    """
    delivery_id = fresh_id(shard_of(new.order_id))
    names = None if new.names is None else list(new.names)
    row = {**asdict(new), **_by(actor, now), "id": delivery_id, "names": names}
    if (await connection.execute(INSERT, row)).rowcount == 0:
        raise KeyReusedError
    return await read_delivery(connection, delivery_id)


async def write_decision(
    change: DeliveryChange, delivery: Delivery, actor: Actor, status: DeliveryStatus, expires_at: datetime
) -> None:
    """Write a second person's word and until when the file can be fetched by it."""
    row = {"id": delivery.id, "status": status.value, "expires_at": expires_at, **_by(actor, change.author.now)}
    await change.connection.execute(DECIDE, row)


async def write_fetched(change: DeliveryChange, delivery: Delivery, actor: Actor, receipt: FileReceipt) -> None:
    """Write that the file is handed over."""
    await change.connection.execute(FETCH, {"id": delivery.id, **asdict(receipt), **_by(actor, change.author.now)})


async def write_reader(change: DeliveryChange, delivery: Delivery, actor: Actor) -> None:
    """Write who has read the password."""
    await change.connection.execute(NOTE_READER, {"id": delivery.id, **_by(actor, change.author.now)})


def _by(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"login_id": actor.login_id, "person_id": actor.person_id, "now": now}
