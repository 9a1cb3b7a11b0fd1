"""Cards that are for sale online: which there are, which one is kept for a payment, and what its buyer is shown."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.card_life import CardStatus
from florin.domain.payment import MOVES, PaymentOperation
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction

FOR_SALE: Final = """
SELECT EXISTS (
    SELECT FROM online_card o JOIN card c ON c.id = o.card_id
    WHERE o.product_id = %(product_id)s AND o.denomination_minor = %(face_minor)s AND o.payment_id IS NULL
      AND c.status = 'in_stock' AND c.block = 'none')
"""
OFFERS: Final = """
SELECT p.id AS product_id, p.name, f.face_minor, g.unit
FROM member m JOIN programme g ON g.id = m.programme_id JOIN product p ON p.programme_id = g.id,
     unnest(p.denominations_minor) AS f (face_minor)
WHERE m.id = %(member_id)s AND EXISTS (
    SELECT FROM online_card o JOIN card c ON c.id = o.card_id
    WHERE o.product_id = p.id AND o.denomination_minor = f.face_minor AND o.payment_id IS NULL
      AND c.status = 'in_stock' AND c.block = 'none')
ORDER BY p.id, f.face_minor
"""
# Who hears twice at once that it is paid finds the same card.
LOCK_PAYMENT: Final = """
SELECT product_id, face_minor FROM payment WHERE id = %(payment_id)s AND status = ANY(%(statuses)s) FOR NO KEY UPDATE
"""
KEPT: Final = "SELECT card_id FROM online_card WHERE payment_id = %(payment_id)s"
# Whoever keeps a card at the same moment keeps another one.
KEEP: Final = """
UPDATE online_card SET payment_id = %(payment_id)s
WHERE card_id = ANY(ARRAY(
    SELECT o.card_id FROM online_card o JOIN card c ON c.id = o.card_id
    WHERE o.product_id = %(product_id)s AND o.denomination_minor = %(face_minor)s AND o.payment_id IS NULL
      AND c.status = 'in_stock' AND c.block = 'none'
    ORDER BY o.card_id LIMIT 1 FOR NO KEY UPDATE OF o SKIP LOCKED))
RETURNING card_id
"""
BOUGHT: Final = """
SELECT c.id, c.status, c.key_id, c.number_encrypted, c.ecode_index IS NOT NULL AS has_ecode, c.denomination_minor,
       y.unit, c.expires_on
FROM payment y JOIN card c ON c.id = y.card_id WHERE y.id = %(payment_id)s
"""


@dataclass(frozen=True, slots=True)
class BoughtCard:
    """A card that was bought online, its number sealed; the denomination in minor units."""

    id: UUID
    status: CardStatus
    key_id: int
    number_encrypted: bytes
    has_ecode: bool
    denomination_minor: int
    unit: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class CardOffer:
    """A card that can be bought online; the face in minor units."""

    product_id: UUID
    name: str
    face_minor: int
    unit: str


async def offers_to(pool: Pool, member_id: UUID) -> list[CardOffer]:
    """What a member can buy online now: by product, then by face."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(CardOffer)) as offers:
        await offers.execute(OFFERS, {"member_id": member_id})
        return await offers.fetchall()


async def is_for_sale(pool: Pool, product_id: UUID, face_minor: int) -> bool:
    """Whether a card of a product and face is left for sale online now."""
    async with pool.connection() as connection:
        row = await (
            await connection.execute(FOR_SALE, {"product_id": product_id, "face_minor": face_minor})
        ).fetchone()
    return row is not None and row[0]


async def keep_card(pool: Pool, payment_id: UUID) -> UUID | None:
    """Keep a card for a payment that is paid, and return it: the same one however often; None if none is left.

    For a payment that was credited or returned already nothing is kept.
    """
    row = {"payment_id": payment_id, "statuses": list(MOVES[PaymentOperation.CREDIT][0])}
    async with transaction(pool) as connection:
        wanted = await (await connection.execute(LOCK_PAYMENT, row)).fetchone()
        if wanted is None:
            return None
        product_id, face_minor = wanted
        kept = await (await connection.execute(KEPT, row)).fetchone()
        if kept is None:
            place = {**row, "product_id": product_id, "face_minor": face_minor}
            kept = await (await connection.execute(KEEP, place)).fetchone()
        return None if kept is None else kept[0]


async def show_card(pool: Pool, payment_id: UUID, author: Author) -> BoughtCard | None:
    """The card that a payment has bought, if it has; that it was shown is put on record."""
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(BoughtCard)) as cards:
        await cards.execute(BOUGHT, {"payment_id": payment_id})
        card = await cards.fetchone()
        if card is not None:
            await record(connection, author, "card.shown", card.id, {"payment_id": payment_id.hex})
    return card
