"""A small world for tests: two programmes, four shops, and cards and members made on demand, their secrets known.

Everything is written with plain SQL, journals included, so that a test of the verbs does not lean on the verbs. What is
written satisfies every proof of the book.
"""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from florin.clearing.house import ClearingHouse
from florin.clearing.payer import CardAndPin, CardEcode, ConsentCode
from florin.crypto.keyring import Keyring
from florin.crypto.random_digits import random_digits
from florin.crypto.vault import Vault
from florin.domain.card_number import compose, last_four
from florin.domain.identifiers import shard_of
from florin.settings import Settings
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.connect import open_pool
from florin.storage.fresh_ids import fresh_id, fresh_reference
from florin.storage.posting.engine import EngineLimits, PostingEngine
from florin.storage.posting.request import Caller
from tests.conftest import Database
from tests.emptied import EMPTY

NOON: Final = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""When the world begins: twelve o'clock in Shanghai, where its programmes are at home."""

TODAY: Final = date(2026, 3, 2)
LOW_MINOR: Final = 20_00
FACES_MINOR: Final = [100_00, 200_00, 500_00, 1000_00, 2000_00]

Row = tuple[Any, ...]

# Everything that a refused call must leave as it was: all but the operations and the counters of wrong PINs.
EVERYTHING_THAT_COUNTS: Final[LiteralString] = """
SELECT md5(concat(
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM strict_account t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM transfer t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM purchase t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM hold t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM refund t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM redemption t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM outbox t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM audit t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM member t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM payment_code t),
    (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM card_holder t),
    (SELECT string_agg(concat(id, status, block, block_reason, expires_on, sold_by, sold_at, activated_at, ended_at),
                       ',' ORDER BY id) FROM card)))
"""


