"""A small book written row by row, without the posting code, so that a test can say exactly what stands in it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from florin.domain.chart import STRICT_CODES
from florin.domain.identifiers import shard_of
from florin.domain.lots import SpendOrder
from florin.domain.programme import Programme
from florin.storage.audit_trail import Author
from florin.storage.fresh_ids import fresh_id

DAY: Final = date(2026, 11, 20)
NOON: Final = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Shanghai
NEXT_MORNING: Final = datetime(2026, 11, 20, 22, tzinfo=UTC)

PROGRAMME: Final = Programme(
    id=fresh_id(),
    code="demo",
    name="Demo",
    unit="CNY",
    time_zone="Asia/Shanghai",
    cut_off=time(0),
    issuer_prefix="900001",
    policy_pack="cn",
    low_balance_threshold_minor=2000,
    hold_lifetime_s=120,
    hold_lifetime_limit_s=3600,
    payment_code_lifetime_s=60,
    dormancy_days=365,
    spend_order=next(iter(SpendOrder)),
)
MERCHANT: Final = fresh_id()
PRODUCT: Final = fresh_id()
TILL: Final = fresh_id()
CLERK: Final = fresh_id()

# Deleted and not truncated, which takes many times as long for so few rows; without triggers, which keep sealed days.
EMPTY: Final[LiteralString] = "SET session_replication_role = replica; {}; RESET session_replication_role".format(
    ";".join(
        f"DELETE FROM {table}"  # noqa: S608 (our own tables)
        for table in (
            "programme", "product", "merchant", "card", "member", "strict_account", "transfer", "operation", "purchase",
            "hold", "refund", "redemption", "payment", "receipt", "outbox", "audit", "sealed_day", "flow_balance",
            "posting_total", "custody_shortfall", "merchant_statement", "merchant_payout", "day_report",
            "day_close_step", "day_close_waiver", "day_close_terms", "day_close", "proof_result", "proof_run",
            "settlement_progress", "statement_fetch", "bank_calendar_day", "counterparty", "statement_file",
            "statement", "statement_line", "statement_gap", "match_run", "book_item", "matched", "break",
            "break_proposal", "break_change", "fee_terms", "provider_total", "match_run_file", "unmatched_line",
            "unmatched_item", "booked_line", "suspense_item", "suspense_resolution", "suspense_payout", "day_reopening",
            "login", "asked_run", "asked_run_key",
        )
    )
)  # fmt: skip


def noon(day: date) -> datetime:
    """When everything of a day is posted."""
    return NOON + (day - DAY)


def clerk(now: datetime) -> Author:
    """Whoever closes days in these tests."""
    return Author(CLERK, now)


Leg = tuple[int, int, UUID, int, UUID]
"""(amount in minor units, code and owner debited, code and owner credited)."""


@dataclass
class Book:
    """Writes rows as a superuser and keeps the counters of strict accounts by itself."""

    connection: psycopg.Connection
    accounts: dict[tuple[UUID, int], tuple[int, int]] = field(default_factory=dict)
    taken_away: list[sql.Composed] = field(default_factory=list)

    def insert(self, table: str, **row: object) -> None:
        """One row as it is."""
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        )
        self.connection.execute(query, row)

    def break_it(self, statement: str, **values: object) -> None:
        """Do what nobody may; exactly one row must have changed, so that no test breaks nothing by mistake."""
        with self.without_walls():
            assert 1 == self.connection.execute(statement, values).rowcount

    @contextmanager
    def without_walls(self) -> Iterator[None]:
        """For the while, the schema's triggers have no say, as whoever owns the database may arrange."""
        self.connection.execute("SET session_replication_role = replica")
        yield
        self.connection.execute("RESET session_replication_role")

    def without_constraint(self, table: str, constraint: str) -> None:
        """Take a wall of the schema away, to see that the proof behind it stands by itself."""
        query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        names = {"table": sql.Identifier(table), "constraint": sql.Identifier(constraint)}
        row = self.connection.execute(query, (constraint,)).fetchone()
        assert row is not None
        definition = sql.SQL(row[0])
        restore = sql.SQL("ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")
        self.taken_away.append(restore.format(**names, definition=definition))
        self.connection.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {constraint}").format(**names))

    async def who_waits_for(self, lock_type: str, waiting: asyncio.Task[Any]) -> int:
        """The server process that waits for a lock, as soon as there is one; the task is what should come to wait."""
        while not waiting.done():
            query = "SELECT pid FROM pg_locks WHERE NOT granted AND locktype = %s"
            row = self.connection.execute(query, (lock_type,)).fetchone()
            if row is not None:
                return int(row[0])
            await asyncio.sleep(0)
        raise AssertionError(f"nothing waited for a lock of type {lock_type}")

    def close(self) -> None:
        """Empty the book and put every wall back."""
        self.connection.execute(EMPTY)
        for restore in self.taken_away:
            self.connection.execute(restore)

    def open_account(self, code: int, owner: UUID) -> None:
        self.accounts[owner, code] = (0, 0)
        self.insert(
            "strict_account",
            owner_id=owner, code=code, shard=shard_of(owner), programme_id=PROGRAMME.id, unit="CNY",
        )  # fmt: skip

    def card(self, status: str = "active") -> UUID:
        card_id = fresh_id()
        self.insert(
            "card",
            id=card_id, shard=shard_of(card_id), programme_id=PROGRAMME.id, product_id=PRODUCT, issue_id=fresh_id(),
            serial=1, denomination_minor=10_000, number_index=card_id.bytes, number_encrypted=b"", last4="0000",
            key_id=1, status=status,
        )  # fmt: skip
        self.open_account(2010, card_id)
        self.open_account(2011, card_id)
        return card_id

    def member(self) -> UUID:
        member_id = fresh_id()
        self.insert(
            "member",
            id=member_id, shard=shard_of(member_id), programme_id=PROGRAMME.id, user_name=member_id.hex,
            password_hash="", mail_index=member_id.bytes, agreement_version="1", agreed_at=NOON, status="active",
            created_at=NOON,
        )  # fmt: skip
        self.open_account(2020, member_id)
        return member_id

    def post(
        self,
        event: str,
        *legs: Leg,
        announced: str | None = None,
        day: date = DAY,
        reverses: UUID | None = None,
    ) -> UUID:
        """A journal with its operation and, when ``announced``, its event; the day is at noon of its date."""
        journal_id = fresh_id()
        at = noon(day)
        for position, leg in enumerate(legs):
            self._transfer(journal_id, position, event, leg, day, at, reverses)
        self.operation(journal_id, at)
        if announced is not None:
            self.announce(journal_id, announced, at)
        return journal_id

    def _transfer(
        self, journal_id: UUID, position: int, event: str, leg: Leg, day: date, at: datetime, reverses: UUID | None
    ) -> None:
        amount, debit_code, debit_owner, credit_code, credit_owner = leg
        sequence: int | None = None
        balance: int | None = None
        for owner, code, sign in ((debit_owner, debit_code, -1), (credit_owner, credit_code, 1)):
            if code in STRICT_CODES:
                before, numbered = self.accounts[owner, code]
                sequence, balance = numbered + 1, before + sign * amount
                self.accounts[owner, code] = (balance, sequence)
                self.connection.execute(
                    "UPDATE strict_account SET balance_minor = %s, sequence = %s WHERE owner_id = %s AND code = %s",
                    (balance, sequence, owner, code),
                )
        self.insert(
            "transfer",
            journal_id=journal_id, position=position, shard=shard_of(journal_id), programme_id=PROGRAMME.id,
            event=event, unit="CNY", amount_minor=amount, debit_code=debit_code, debit_owner=debit_owner,
            credit_code=credit_code, credit_owner=credit_owner, strict_sequence=sequence,
            balance_after_minor=balance, business_date=day, event_at=at, posted_at=at, reverses_journal_id=reverses,
        )  # fmt: skip

    def operation(self, journal_id: UUID | None, at: datetime = NOON, decline: str | None = None) -> str:
        key = fresh_id().hex
        self.insert(
            "operation",
            caller_id=MERCHANT, key=key, fingerprint=fresh_id(), verb="any", decline=decline, answer="{}",
            journal_id=journal_id, actor_id=TILL, posted_at=at,
        )  # fmt: skip
        return key

    def announce(self, journal_id: UUID, name: str, at: datetime = NOON) -> None:
        self.insert(
            "outbox",
            id=fresh_id(), shard=0, name=name, subject_id=journal_id, journal_id=journal_id, payload="{}",
            posted_at=at,
        )  # fmt: skip

    # The trade's events ----------------------------------------------------------------------------------------------

    def activate(self, card: UUID, paid: int = 9000, granted: int = 1000, day: date = DAY) -> UUID:
        return self.post(
            "card_activated", (paid, 1030, MERCHANT, 2010, card), (granted, 5010, PROGRAMME.id, 2011, card),
            announced="card.activated", day=day,
        )  # fmt: skip

    def purchase(self, card: UUID, principal: int, bonus: int = 0, day: date = DAY) -> tuple[UUID, UUID]:
        """The purchase and its journal."""
        lots = ((principal, 2010), (bonus, 2011))
        legs = [(amount, code, card, 2040, MERCHANT) for amount, code in lots if amount]
        journal_id = self.post("purchase", *legs, announced="purchase.completed", day=day)
        purchase_id = fresh_id()
        self.insert(
            "purchase",
            id=purchase_id, shard=shard_of(card), programme_id=PROGRAMME.id, merchant_id=MERCHANT,
            reference=purchase_id.hex, owner_kind="card", owner_id=card, unit="CNY",
            requested_minor=principal + bonus, principal_minor=principal, bonus_minor=bonus, status="completed",
            journal_id=journal_id, event_at=noon(day), posted_at=noon(day),
        )  # fmt: skip
        return purchase_id, journal_id

    def refund(
        self,
        card: UUID,
        purchase: tuple[UUID, UUID],
        principal: int,
        day: date = DAY,
        *,
        wallet: UUID | None = None,
    ) -> tuple[UUID, UUID]:
        """The refund, to the card or into a wallet, and its journal."""
        purchase_id, purchase_journal = purchase
        leg = (principal, 2040, MERCHANT, 2010, card) if wallet is None else (principal, 2040, MERCHANT, 2020, wallet)
        journal_id = self.post("refund", leg, announced="purchase.refunded", day=day, reverses=purchase_journal)
        refund_id = fresh_id()
        self.insert(
            "refund",
            id=refund_id, shard=0, purchase_id=purchase_id, reference=refund_id.hex, principal_minor=principal,
            bonus_minor=0, journal_id=journal_id, posted_at=noon(day),
        )  # fmt: skip
        self.connection.execute(
            "UPDATE purchase SET refunded_principal_minor = refunded_principal_minor + %s WHERE id = %s",
            (principal, purchase_id),
        )
        return refund_id, journal_id

    def redeem(self, card: UUID, member: UUID, day: date = DAY) -> UUID:
        """Move the card's principal, its whole value, into the wallet."""
        amount, _ = self.accounts[card, 2010]
        journal_id = self.post(
            "card_redeemed", (amount, 2010, card, 2090, PROGRAMME.id), (amount, 2090, PROGRAMME.id, 2020, member),
            announced="card.redeemed", day=day,
        )  # fmt: skip
        self.insert(
            "redemption",
            card_id=card, shard=0, member_id=member, amount_minor=amount, unit="CNY", last4="0000",
            journal_id=journal_id, posted_at=noon(day),
        )  # fmt: skip
        self.connection.execute("UPDATE card SET status = 'redeemed' WHERE id = %s", (card,))
        return journal_id

    def hold(self, card: UUID, principal: int) -> UUID:
        hold_id = fresh_id()
        self.insert(
            "hold",
            id=hold_id, shard=0, programme_id=PROGRAMME.id, merchant_id=MERCHANT, reference=hold_id.hex,
            owner_kind="card", owner_id=card, unit="CNY", principal_minor=principal, bonus_minor=0, status="open",
            expires_at=NOON + timedelta(days=1), opened_at=NOON,
        )  # fmt: skip
        self.connection.execute(
            "UPDATE strict_account SET held_minor = held_minor + %s WHERE owner_id = %s AND code = 2010",
            (principal, card),
        )
        return hold_id


@contextmanager
def open_book(owner_url: str) -> Iterator[Book]:
    """A book with a programme, a product and a merchant."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        book = Book(connection)
        columns = {name: getattr(PROGRAMME, name) for name in PROGRAMME.__dataclass_fields__}
        plain = {"spend_order": str(PROGRAMME.spend_order), "return_urls": list(PROGRAMME.return_urls)}
        book.insert("programme", **{**columns, **plain}, created_at=NOON)
        book.insert("merchant", id=MERCHANT, code="shop", name="Shop", status="active", payment_reference="GAPFH7M6",
                    created_at=NOON)  # fmt: skip
        book.insert(
            "product",
            id=PRODUCT, programme_id=PROGRAMME.id, code="gift", name="Gift", kind="bearer_gift",
            denominations_minor=[10_000], has_ecode=False, created_at=NOON,
        )  # fmt: skip
        yield book
        book.close()
