"""Issues of cards: ordering one, filling it chunk by chunk, and reading its cards in order.

An issue is made for stock, or it is `sold_to` a corporate customer: of those nothing is found or exported here, because
their cards leave with their order only.

A chunk is one transaction: its cards, their strict accounts and the issue's count of them become durable together, so
a process that is killed at any point leaves a smaller issue and never a wrong one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import errors
from psycopg.rows import class_row

from florin.domain.identifiers import wire_id
from florin.storage.audit_trail import Author, record
from florin.storage.cards.card_rows import COPY_ACCOUNTS, COPY_CARDS, NewCard, Origin, account_rows, card_rows
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.outbox import emit
from florin.storage.read_rows import read_row

INSERT_ISSUE: Final = """
INSERT INTO card_issue (id, programme_id, product_id, denomination_minor, ordered, status, recipient, sold_to,
                        sold_online, ordered_by, order_key, created_at)
VALUES (%(id)s, %(programme_id)s, %(product_id)s, %(denomination_minor)s, %(ordered)s, 'generating', %(recipient)s,
        %(sold_to)s, %(sold_online)s, %(ordered_by)s, %(order_key)s, %(now)s)
ON CONFLICT ON CONSTRAINT card_issue_order_is_unique DO NOTHING
"""
_COLUMNS: Final = """
id, programme_id, product_id, denomination_minor, ordered, generated, status, created_at, ready_at, recipient, sold_to,
sold_online
"""
READ_ISSUE: Final = f"SELECT {_COLUMNS} FROM card_issue WHERE id = %(id)s"  # noqa: S608 (our own columns)
READ_STOCK_ISSUE: Final = f"{READ_ISSUE} AND sold_to IS NULL"
READ_ORDER: Final = f"""
SELECT {_COLUMNS} FROM card_issue WHERE ordered_by = %(ordered_by)s AND order_key = %(order_key)s
"""  # noqa: S608 (as above)
UNFINISHED: Final = "SELECT id FROM card_issue WHERE status = 'generating' AND sold_to IS NULL ORDER BY id"
# Two processes on one issue take turns, and each sees what the other has made.
LOCK_ISSUE: Final = """
SELECT ordered - generated, generated + 1 FROM card_issue
WHERE id = %(id)s AND status = 'generating'
FOR NO KEY UPDATE
"""
ADVANCE_ISSUE: Final = f"""
UPDATE card_issue
SET generated = generated + %(made)s,
    status = CASE WHEN generated + %(made)s = ordered THEN 'ready' ELSE 'generating' END,
    ready_at = CASE WHEN generated + %(made)s = ordered THEN %(now)s::timestamptz END
WHERE id = %(id)s
RETURNING {_COLUMNS}
"""  # noqa: S608 (as above)
OFFER_ONLINE: Final = """
INSERT INTO online_card (card_id, programme_id, product_id, denomination_minor)
SELECT unnest(%(card_ids)b::uuid[]), %(programme_id)s, %(product_id)s, %(denomination_minor)s
"""
TAKEN_NUMBERS: Final = "SELECT number_index FROM card WHERE number_index = ANY(%(indexes)b::bytea[])"
READ_PAGE: Final = """
SELECT id, serial, key_id, number_encrypted, ecode_index IS NOT NULL, expires_on FROM card
WHERE issue_id = %(issue_id)s AND serial > %(after)s AND status IN ('created', 'in_stock')
ORDER BY serial LIMIT %(limit)s
"""
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class CardIssue:
    """Cards of one product and denomination (minor units) that are made together: ``generated`` out of ``ordered``.

    ``recipient`` is the public key that the service makes card files for; None when the issue was ordered without one.
    ``sold_to`` is the corporate customer for whose order the cards are made; None when they are for stock. Those that
    are ``sold_online`` are for sale as soon as they are made, and in no card file.
    """

    id: UUID
    programme_id: UUID
    product_id: UUID
    denomination_minor: int
    ordered: int
    generated: int
    status: str
    created_at: datetime
    ready_at: datetime | None
    recipient: str | None = None
    sold_to: UUID | None = None
    sold_online: bool = False

    @property
    def is_open(self) -> bool:
        """Whether cards of it are still to be made."""
        return self.status == "generating"

    @property
    def is_ready(self) -> bool:
        """Whether all of its cards have been made."""
        return self.status == "ready"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """Under which an order over HTTP may be repeated: the caller and the idempotency key."""

    ordered_by: UUID
    order_key: str


class StockedCard(NamedTuple):
    """An unsold card, as much of it as is needed to print it."""

    id: UUID
    serial: int
    key_id: int
    number_encrypted: bytes
    has_ecode: bool
    expires_on: date | None


async def order_issue(pool: Pool, issue: CardIssue, author: Author, key: OrderKey | None = None) -> bool:
    """Write a new issue, of which no card is made yet, and its audit row; False when the key has been used before."""
    async with transaction(pool) as connection:
        return await begin_issue(connection, issue, author, key)


async def begin_issue(connection: Connection, issue: CardIssue, author: Author, key: OrderKey | None = None) -> bool:
    """The same in the caller's transaction."""
    row = {
        "id": issue.id,
        "programme_id": issue.programme_id,
        "product_id": issue.product_id,
        "denomination_minor": issue.denomination_minor,
        "ordered": issue.ordered,
        "recipient": issue.recipient,
        "sold_to": issue.sold_to,
        "sold_online": issue.sold_online,
    }
    keys = {"ordered_by": None, "order_key": None} if key is None else asdict(key)
    if (await connection.execute(INSERT_ISSUE, {**row, **keys, "now": author.now})).rowcount == 0:
        return False
    await record(connection, author, "issue.ordered", issue.id, row)
    return True


