"""A programme with an agreement, and a house that serves it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pwdlib import PasswordHash

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.register_member import Registered, RegisterMember, register_member
from florin.clearing.membership.sign_in import SessionOpened, SignIn, sign_in
from florin.crypto import passwords
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.storage.connect import Connection, Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.engine import PostingEngine
from tests.cheap_passwords import CHEAP

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
ADDRESS = "192.0.2.7"

INSERT_PROGRAMME = """
INSERT INTO programme (id, code, name, unit, time_zone, cut_off, issuer_prefix, policy_pack,
    low_balance_threshold_minor, hold_lifetime_s, hold_lifetime_limit_s, payment_code_lifetime_s, dormancy_days,
    spend_order, created_at)
VALUES (%s, %s, 'Honeynut', 'CNY', 'Asia/Shanghai', '00:00',
    '9' || lpad((SELECT count(*) FROM programme)::text, 5, '0'), 'cn', 2000, 120, 2678400, 60, 30,
    'bonus_first', %s)
"""
INSERT_AGREEMENT = "INSERT INTO agreement (programme_id, version, text, effective_at) VALUES (%s, %s, 'Terms', %s)"


class CountingHasher(PasswordHash):
    """The cheap work, and a count of how often it was done."""

    def __init__(self) -> None:
        super().__init__(CHEAP.hashers)
        self.calls = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.calls += 1
        return super().hash(password, salt=salt)

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:  # noqa: A002
        self.calls += 1
        return super().verify_and_update(password, hash)


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_HASHER", counting)
    return counting


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(Keyring.generate())


@pytest.fixture
def house(pool: Pool, vault: Vault) -> ClearingHouse:
    return ClearingHouse(PostingEngine(pool), pool, vault)


async def add_programme(connection: Connection, code: str) -> UUID:
    """A programme with version 1 of its agreement."""
    programme_id = fresh_id()
    await connection.execute(INSERT_PROGRAMME, (programme_id, code, NOW))
    await connection.execute(INSERT_AGREEMENT, (programme_id, "1", NOW - timedelta(days=1)))
    return programme_id


@pytest.fixture
async def programme_id(connection: Connection) -> UUID:
    return await add_programme(connection, "honeynut")


@dataclass(frozen=True)
class Anna:
    """A member who has signed in."""

    id: UUID
    who: SignedIn
    opened: SessionOpened


@pytest.fixture
async def anna(house: ClearingHouse, programme_id: UUID) -> Anna:
    registered = await register_member(house, registration(programme_id), NOW)
    assert isinstance(registered, Registered)
    opened = await sign_in(house, attempt(programme_id), NOW)
    assert isinstance(opened, SessionOpened)
    who = SignedIn(opened.session_id, registered.member_id, programme_id, opened.expires_at)
    return Anna(registered.member_id, who, opened)


def registration(programme_id: UUID, **changes: str | None) -> RegisterMember:
    """Anna's registration, with some fields changed."""
    fields: dict[str, str | None] = {
        "user_name": "Anna",
        "password": PASSWORD,
        "mail": "anna@example.org",
        "mobile": "+86 138 0013 8000",
        "agreement_version": "1",
        "address": ADDRESS,
    }
    return RegisterMember(programme_id=programme_id, **(fields | changes))  # type: ignore[arg-type]  # a test names real fields


def attempt(programme_id: UUID, **changes: str | None) -> SignIn:
    """Anna's way to sign in, with some fields changed."""
    fields: dict[str, str | None] = {"name": "anna", "password": PASSWORD, "address": ADDRESS}
    return SignIn(programme_id=programme_id, **(fields | changes))  # type: ignore[arg-type]  # as above


Counter = Callable[[str], Awaitable[int]]


@pytest.fixture
def count(connection: Connection) -> Counter:
    """How many rows a table has."""

    async def rows(table: str) -> int:
        row = await (await connection.execute(f"SELECT count(*) FROM {table}")).fetchone()  # noqa: S608  # our own tables
        assert row is not None
        return int(row[0])

    return rows
