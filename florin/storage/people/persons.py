"""Logins with the persons behind them, as they are listed. What is personal leaves here sealed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.people import Role
from florin.storage.connect import Connection, Pool

_COLUMNS: Final = """
SELECT l.id, l.person_id, l.customer_id, l.user_name, l.roles, l.status = 'blocked' AS is_blocked,
       l.must_change_password, l.totp_confirmed_at IS NOT NULL AS totp_on, l.set_up_person, l.waits,
       p.identity_index IS NOT NULL AS is_named, l.created_at, p.name_encrypted
FROM login l JOIN person p ON p.id = l.person_id
"""
OF_CUSTOMER: Final = _COLUMNS + "WHERE l.customer_id = %(customer_id)s ORDER BY l.id"
OURS: Final = _COLUMNS + "WHERE l.customer_id IS NULL ORDER BY l.id"
BY_ID: Final = _COLUMNS + "WHERE l.id = %(login_id)s"
BY_USER_NAME: Final = _COLUMNS + "WHERE l.user_name = %(user_name)s"

WORKS_FOR: Final = """
SELECT EXISTS (SELECT FROM login WHERE person_id = %(person_id)s AND customer_id = %(customer_id)s)
"""
MAY_WORK: Final = """
SELECT id FROM login
WHERE id = ANY(%(ids)s) AND customer_id IS NULL AND status = 'active' AND NOT waits AND roles && %(roles)s::text[]
"""
CUSTOMER_EXISTS: Final = "SELECT EXISTS (SELECT FROM customer WHERE id = %(customer_id)s)"


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """A login and what is on record of its person.

    ``is_named``: an identity document is on record. ``customer_id`` is None for the operator's own people.
    ``waits``: ``set_up_person`` has set it up, and nobody else has released it since.
    """

    id: UUID
    person_id: UUID
    customer_id: UUID | None
    user_name: str
    roles: frozenset[Role]
    is_blocked: bool
    must_change_password: bool
    totp_on: bool
    set_up_person: UUID | None
    waits: bool
    is_named: bool
    created_at: datetime
    name_encrypted: bytes

    @property
    def is_enrolled(self) -> bool:
        """Whether its owner has changed the initial password and turned one-time codes on."""
        return self.totp_on and not self.must_change_password

    @property
    def status(self) -> Literal["active", "waiting", "blocked"]:
        """Whether somebody may work with it, and otherwise why not: a block comes first."""
        if self.is_blocked:
            return "blocked"
        return "waiting" if self.waits else "active"


async def logins_of(pool: Pool, customer_id: UUID | None) -> list[LoginRecord]:
    """Every login of a customer's people, or (None) of the operator's own, the oldest first."""
    async with pool.connection() as connection:
        return await _read(connection, OURS if customer_id is None else OF_CUSTOMER, {"customer_id": customer_id})


async def login_by_id(pool: Pool, login_id: UUID) -> LoginRecord | None:
    """The login with that id."""
    async with pool.connection() as connection:
        return await read_login(connection, login_id)


async def read_login(connection: Connection, login_id: UUID) -> LoginRecord | None:
    """The same in the caller's transaction."""
    return next(iter(await _read(connection, BY_ID, {"login_id": login_id})), None)


async def login_by_name(pool: Pool, user_name: str) -> LoginRecord | None:
    """The login with that canonical user name."""
    async with pool.connection() as connection:
        return next(iter(await _read(connection, BY_USER_NAME, {"user_name": user_name})), None)


async def works_for(connection: Connection, person_id: UUID, customer_id: UUID) -> bool:
    """Whether a person has a login at a customer, be it blocked or not."""
    wanted = {"person_id": person_id, "customer_id": customer_id}
    row = await (await connection.execute(WORKS_FOR, wanted)).fetchone()
    return row is not None and bool(row[0])


async def who_may_work(connection: Connection, login_ids: Collection[UUID], roles: Collection[Role]) -> set[UUID]:
    """Which logins are ours, have one of the roles, and are neither blocked nor wait to be released."""
    wanted = {"ids": list(login_ids), "roles": [role.value for role in roles]}
    return {row[0] for row in await (await connection.execute(MAY_WORK, wanted)).fetchall()}


async def customer_exists(pool: Pool, customer_id: UUID) -> bool:
    """Whether there is such a corporate customer."""
    async with pool.connection() as connection:
        row = await (await connection.execute(CUSTOMER_EXISTS, {"customer_id": customer_id})).fetchone()
    return row is not None and bool(row[0])


async def _read(connection: Connection, query: LiteralString, wanted: dict[str, Any]) -> list[LoginRecord]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(query, wanted)).fetchall()
    return [LoginRecord(**{**row, "roles": frozenset(map(Role, row["roles"]))}) for row in rows]