async def find_issue(pool: Pool, issue_id: UUID) -> CardIssue | None:
    """The issue for stock of that id as it stands now, if there is one."""
    async with pool.connection() as connection:
        return await _read(connection, READ_STOCK_ISSUE, issue_id)


async def read_issue(connection: Connection, issue_id: UUID) -> CardIssue:
    """The issue of that id, for stock or for an order, in the caller's transaction; `LookupError` if there is none."""
    return _found(await _read(connection, READ_ISSUE, issue_id), issue_id)


async def find_order(pool: Pool, key: OrderKey) -> CardIssue | None:
    """The issue that was ordered under a key as it stands now, if there is one."""
    return await read_row(pool, CardIssue, READ_ORDER, asdict(key))


async def unfinished_issues(pool: Pool) -> list[UUID]:
    """The issues for stock that were begun and have cards to be made, oldest first."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(UNFINISHED)).fetchall()]


async def add_cards(pool: Pool, origin: Origin, cards: Sequence[NewCard], now: datetime) -> CardIssue:
    """Store a chunk of cards, at most as many as the issue still wants, and return the issue as it is then.

    A number that exists already is left out, and the chunk is that much smaller: the caller goes on until the issue is
    ready. With the last chunk goes the event ``batch.completed``.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await _try_add(pool, origin, cards, now)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name != "card_number_is_unique":
                raise
        cards = await _without_taken(pool, cards)
    return await _try_add(pool, origin, cards, now)


async def record_export(pool: Pool, issue: CardIssue, recipient: str, author: Author) -> None:
    """Write the audit row of a card file that is about to be written for the recipient's public key."""
    detail = {"recipient": recipient, "cards": issue.generated, "denomination_minor": issue.denomination_minor}
    async with transaction(pool) as connection:
        await record(connection, author, "issue.exported", issue.id, detail)


async def read_page(pool: Pool, issue_id: UUID, after: int, limit: int) -> list[StockedCard]:
    """The next unsold cards of an issue in the order of their serial numbers, after the one given."""
    where = {"issue_id": issue_id, "after": after, "limit": limit}
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ_PAGE, where)).fetchall()
    return [StockedCard(*row) for row in rows]


async def _try_add(pool: Pool, origin: Origin, cards: Sequence[NewCard], now: datetime) -> CardIssue:
    async with transaction(pool) as connection:
        row = await (await connection.execute(LOCK_ISSUE, {"id": origin.issue_id})).fetchone()
        if row is None:
            # Somebody else has made the last card, or the order has been given up.
            return await read_issue(connection, origin.issue_id)
        left, serial = row
        wanted = cards[:left]
        await _copy(connection, COPY_CARDS, card_rows(origin, wanted, serial, now))
        await _copy(connection, COPY_ACCOUNTS, account_rows(origin, wanted))
        if origin.sold_online:
            await connection.execute(OFFER_ONLINE, {**origin._asdict(), "card_ids": [card.id for card in wanted]})
        return await _advance(connection, origin.issue_id, len(wanted), now)


async def _copy(connection: Connection, statement: LiteralString, rows: bytes) -> None:
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(rows)


async def _advance(connection: Connection, issue_id: UUID, made: int, now: datetime) -> CardIssue:
    async with connection.cursor(row_factory=class_row(CardIssue)) as issues:
        await issues.execute(ADVANCE_ISSUE, {"id": issue_id, "made": made, "now": now})
        advanced = _found(await issues.fetchone(), issue_id)
    if advanced.is_ready:
        customer = None if advanced.sold_to is None else wire_id("customer", advanced.sold_to)
        told = {"id": wire_id("issue", issue_id), "cards": advanced.ordered, "customer_id": customer}
        await emit(connection, "batch.completed", issue_id, told, now)
    return advanced


async def _read(connection: Connection, query: LiteralString, issue_id: UUID) -> CardIssue | None:
    async with connection.cursor(row_factory=class_row(CardIssue)) as issues:
        await issues.execute(query, {"id": issue_id})
        return await issues.fetchone()


def _found(issue: CardIssue | None, issue_id: UUID) -> CardIssue:
    if issue is None:
        raise LookupError(f"there is no issue {issue_id}")
    return issue


async def _without_taken(pool: Pool, cards: Sequence[NewCard]) -> list[NewCard]:
    different = {card.number_index: card for card in cards}
    async with pool.connection() as connection:
        taken = await connection.execute(TAKEN_NUMBERS, {"indexes": list(different)})
        for (number_index,) in await taken.fetchall():
            del different[number_index]
    return list(different.values())
