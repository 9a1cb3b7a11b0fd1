"""Cards that are for sale online: which there are, which one is kept for a payment, and what its buyer is shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import errors
from psycopg.rows import class_row

from florin.domain.card_life import CardStatus
from florin.domain.declines import Decline
from florin.domain.payment import MOVES, PaymentOperation
from florin.domain.trial_card import TRIAL_TAKEN
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.read_rows import read_rows

FOR_SALE: Final = """
SELECT EXISTS (
    SELECT FROM online_card o JOIN card c ON c.id = o.card_id
    WHERE o.product_id = %(product_id)s AND o.denomination_minor = %(face_minor)s AND o.payment_id IS NULL
      AND c.status = 'in_stock' AND c.block = 'none')
"""
OFFERS: Final = """
SELECT p.id AS product_id, p.name, f.face_minor, g.unit,
       CASE WHEN p.trial_face_minor = f.face_minor AND m.identity_encrypted IS NOT NULL AND NOT EXISTS (
           SELECT FROM payment y WHERE y.member_id = m.id AND y.purpose = 'card'
             AND (y.status = 'credited' OR (y.amount_minor < y.face_minor AND y.status = ANY(%(taken)s))))
       THEN p.trial_price_minor END AS trial_price_minor
FROM member m JOIN programme g ON g.id = m.programme_id JOIN product p ON p.programme_id = g.id,
     unnest(p.denominations_minor) AS f (face_minor)
WHERE m.id = %(member_id)s AND EXISTS (
    SELECT FROM online_card o JOIN card c ON c.id = o.card_id
    WHERE o.product_id = p.id AND o.denomination_minor = f.face_minor AND o.payment_id IS NULL
      AND c.status = 'in_stock' AND c.block = 'none')
ORDER BY p.id, f.face_minor
"""
HAD_TRIAL: Final = """
SELECT EXISTS (
    SELECT FROM online_card o JOIN member m ON m.programme_id = o.programme_id
    WHERE m.id = %(member_id)s AND o.trial_person = %(trial_person)s)
"""
# Who hears twice at once that it is paid finds the same card.
LOCK_PAYMENT: Final = """
SELECT product_id, face_minor, amount_minor < face_minor FROM payment
WHERE id = %(payment_id)s AND status = ANY(%(statuses)s) FOR NO KEY UPDATE
"""
KEPT: Final = "SELECT card_id FROM online_card WHERE payment_id = %(payment_id)s"
# Whoever keeps a card at the same moment keeps another one.
KEEP: Final = """
UPDATE online_card SET payment_id = %(payment_id)s, trial_person = %(trial_person)s
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
    """A card that can be bought online; amounts in minor units. Without a trial price it is no trial card."""

    product_id: UUID
    name: str
    face_minor: int
    unit: str
    trial_price_minor: int | None


async def offers_to(pool: Pool, member_id: UUID) -> list[CardOffer]:
    """What a member can buy online now: by product, then by face."""
    return await read_rows(
        pool, CardOffer, OFFERS, {"member_id": member_id, "taken": [each.value for each in TRIAL_TAKEN]}
    )


async def is_for_sale(pool: Pool, product_id: UUID, face_minor: int) -> bool:
    """Whether a card of a product and face is left for sale online now."""
    async with pool.connection() as connection:
        row = await (
            await connection.execute(FOR_SALE, {"product_id": product_id, "face_minor": face_minor})
        ).fetchone()
    return row is not None and row[0]


async def has_had_trial(pool: Pool, member_id: UUID, trial_person: bytes) -> bool:
    """Whether a person has had a trial card of the member's programme, by whichever account."""
    async with pool.connection() as connection:
        where = {"member_id": member_id, "trial_person": trial_person}
        row = await (await connection.execute(HAD_TRIAL, where)).fetchone()
    return row is not None and row[0]


async def keep_card(pool: Pool, payment_id: UUID, trial_person: bytes | None = None) -> UUID | Decline:
    """Keep a card for a payment that is paid, and return it: the same one however often.

    ``trial_person`` tells whom a trial card is for. Declines: ``out_of_stock``, also for a payment that was credited or
    returned already; ``trial_card_used`` when the person has had one.
    """
    row = {"payment_id": payment_id, "statuses": list(MOVES[PaymentOperation.CREDIT][0]), "trial_person": trial_person}
    try:
        async with transaction(pool) as connection:
            return await _keep(connection, row)
    except errors.UniqueViolation as error:
        if error.diag.constraint_name != "trial_card_is_one_a_person":
            raise
        return Decline.TRIAL_CARD_USED


async def _keep(connection: Connection, row: dict[str, Any]) -> UUID | Decline:
    wanted = await (await connection.execute(LOCK_PAYMENT, row)).fetchone()
    if wanted is None:
        return Decline.OUT_OF_STOCK
    product_id, face_minor, is_trial = wanted
    if is_trial and row["trial_person"] is None:
        return Decline.REAL_NAME_REQUIRED
    kept = await (await connection.execute(KEPT, row)).fetchone()
    if kept is None:
        place = {**row, "product_id": product_id, "face_minor": face_minor}
        kept = await (await connection.execute(KEEP, place)).fetchone()
    return Decline.OUT_OF_STOCK if kept is None else kept[0]


async def show_card(pool: Pool, payment_id: UUID, author: Author) -> BoughtCard | None:
    """The card that a payment has bought, if it has; that it was shown is put on record."""
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(BoughtCard)) as cards:
        await cards.execute(BOUGHT, {"payment_id": payment_id})
        card = await cards.fetchone()
        if card is not None:
            await record(connection, author, "card.shown", card.id, {"payment_id": payment_id.hex})
    return card
