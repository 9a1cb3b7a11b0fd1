"""Refusing a database server that could lose an answered operation, and a login that could rewrite the book."""

from dataclasses import dataclass
from typing import LiteralString

from florin.storage.connect import Connection

OLDEST_VERSION = 150_000


@dataclass(frozen=True)
class UnsafeSetting:
    """One reason not to trust a server: the setting, its value, and how to mend it."""

    name: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name} is {self.value}: {self.remedy}"


class UnsafeServer(Exception):
    """The server is refused. ``reasons`` holds every unsafe setting, the message all of them in words."""

    def __init__(self, reasons: tuple[UnsafeSetting, ...]) -> None:
        self.reasons = reasons
        super().__init__("this database server is not safe for money: " + "; ".join(map(str, reasons)))


@dataclass(frozen=True)
class _Requirement:
    name: str
    accepted: tuple[str, ...]
    remedy: str


_RELOAD = "put `{} = on` into postgresql.conf and reload the server"
_REQUIREMENTS = (
    _Requirement("fsync", ("on",), _RELOAD.format("fsync")),
    _Requirement("full_page_writes", ("on",), _RELOAD.format("full_page_writes")),
    # `local` and `remote_write` are as good as `on` only until a synchronous standby takes over, which may then lack
    # commits that were answered; without such a standby they gain nothing. So neither is accepted.
    _Requirement(
        "synchronous_commit",
        ("on", "remote_apply"),
        "set it to on or remote_apply in postgresql.conf, and look for ALTER ROLE or ALTER DATABASE that override it",
    ),
    _Requirement("server_encoding", ("UTF8",), "create the database again with ENCODING 'UTF8'"),
)

# Logins are asked about, not the role that the session has taken: it could give that one back at any time.
OVERMIGHTY_LOGIN: LiteralString = """
SELECT s.rolname, CASE WHEN s.rolsuper THEN 'a superuser' ELSE 'a member of florin_owner' END
FROM pg_roles s
WHERE s.rolname = session_user AND (s.rolsuper OR EXISTS (
    SELECT FROM pg_roles o WHERE o.rolname = 'florin_owner' AND pg_has_role(s.oid, o.oid, 'MEMBER')))
"""
READ_SETTING: LiteralString = "SELECT current_setting(%(name)s)"


async def unsafe_settings(connection: Connection) -> tuple[UnsafeSetting, ...]:
    """Return what makes the server of ``connection`` unsafe, empty when nothing does.

    The values are those of the session, which take in what roles and databases override: so ask on a connection of the
    service, made as all of its others are.
    """
    found = []
    if connection.info.server_version < OLDEST_VERSION:
        version = str(connection.info.server_version // 10_000)
        found.append(UnsafeSetting("server_version", version, "upgrade PostgreSQL to 15 or newer"))
    for requirement in _REQUIREMENTS:
        row = await (await connection.execute(READ_SETTING, {"name": requirement.name})).fetchone()
        value = str(row[0]) if row else "unknown"
        if value not in requirement.accepted:
            found.append(UnsafeSetting(requirement.name, value, requirement.remedy))
    return tuple(found)


async def unsafe_login(connection: Connection) -> tuple[UnsafeSetting, ...]:
    """Return what makes the login of ``connection`` unsafe for the service: whom the schema does not bind."""
    row = await (await connection.execute(OVERMIGHTY_LOGIN)).fetchone()
    if row is None:
        return ()
    login, might = row
    remedy = (
        f"that is {might}, who can rewrite the book. Make another login, `GRANT florin_app` to it and name it in "
        "FLORIN_DATABASE_URL; this one belongs into FLORIN_OWNER_DATABASE_URL, for `florin migrate`"
    )
    return (UnsafeSetting("session_user", login, remedy),)


async def require_safe_server(connection: Connection) -> None:
    """Return when the server can be trusted with money, and the service's login with the server.

    Raises:
        UnsafeServer: they cannot; the error holds every reason.
    """
    if reasons := (*await unsafe_settings(connection), *await unsafe_login(connection)):
        raise UnsafeServer(reasons)
