"""Changes of persons and their logins: one transaction each, one after another, each with its audit row.

Whoever changes something opens a `people_change`, decides by what it shows (which nobody else can change meanwhile) and
writes through it. That is how one human being cannot become two persons in two changes at once.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.people.login_sessions import revoke_other_sessions
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.people.persons import LoginRecord, read_login

# Signing in and everything that refers to a person goes on meanwhile.
LOCK_PERSONS: Final = "LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE"

FIND_PERSONS: Final = """
SELECT p.id, p.identity_index, EXISTS (
    SELECT FROM person_mobile m WHERE m.person_id = p.id AND m.mobile_index = %(mobile_index)s) AS has_mobile
FROM person p
WHERE p.identity_index = %(identity_index)s
    OR p.id = (SELECT person_id FROM person_mobile WHERE mobile_index = %(mobile_index)s)
"""
PERSON_OF_LOGIN: Final = """
SELECT p.id, p.identity_index, false AS has_mobile
FROM person p JOIN login l ON l.person_id = p.id WHERE l.id = %(login_id)s
"""
INSERT_PERSON: Final = """
INSERT INTO person (id, name_encrypted, created_at) VALUES (%(id)s, %(name_encrypted)s, %(now)s)
"""
INSERT_MOBILE: Final = """
INSERT INTO person_mobile (mobile_index, person_id, mobile_encrypted, created_at)
VALUES (%(mobile_index)s, %(person_id)s, %(mobile_encrypted)s, %(now)s)
"""
RECORD_IDENTITY: Final = """
UPDATE person SET identity_index = %(identity_index)s, identity_encrypted = %(identity_encrypted)s
WHERE id = %(person_id)s AND identity_index IS NULL
"""
USER_NAME_EXISTS: Final = "SELECT EXISTS (SELECT FROM login WHERE user_name = %(user_name)s)"
INSERT_LOGIN: Final = """
INSERT INTO login (id, person_id, customer_id, user_name, roles, password_hash, must_change_password, status,
                   set_up_person, created_at)
VALUES (%(id)s, %(person_id)s, %(customer_id)s, %(user_name)s, %(roles)s, %(password_hash)s, true, 'active',
        %(set_up_person)s, %(now)s)
"""
SET_STATUS: Final = "UPDATE login SET status = %(status)s WHERE id = %(login_id)s AND status <> %(status)s"
RESET: Final = """
UPDATE login SET password_hash = %(password_hash)s, must_change_password = true, totp_secret_encrypted = NULL,
    totp_confirmed_at = NULL, totp_last_step = NULL, set_up_person = %(set_up_person)s, released_person = NULL