class Clock:
    """The time that an engine goes by; a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True)
class KnownCard:
    """A card with all its secrets."""

    id: UUID
    number: str
    pin: str
    ecode: str

    @property
    def by_pin(self) -> CardAndPin:
        return CardAndPin(self.number, self.pin)

    @property
    def by_wrong_pin(self) -> CardAndPin:
        return CardAndPin(self.number, f"{(int(self.pin) + 1) % 10**8:08}")

    @property
    def by_ecode(self) -> CardEcode:
        return CardEcode(self.ecode)


@dataclass(frozen=True)
class Balance:
    """The strict counters of an owner: what is in each lot, and how much of both is held, in minor units."""

    principal_minor: int = 0
    bonus_minor: int = 0
    held_minor: int = 0


@dataclass
class World:
    """Two programmes: ``home`` in yuan under pack ``cn``, and ``abroad`` in euro under pack ``none``.

    ``shop`` and ``rival`` sell and accept the cards of home, ``stranger`` those of abroad, and ``suspended`` may
    nothing.
    """

    connection: psycopg.Connection
    database: Database
    keyring: Keyring
    clock: Clock = field(default_factory=lambda: Clock(NOON))
    late: Clock = field(default_factory=lambda: Clock(NOON))
    home: UUID = field(default_factory=fresh_id)
    abroad: UUID = field(default_factory=fresh_id)
    products: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    units: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vault = Vault(self.keyring)
        self._numbers = itertools.count(1)
        with self.connection.transaction():
            self._add_programme(self.home, "home", "CNY", "cn", "912345")
            self._add_programme(self.abroad, "abroad", "EUR", "none", "954321")
            self.shop = self._merchant("shop", self.home)
            self.rival = self._merchant("rival", self.home)
            self.stranger = self._merchant("stranger", self.abroad)
            self.suspended = self._merchant("suspended", None)
            self.operator = Caller(fresh_id(), fresh_id())
            self.connection.execute(RAISE_VERSION)

    def start_over(self) -> "World":
        """A world with the same database, keys and clocks in which nothing has happened yet; this one is gone."""
        self.connection.execute(EMPTY)
        self.clock.now = self.late.now = NOON
        return World(self.connection, self.database, self.keyring, self.clock, self.late)

    # Making it --------------------------------------------------------------------------------------------------------

    def insert(self, table: str, **row: object) -> None:
        """One row as it is."""
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        )
        self.connection.execute(query, row)

    def neighbour(self, *merchants: Caller) -> UUID:
        """A third programme, in yuan as home is, whose cards these merchants accept, too."""
        programme_id = fresh_id()
        with self.connection.transaction():
            self._add_programme(programme_id, "neighbour", "CNY", "none", "967890")
            for each in merchants:
                self.insert("network", programme_id=programme_id, merchant_id=each.id, accepts=True, sells=True)
            self.connection.execute(RAISE_VERSION)
        return programme_id

    def _add_programme(self, programme_id: UUID, code: str, unit: str, pack: str, prefix: str) -> None:
        self.units[programme_id] = unit
        self.insert(
            "programme",
            id=programme_id, code=code, name=code.title(), unit=unit, time_zone="Asia/Shanghai", cut_off="00:00",
            issuer_prefix=prefix, policy_pack=pack, low_balance_threshold_minor=LOW_MINOR, hold_lifetime_s=600,
            hold_lifetime_limit_s=3600, payment_code_lifetime_s=60, dormancy_days=365, spend_order="bonus_first",
            created_at=NOON,
        )  # fmt: skip
        for kind in ("bearer_gift", "registered_gift", "recharge"):
            self.products[programme_id, kind] = product_id = fresh_id()
            self.insert(
                "product",
                id=product_id, programme_id=programme_id, code=kind.replace("_", "-"), name=kind, kind=kind,
                denominations_minor=FACES_MINOR, has_ecode=True, created_at=NOON,
            )  # fmt: skip

    def _merchant(self, code: str, network: UUID | None) -> Caller:
        merchant_id = fresh_id()
        status = "suspended" if network is None else "active"
        self.insert(
            "merchant", id=merchant_id, code=code, name=code.title(), status=status, created_at=NOON,
            payment_reference=fresh_reference(),
        )  # fmt: skip
        if network is not None:
            self.insert("network", programme_id=network, merchant_id=merchant_id, accepts=True, sells=True)
        return Caller(merchant_id, fresh_id())

    # Cards and members ------------------------------------------------------------------------------------------------

    def card(
        self,
        *,
        kind: str = "bearer_gift",
        status: str = "active",
        principal_minor: int | None = None,
        bonus_minor: int = 0,
        face_minor: int = 100_00,
        programme: UUID | None = None,
        **columns: object,
    ) -> KnownCard:
        """A card; an active one is worth its face unless told otherwise, any other is worth nothing."""
        programme = programme or self.home
        card_id, number = fresh_id(), compose("912345", random_digits(12))
        key_id = self.vault.cards.writing_key_id
        pin = self.vault.cards.derive_pin(key_id, card_id.bytes)
        ecode = self.vault.cards.derive_ecode(key_id, card_id.bytes)
        with self.connection.transaction():
            self.insert(
                "card",
                id=card_id, shard=shard_of(card_id), programme_id=programme, product_id=self.products[programme, kind],
                denomination_minor=face_minor, number_index=self.vault.numbers.of(number),
                number_encrypted=self.vault.card_numbers.seal(number.encode(), card_id.bytes), last4=last_four(number),
                ecode_index=self.vault.ecodes.of(ecode), key_id=key_id, status=status,
                **{"issue_id": self.home, "serial": next(self._numbers), **columns},
            )  # fmt: skip
            self._account(card_id, 2010, programme)
            if status == "active":
                principal_minor = face_minor if principal_minor is None else principal_minor
                if principal_minor:
                    self._fund(card_id, programme, "card_activated", (1030, self.shop.id), 2010, principal_minor)
                if bonus_minor:
                    self._account(card_id, 2011, programme)
                    self._fund(card_id, programme, "card_activated", (5010, programme), 2011, bonus_minor)
        return KnownCard(card_id, number, pin, ecode)

    def member(
        self, *, status: str = "active", principal_minor: int = 0, programme: UUID | None = None, named: bool = False
    ) -> Caller:
        """A member with a wallet, as the caller of the member's own requests; ``named``: the real name is on record."""
        programme, member_id = programme or self.home, fresh_id()
        with self.connection.transaction():
            self.insert(
                "member",
                id=member_id, shard=shard_of(member_id), programme_id=programme, user_name=member_id.hex,
                password_hash="", mail_index=member_id.bytes, agreement_version="1", agreed_at=NOON, status=status,
                created_at=NOON, identity_encrypted=b"sealed" if named else None,
            )  # fmt: skip
            self._account(member_id, 2020, programme)
            if principal_minor:
                self._fund(member_id, programme, "top_up", (1020, self.home), 2020, principal_minor)
        return Caller(member_id, fresh_id())

    def payment_code(self, member: Caller, lifetime_s: int = 60) -> ConsentCode:
        """The member's consent to one payment."""
        code = random_digits(18)
        with self.connection.transaction():
            self.connection.execute("DELETE FROM payment_code WHERE member_id = %s AND used_at IS NULL", (member.id,))
            self.insert(
                "payment_code",
                code_index=self.vault.payment_codes.of(code), shard=shard_of(member.id), member_id=member.id,
                expires_at=self.clock.now + timedelta(seconds=lifetime_s),
            )  # fmt: skip
        return ConsentCode(code)

    def _account(self, owner: UUID, code: int, programme: UUID) -> None:
        self.insert(
            "strict_account",
            owner_id=owner, code=code, shard=shard_of(owner), programme_id=programme, unit=self.units[programme],
        )  # fmt: skip

    def _fund(
        self, owner: UUID, programme: UUID, event: str, source: tuple[int, UUID], code: int, amount_minor: int
    ) -> None:
        """The journal that first fills an account, with its operation and its event."""
        journal_id = fresh_id(shard_of(owner))
        self.connection.execute(
            "UPDATE strict_account SET balance_minor = %s, sequence = 1 WHERE owner_id = %s AND code = %s",
            (amount_minor, owner, code),
        )
        self.insert(
            "transfer",
            journal_id=journal_id, position=0, shard=shard_of(owner), programme_id=programme, event=event,
            unit=self.units[programme], amount_minor=amount_minor, debit_code=source[0],
            debit_owner=source[1], credit_code=code, credit_owner=owner, strict_sequence=1,
            balance_after_minor=amount_minor, business_date=TODAY, event_at=NOON, posted_at=NOON,
        )  # fmt: skip
        if event == "top_up":
            self.insert(
                "payment",
                id=fresh_id(shard_of(owner)), shard=shard_of(owner), programme_id=programme, member_id=owner,
                provider="counter", provider_id=source[1], purpose="top_up", amount_minor=amount_minor,
                unit=self.units[programme], status="credited", created_at=NOON, expires_at=NOON,
                paid_minor=amount_minor, paid_unit=self.units[programme], paid_at=NOON,
                refunded_minor=0, journal_id=journal_id, ended_at=NOON,
            )  # fmt: skip
        self.insert(
            "operation",
            caller_id=self.operator.id, key=f"fund-{next(self._numbers)}", fingerprint=journal_id, verb="fund",
            answer="{}", journal_id=journal_id, actor_id=self.operator.actor_id, posted_at=NOON,
        )  # fmt: skip
        self.insert(
            "outbox",
            id=fresh_id(), shard=shard_of(owner), subject_id=owner, journal_id=journal_id, posted_at=NOON,
            name="top_up.completed" if event == "top_up" else "card.activated",
        )  # fmt: skip

    # Looking at it ----------------------------------------------------------------------------------------------------

    def rows(self, query: LiteralString, *values: object) -> list[Row]:
        return self.connection.execute(query, values).fetchall()

    def one(self, query: LiteralString, *values: object) -> Row:
        (row,) = self.rows(query, *values)
        return row

    def balance(self, owner: UUID) -> Balance:
        """The owner's counters of money."""
        found = self.rows(
            "SELECT code, balance_minor, held_minor FROM strict_account WHERE owner_id = %s AND code < 2100", owner
        )
        lots = {code: balance_minor for code, balance_minor, _ in found}
        bonus_minor = lots.get(2011, 0) + lots.get(2021, 0)
        return Balance(sum(lots.values()) - bonus_minor, bonus_minor, sum(held_minor for _, _, held_minor in found))

    def points(self, member: Caller) -> int:
        """How many points the member has."""
        query = "SELECT coalesce(sum(balance_minor), 0)::bigint FROM strict_account WHERE owner_id = %s AND code = 2120"
        return int(self.one(query, member.id)[0])

    def close_days(self, through: date, *programmes: UUID) -> None:
        """Close every business day of home, or of others, from its first to that one; go to the noon of the next."""
        with self.connection.transaction():
            self.connection.execute(
                """INSERT INTO sealed_day (programme_id, business_date, closed_at)
                   SELECT p, day, %s FROM unnest(%s::uuid[]) AS p, generate_series(%s::date, %s::date, '1 day') AS day
                   ON CONFLICT DO NOTHING""",
                (self.clock.now, list(programmes or (self.home,)), TODAY, through),
            )
            self.connection.execute(RAISE_VERSION)
        self.clock.now = NOON + (through - TODAY) + timedelta(days=1)

    def transfers(self, journal_id: UUID | None) -> list[Row]:
        """A journal as (event, amount in minor units, code and owner debited, code and owner credited)."""
        return self.rows(
            """SELECT event, amount_minor, debit_code, debit_owner, credit_code, credit_owner
               FROM transfer WHERE journal_id = %s ORDER BY position""",
            journal_id,
        )

    def everything_that_counts(self) -> str:
        """A digest of all that a refused call must leave as it was."""
        return str(self.one(EVERYTHING_THAT_COUNTS)[0])

    def events(self, subject: UUID) -> list[str]:
        """The names of what was announced about a card or member, by transaction and then by name.

        The ids of one moment are in no order.
        """
        told = self.rows("SELECT name FROM outbox WHERE subject_id = %s ORDER BY written_in, name", subject)
        return [name for (name,) in told]

    # Running it -------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def clearing_house(
        self,
        limits: EngineLimits | None = None,
        pool_size: int = 4,
        clock: Clock | None = None,
        url: str | None = None,
        lock_timeout_ms: int = 3_000,
    ) -> AsyncIterator[ClearingHouse]:
        """A process of the service: a pool and an engine of its own on the world's database, by the world's clock."""
        settings = Settings(pool_size=pool_size, lock_timeout_ms=lock_timeout_ms)
        async with (
            open_pool(url or self.database.url, settings, application_name="florin test") as pool,
            PostingEngine(pool, limits, clock=clock or self.clock) as engine,
        ):
            yield ClearingHouse(engine, pool, self.vault)


@contextmanager
def open_world(database: Database) -> Iterator[World]:
    """A fresh world in a migrated, empty database."""
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield World(connection, database, Keyring.generate())
