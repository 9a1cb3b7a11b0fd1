"""Writing what a group changed: one set-based statement a table, its rows travelling as one JSON document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import AsyncConnection, AsyncCursor

from florin.domain.card import Card
from florin.domain.chart import AccountCode
from florin.domain.journal import InvariantBrokenError, StrictAccount, Transfer
from florin.domain.purchase import Hold, Purchase
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.posting.request import Operation


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event for the outside world."""

    id: UUID
    shard: int
    name: str
    subject_id: UUID
    journal_id: UUID | None
    payload: Mapping[str, Any] | msgspec.Raw
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who changed what outside the book."""

    id: UUID
    actor_id: UUID
    action: str
    subject_id: UUID
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund of part or all of a purchase, by lot, in minor units."""

    id: UUID
    shard: int
    purchase_id: UUID
    reference: str
    principal_minor: int
    bonus_minor: int
    journal_id: UUID
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A card whose whole value went into a member's wallet."""

    card_id: UUID
    shard: int
    member_id: UUID
    amount_minor: int
    unit: str
    last4: str
    journal_id: UUID
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Who holds a registered card, sealed."""

    card_id: UUID
    shard: int
    identity_encrypted: bytes
    recorded_at: datetime


def _insert(table: str, row: type) -> str:
    columns = ", ".join(each.name for each in fields(row) if each.name != "is_new")
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %(rows)s)"  # noqa: S608 (names of our own tables and fields)


def _update(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{each} = v.{each}" for each in columns)
    same_row = " AND ".join(f"t.{each} = v.{each}" for each in key)
    return (
        f"UPDATE {table} t SET {assignments} FROM json_populate_recordset(NULL::{table}, %(rows)s) v WHERE {same_row}"  # noqa: S608 (as above)
    )


INSERT_ACCOUNTS: Final = _insert("strict_account", StrictAccount)
UPDATE_ACCOUNTS: Final = _update("strict_account", ("owner_id", "code"), ("balance_minor", "held_minor", "sequence"))
INSERT_TRANSFERS: Final = _insert("transfer", Transfer)
INSERT_OPERATIONS: Final = _insert("operation", Operation)
INSERT_PURCHASES: Final = _insert("purchase", Purchase)
UPDATE_PURCHASES: Final = _update("purchase", ("id",), ("refunded_principal_minor", "refunded_bonus_minor", "status"))
INSERT_HOLDS: Final = _insert("hold", Hold)
UPDATE_HOLDS: Final = _update("hold", ("id",), ("status", "ended_at"))
INSERT_REFUNDS: Final = _insert("refund", RefundRow)
INSERT_REDEMPTIONS: Final = _insert("redemption", RedemptionRow)
UPDATE_CARDS: Final = _update(
    "card",
    ("id",),
    (
        "status",
        "block",
        "block_reason",
        "expires_on",
        "sold_by",
        "sold_at",
        "activated_at",
        "ended_at",
        "pin_failures",
        "pin_locked_until",
    ),
)
INSERT_HOLDERS: Final = (
    _insert("card_holder", HolderRow)
    + """ ON CONFLICT (card_id) DO UPDATE
    SET identity_encrypted = excluded.identity_encrypted, recorded_at = excluded.recorded_at"""
)
UPDATE_MEMBERS: Final = _update("member", ("id",), ("status",))
UPDATE_PAYMENT_CODES: Final = _update("payment_code", ("code_index",), ("used_at",))
INSERT_EVENTS: Final = _insert("outbox", OutboxEvent)
INSERT_AUDITS: Final = _insert("audit", AuditRow)


_encode: Final = msgspec.json.Encoder().encode


def _with_hex(row: HolderRow | PaymentCode) -> dict[str, Any]:
    """The row with its bytes in PostgreSQL's hexadecimal form; JSON has no bytes of its own."""
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    return {name: f"\\x{value.hex()}" if isinstance(value, bytes) else value for name, value in values.items()}


@dataclass(slots=True)
class Writes:
    """The changes of a group, in the order of the tables that they go to."""

    transfers: list[Transfer] = field(default_factory=list)
    accounts: dict[tuple[UUID, AccountCode], StrictAccount] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    new_purchases: list[Purchase] = field(default_factory=list)
    events: list[OutboxEvent] = field(default_factory=list)
    purchases: dict[UUID, Purchase] = field(default_factory=dict)
    new_holds: list[Hold] = field(default_factory=list)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    refunds: list[RefundRow] = field(default_factory=list)
    redemptions: list[RedemptionRow] = field(default_factory=list)
    cards: dict[UUID, Card] = field(default_factory=dict)
    holders: dict[UUID, HolderRow] = field(default_factory=dict)
    wallets: dict[UUID, Wallet] = field(default_factory=dict)
    payment_codes: dict[bytes, PaymentCode] = field(default_factory=dict)
    audits: list[AuditRow] = field(default_factory=list)

    def touch(self, account: StrictAccount) -> None:
        """Write the account's counters."""
        self.accounts[account.owner_id, account.code] = account

    def statements(self) -> list[tuple[str, list[Any]]]:
        """The statements to run and the rows of each, in an order that never changes; empty ones are left out."""
        ordered = (
            (INSERT_ACCOUNTS, [each for each in self.accounts.values() if each.is_new]),
            (UPDATE_ACCOUNTS, [each for each in self.accounts.values() if not each.is_new]),
            (INSERT_TRANSFERS, self.transfers),
            # Two groups of two processes that hold the same new keys wait for each other in the same order.
            (INSERT_OPERATIONS, sorted(self.operations, key=lambda each: (each.caller_id, each.key))),
            (INSERT_PURCHASES, self.new_purchases),
            (UPDATE_PURCHASES, list(self.purchases.values())),
            (INSERT_HOLDS, self.new_holds),
            (UPDATE_HOLDS, list(self.holds.values())),
            (INSERT_REFUNDS, self.refunds),
            (INSERT_REDEMPTIONS, self.redemptions),
            (UPDATE_CARDS, list(self.cards.values())),
            (INSERT_HOLDERS, [_with_hex(each) for each in self.holders.values()]),
            (UPDATE_MEMBERS, list(self.wallets.values())),
            (UPDATE_PAYMENT_CODES, [_with_hex(each) for each in self.payment_codes.values()]),
            (INSERT_EVENTS, self.events),
            (INSERT_AUDITS, self.audits),
        )
        return [(query, rows) for query, rows in ordered if rows]


async def write_and_commit(connection: AsyncConnection[Any], writes: Writes) -> None:
    """Write everything in one round trip, then commit.

    Raises `InvariantBrokenError`, and commits nothing, when a row that was locked is not there to be updated.
    """
    async with connection.pipeline():
        done: list[tuple[AsyncCursor[Any], int, str]] = []
        for query, rows in writes.statements():
            cursor = await connection.execute(query, {"rows": _encode(rows).decode()}, prepare=True)
            done.append((cursor, len(rows), query))
    _require_all_written(done)
    await connection.execute("COMMIT")


def _require_all_written(done: Iterable[tuple[AsyncCursor[Any], int, str]]) -> None:
    for cursor, expected, query in done:
        if cursor.rowcount != expected:
            raise InvariantBrokenError(f"{cursor.rowcount} of {expected} rows written by: {query[:60]}")