WHERE id = %(login_id)s
"""
SET_ROLES: Final = "UPDATE login SET roles = %(roles)s WHERE id = %(login_id)s"
SET_MORE_ROLES: Final = """
UPDATE login SET roles = %(roles)s, set_up_person = %(set_up_person)s, released_person = NULL WHERE id = %(login_id)s
"""
RELEASE: Final = "UPDATE login SET released_person = %(released_person)s WHERE id = %(login_id)s AND waits"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person on record: by which document, and whether the mobile number that was asked for is the person's."""

    id: UUID
    identity_index: bytes | None
    has_mobile: bool


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login to be made; its password is initial and hashed. ``customer_id`` is None for the operator's people.

    ``set_up_person`` is who adds it, None for an administrator made on the machine: all others wait to be released.
    """

    id: UUID
    customer_id: UUID | None
    user_name: str
    roles: frozenset[Role]
    password_hash: str
    set_up_person: UUID | None


class PeopleChange:
    """An open change; ``author`` is who asked for it."""

    def __init__(self, connection: Connection, author: Author) -> None:
        self.author = author
        self._connection = connection

    async def spend(self, proof: CodeProof) -> bool:
        """Spend the one-time code that this change was asked for with; False when it is spent already."""
        return await spend_code(self._connection, proof)

    async def persons_with(self, mobile_index: bytes | None, identity_index: bytes | None) -> list[KnownPerson]:
        """The persons who have that mobile number or that document: none, one, or two different ones."""
        async with self._connection.cursor(row_factory=class_row(KnownPerson)) as cursor:
            await cursor.execute(FIND_PERSONS, {"mobile_index": mobile_index, "identity_index": identity_index})
            return await cursor.fetchall()

    async def person_of(self, login_id: UUID) -> KnownPerson | None:
        """The person behind a login."""
        async with self._connection.cursor(row_factory=class_row(KnownPerson)) as cursor:
            await cursor.execute(PERSON_OF_LOGIN, {"login_id": login_id})
            return await cursor.fetchone()

    async def login(self, login_id: UUID) -> LoginRecord | None:
        """The login of that id as no other change can make it meanwhile."""
        return await read_login(self._connection, login_id)

    async def user_name_exists(self, user_name: str) -> bool:
        """Whether a login has that canonical user name."""
        row = await (await self._connection.execute(USER_NAME_EXISTS, {"user_name": user_name})).fetchone()
        return row is not None and bool(row[0])

    async def add_person(self, person_id: UUID, name_encrypted: bytes) -> None:
        """Write a new person."""
        await self._write(INSERT_PERSON, {"id": person_id, "name_encrypted": name_encrypted})

    async def add_mobile(self, person_id: UUID, mobile_index: bytes, mobile_encrypted: bytes) -> None:
        """Write a mobile number that nobody has as a person's."""
        row = {"person_id": person_id, "mobile_index": mobile_index, "mobile_encrypted": mobile_encrypted}
        await self._write(INSERT_MOBILE, row)

    async def record_identity(self, person_id: UUID, identity_index: bytes, identity_encrypted: bytes) -> None:
        """Write the document of a person who has none on record, for good."""
        row = {"person_id": person_id, "identity_index": identity_index, "identity_encrypted": identity_encrypted}
        await self._write(RECORD_IDENTITY, row)
        await self._tell("person.identity_recorded", person_id, {})

    async def add_login(self, person_id: UUID, login: NewLogin) -> None:
        """Write a new login of a person, whose user name must be free."""
        roles = sorted(login.roles)
        await self._write(INSERT_LOGIN, {**asdict(login), "person_id": person_id, "roles": roles})
        customer = None if login.customer_id is None else wire_id("customer", login.customer_id)
        told = {"user_name": login.user_name, "roles": roles, "person_id": wire_id("person", person_id)}
        await self._tell("login.added", login.id, {**told, "customer_id": customer})

    async def set_blocked(self, login_id: UUID, *, blocked: bool, reason: str) -> None:
        """Block a login and end its sessions, or let it in again; nothing is written when it is so already."""
        status = "blocked" if blocked else "active"
        changed = await self._connection.execute(SET_STATUS, {"login_id": login_id, "status": status})
        if changed.rowcount == 0:
            return
        revoked = await revoke_other_sessions(self._connection, login_id, None, self.author.now) if blocked else 0
        action = "login.blocked" if blocked else "login.unblocked"
        await self._tell(action, login_id, {"reason": reason, "sessions_revoked": revoked})

    async def reset(self, login_id: UUID, password_hash: str, reason: str, set_up_person: UUID) -> None:
        """Give a login an initial password, forget its one-time codes and end its sessions; it waits to be released."""
        row = {"login_id": login_id, "password_hash": password_hash, "set_up_person": set_up_person}
        await self._write(RESET, row)
        revoked = await revoke_other_sessions(self._connection, login_id, None, self.author.now)
        await self._tell("login.reset", login_id, {"reason": reason, "sessions_revoked": revoked})

    async def set_roles(
        self, login: LoginRecord, roles: frozenset[Role], reason: str, set_up_person: UUID | None
    ) -> None:
        """Give a login other roles; ``set_up_person`` is who gives it more than it had, for which it waits."""
        before, after = sorted(login.roles), sorted(roles)
        row = {"login_id": login.id, "roles": after, "set_up_person": set_up_person}
        await self._write(SET_ROLES if set_up_person is None else SET_MORE_ROLES, row)
        await self._tell("login.roles_changed", login.id, {"before": before, "after": after, "reason": reason})

    async def release(self, login_id: UUID, released_person: UUID, reason: str) -> None:
        """Let a login that waits do what its roles allow."""
        await self._write(RELEASE, {"login_id": login_id, "released_person": released_person})
        await self._tell("login.released", login_id, {"reason": reason})

    async def _write(self, statement: LiteralString, row: Mapping[str, Any]) -> None:
        await self._connection.execute(statement, {**row, "now": self.author.now})

    async def _tell(self, action: str, subject_id: UUID, detail: Mapping[str, Any]) -> None:
        await record(self._connection, self.author, action, subject_id, detail)


@asynccontextmanager
async def people_change(pool: Pool, author: Author) -> AsyncIterator[PeopleChange]:
    """Open a change of people; it commits at the end, or not at all when an exception leaves the block."""
    async with transaction(pool) as connection:
        await connection.execute(LOCK_PERSONS)
        yield PeopleChange(connection, author)
