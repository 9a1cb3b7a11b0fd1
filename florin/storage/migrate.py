"""Bringing the schema to what this code expects."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from florin.storage.connect import APPLICATION_ROLE, failed_connection
from florin.storage.schema import HAS_VERSION, READ_VERSION, VERSIONS, refuse_newer, state_at

OWNER_ROLE = "florin_owner"

# Any number does as long as nothing else in the database uses it: "florin" in ASCII.
_MIGRATION_LOCK = 0x666C6F72696E
# A second process waits for the first one's migrations; the tills wait for no migration longer than a moment.
_WAIT_FOR_OTHERS = "10min"
_WAIT_FOR_TABLES = "10s"

WAIT_FOR_TURN = "SELECT pg_advisory_lock(%(lock)s)"
SET_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', %(timeout)s, false)"
ROLE_EXISTS = "SELECT FROM pg_roles WHERE rolname = %(role)s"
CREATE_ROLE = "CREATE ROLE {role} NOLOGIN"
# From PostgreSQL 16 on, whoever creates a role is its member for administration without being able to take it on.
MAY_TAKE_ROLE = """
SELECT pg_has_role(%(login)s, %(role)s,
                   CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""
GRANT_ROLE = "GRANT {role} TO {login}"
OWNER_MAY_CREATE = """
SELECT has_database_privilege(%(owner)s, current_database(), 'CREATE')
   AND has_schema_privilege(%(owner)s, 'public', 'CREATE')
"""
LET_OWNER_CREATE = """
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO florin_owner', current_database()); END $$;
GRANT USAGE, CREATE ON SCHEMA public TO florin_owner;
"""
# The service asks which revision it stands on, and may not claim another one.
GUARD_VERSION = """
SET ROLE florin_owner;
REVOKE ALL ON alembic_version FROM florin_app;
GRANT SELECT ON alembic_version TO florin_app;
"""


def migrate(owner_url: str, *, service_url: str | None = None, versions: Path = VERSIONS) -> None:
    """Create the roles when they are missing and run every pending revision as ``florin_owner``.

    Several processes may call it at once: one works, the others wait and find nothing to do.

    Args:
        owner_url: address of the database with a login that may create roles, or that is a member of both already.
        service_url: the service's address of the database; its login is granted the application's role.
        versions: the directory of revisions.

    Raises:
        DatabaseUnavailable, DatabaseMisconfigured: no connection.
        SchemaMismatch: the database has a revision that this code does not know.
    """
    with _turn(owner_url) as connection:
        service_login = conninfo_to_dict(service_url or "").get("user")
        _prepare_roles(connection, {connection.info.user, str(service_login or connection.info.user)})
        state = state_at(_revision(connection), versions)
        refuse_newer(state)
        if not state.pending:
            return
        from florin.storage.upgrade import upgrade  # noqa: PLC0415 (Alembic's import is slow, and most starts end above)

        options = f"-c role={OWNER_ROLE} -c lock_timeout={_WAIT_FOR_TABLES} -c timezone=UTC"
        conninfo = make_conninfo(owner_url, options=options, application_name="florin migrate")
        upgrade(conninfo, versions)
        connection.execute(GUARD_VERSION)


@contextmanager
def _turn(owner_url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(owner_url, autocommit=True, application_name="florin migrate")
    except psycopg.OperationalError as error:
        raise failed_connection(error, " as its owner") from error
    with connection:
        connection.execute(SET_LOCK_TIMEOUT, {"timeout": _WAIT_FOR_OTHERS})
        connection.execute(WAIT_FOR_TURN, {"lock": _MIGRATION_LOCK})
        connection.execute(SET_LOCK_TIMEOUT, {"timeout": _WAIT_FOR_TABLES})
        yield connection


def _prepare_roles(connection: psycopg.Connection, application_logins: set[str]) -> None:
    for role in (OWNER_ROLE, APPLICATION_ROLE):
        if connection.execute(ROLE_EXISTS, {"role": role}).fetchone() is None:
            connection.execute(sql.SQL(CREATE_ROLE).format(role=sql.Identifier(role)))
    _let_take(connection, connection.info.user, OWNER_ROLE)
    for login in application_logins:
        _let_take(connection, login, APPLICATION_ROLE)
    if not _is_true(connection, OWNER_MAY_CREATE, {"owner": OWNER_ROLE}):
        connection.execute(LET_OWNER_CREATE)


def _let_take(connection: psycopg.Connection, login: str, role: str) -> None:
    if not _is_true(connection, MAY_TAKE_ROLE, {"login": login, "role": role}):
        connection.execute(sql.SQL(GRANT_ROLE).format(role=sql.Identifier(role), login=sql.Identifier(login)))


def _is_true(connection: psycopg.Connection, question: LiteralString, parameters: dict[str, str]) -> bool:
    row = connection.execute(question, parameters).fetchone()
    return row is not None and bool(row[0])


def _revision(connection: psycopg.Connection) -> str | None:
    if not _is_true(connection, HAS_VERSION, {}):
        return None
    row = connection.execute(READ_VERSION).fetchone()
    return None if row is None else str(row[0])
