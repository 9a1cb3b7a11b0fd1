"""The steps of a delivery: asking for it, deciding about a repetition, and taking its file or password, each once.

Every step locks the delivery or its order and then reads what it decides on, so that of two persons at once one finds
that the other came first. What may happen is said by `florin.domain.delivery`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.errors import UniqueViolation

from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.delivery import (
    DELIVERY_LIFETIME,
    Delivery,
    DeliveryForm,
    DeliveryPart,
    DeliveryStatus,
    refused_decision,
    refused_fetch,
    refused_password,
)
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.delivered_cards import CardsWanted, count_cards
from florin.storage.corporate.deliveries import lock_delivery, read_delivery
from florin.storage.corporate.orders import lock_order
from florin.storage.fresh_ids import fresh_id
from florin.storage.logins import CodeProof, spend_code
from florin.storage.posting.request import KeyReusedError

KEY_IN_FORCE: Final = """
SELECT recipient FROM delivery_key
WHERE customer_id = %(customer_id)s AND part = %(part)s AND status = 'in_force'
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
class DeliveryWanted:
    """A file of an order's cards: of all, or of the replacement cards that are named.

    ``password_key_id`` is for a zip file what derives its password; ``key`` is the idempotency key, if there is one.
    """

    order_id: UUID
    part: DeliveryPart
    form: DeliveryForm
    names: tuple[str, ...] | None
    password_key_id: int | None
    key: str | None


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """What is noted of a file that is handed over: cards, bytes, and the SHA-256 of the file as it leaves."""

    cards: int
    size_bytes: int
    sha256: bytes


async def request_delivery(
    pool: Pool, wanted: DeliveryWanted, actor: Actor, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Write a delivery that can be fetched, or waits for a second person if its part has left before; spend the code.

    What was asked for and not fetched of the same part expires. Declines: ``order_not_found``, ``order_not_in_state``,
    ``delivered_otherwise``, ``delivery_key_not_in_force``, ``card_not_found`` for a name that is no replacement card's,
    ``nothing_to_deliver``, ``totp_code_incorrect``.

    Raises:
        KeyReusedError: the idempotency key was used before.
    """
    try:
        async with transaction(pool) as connection:
            return await _request(connection, wanted, actor, proof, now)
    except UniqueViolation as violation:
        if violation.diag.constraint_name != "delivery_key_is_unique":
            raise
        raise KeyReusedError from None


async def _request(
    connection: Connection, wanted: DeliveryWanted, actor: Actor, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    order = await lock_order(connection, wanted.order_id)
    if order is None:
        return Decline.ORDER_NOT_FOUND
    refusal = _refused_by_order(order.status, order.delivery)
    if refusal is not None:
        return refusal
    recipient = await _key_in_force(connection, order.customer_id, wanted)
    if wanted.form is DeliveryForm.AGE and recipient is None:
        return Decline.DELIVERY_KEY_NOT_IN_FORCE
    found = await count_cards(connection, CardsWanted(wanted.order_id, wanted.names))
    if isinstance(found, Decline):
        return found
    if not await spend_code(connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    await connection.execute(SUPERSEDE, {"order_id": wanted.order_id, "part": wanted.part.value})
    is_repetition = await _has_left_before(connection, wanted, found.replaced_at)
    status = DeliveryStatus.WAITING_FOR_APPROVAL if is_repetition else DeliveryStatus.OPEN
    row = {
        **asdict(wanted),
        **_by(actor, now),
        "id": fresh_id(order.shard),
        "names": None if wanted.names is None else list(wanted.names),
        "recipient": recipient,
        "cards": found.cards,
        "is_repetition": is_repetition,
        "status": status.value,
        "expires_at": now + DELIVERY_LIFETIME,
    }
    await connection.execute(INSERT, row)
    detail = {"form": wanted.form, "cards": found.cards, "is_repetition": is_repetition, "recipient": recipient}
    delivery = await read_delivery(connection, row["id"])
    await _record(connection, "delivery.requested", delivery, actor, now, detail)
    return delivery


async def decide_delivery(
    pool: Pool, delivery_id: UUID, actor: Actor, proof: CodeProof, now: datetime, *, is_approved: bool
) -> Delivery | Decline:
    """Approve or refuse a repetition and spend the code; what `refused_decision` says against it is returned."""
    async with transaction(pool) as connection:
        delivery = await lock_delivery(connection, delivery_id)
        if delivery is None:
            return Decline.DELIVERY_NOT_FOUND
        refusal = refused_decision(delivery, actor, now)
        if refusal is not None:
            return refusal
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        status = DeliveryStatus.OPEN if is_approved else DeliveryStatus.REFUSED
        lasts_until = {"expires_at": now + DELIVERY_LIFETIME}
        await connection.execute(DECIDE, {"id": delivery_id, "status": status.value, **_by(actor, now), **lasts_until})
        decided = await read_delivery(connection, delivery_id)
        action = "delivery.approved" if is_approved else "delivery.refused"
        await _record(connection, action, decided, actor, now, {})
        return decided


async def take_file(
    pool: Pool, delivery_id: UUID, actor: Actor, receipt: FileReceipt, now: datetime
) -> Delivery | Decline:
    """Note that the file is handed over, before its first byte is; what `refused_fetch` says against it is returned.

    However many ask at once, one of them gets the delivery and the others ``delivery_fetched``.
    """
    async with transaction(pool) as connection:
        delivery = await lock_delivery(connection, delivery_id)
        if delivery is None:
            return Decline.DELIVERY_NOT_FOUND
        refusal = refused_fetch(delivery, actor, now)
        if refusal is not None:
            return refusal
        await connection.execute(FETCH, {"id": delivery_id, **asdict(receipt), **_by(actor, now)})
        fetched = await read_delivery(connection, delivery_id)
        detail = {"cards": receipt.cards, "bytes": receipt.size_bytes, "sha256": receipt.sha256.hex()}
        await _record(connection, "delivery.fetched", fetched, actor, now, detail)
        return fetched


async def take_password(
    pool: Pool, delivery_id: UUID, actor: Actor, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """Note that the password is read and spend the code; what `refused_password` says against it is returned."""
    async with transaction(pool) as connection:
        delivery = await lock_delivery(connection, delivery_id)
        if delivery is None:
            return Decline.DELIVERY_NOT_FOUND
        refusal = refused_password(delivery, actor, now)
        if refusal is not None:
            return refusal
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await connection.execute(NOTE_READER, {"id": delivery_id, **_by(actor, now)})
        read = await read_delivery(connection, delivery_id)
        await _record(connection, "delivery.password_read", read, actor, now, {})
        return read


def _refused_by_order(status: OrderStatus, kind: DeliveryKind) -> Decline | None:
    follows = permit(OrderOperation.DELIVER, status)
    if isinstance(follows, Decline):
        return follows
    return None if kind is DeliveryKind.FILES else Decline.DELIVERED_OTHERWISE


async def _key_in_force(connection: Connection, customer_id: UUID, wanted: DeliveryWanted) -> str | None:
    if wanted.form is not DeliveryForm.AGE:
        return None
    where = {"customer_id": customer_id, "part": wanted.part.value}
    row = await (await connection.execute(KEY_IN_FORCE, where)).fetchone()
    return None if row is None else str(row[0])


async def _has_left_before(connection: Connection, wanted: DeliveryWanted, replaced_at: datetime | None) -> bool:
    names = None if wanted.names is None else list(wanted.names)
    where = {"order_id": wanted.order_id, "part": wanted.part.value, "names": names, "replaced_at": replaced_at}
    row = await (await connection.execute(HAS_LEFT_BEFORE, where)).fetchone()
    return row is not None and bool(row[0])


def _by(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"login_id": actor.login_id, "person_id": actor.person_id, "now": now}


async def _record(
    connection: Connection, action: str, delivery: Delivery, actor: Actor, now: datetime, detail: dict[str, Any]
) -> None:
    """The step in the order's timeline."""
    named = {"delivery_id": wire_id("delivery", delivery.id), "part": delivery.part, **detail}
    await record(connection, Author(actor.session_id, now), action, delivery.order_id, named)
