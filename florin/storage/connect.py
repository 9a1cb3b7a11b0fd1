"""Connections of the service: always in the application's role, and always with limits on how long they may take."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import psycopg_pool
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from florin.settings import Settings

APPLICATION_ROLE = "florin_app"

Connection = psycopg.AsyncConnection[TupleRow]
Pool = psycopg_pool.AsyncConnectionPool[Connection]

_CONNECT_LIMIT_S = 5
_POOL_LIMIT_S = 5
# The posting engine prepares its statements itself. The driver would prepare others, and whenever it rolled back
# it would make the server forget them all, the engine's too.
_SESSION = {"autocommit": True, "prepare_threshold": None}
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_HIGHEST_PORT = 65_535
_FIRST_VERSION_WITH_TRANSACTION_TIMEOUT = 170_000

# Ends of a session by the server's hand, besides class 08 (PostgreSQL's errcodes, appendix A).
_ENDED_BY_SERVER = frozenset(
    {
        "53300",  # too_many_connections
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
        "57P05",  # idle_session_timeout
    }
)


# Ends of a statement because others were in its way: rolled back whole, and right when it is sent again.
_GAVE_WAY = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
        "57014",  # query_canceled, by statement_timeout
    }
)


# Refusals of a login that trying again does not mend. Before there is a session libpq hands out no SQLSTATE, only the
# server's words; those of a server that speaks another language are taken for a failure that passes.
_LOGIN_REFUSED = re.compile(
    "authentication failed|no password supplied|does not exist|no pg_hba.conf entry|permission denied for database"
    "|not permitted to log in|invalid .* value"
)

_NEVER_LENT = (psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed, psycopg_pool.TooManyRequests)


# The driver's operational errors are those "not under the control of the programmer" (PEP 249).
_PASSING = (psycopg.OperationalError, errors.TransactionTimeout, errors.IdleInTransactionSessionTimeout)


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or ended our session. Whoever asked may try again a little later."""


class DatabaseMisconfigured(Exception):
    """The address, its login or its database is wrong. Trying again does not help; the message shows no password."""


def require_address(variable: str, url: str) -> None:
    """Return when ``url`` is an address of a database; whether there is one is not looked at.

    Raises:
        DatabaseMisconfigured: it is none. The message names the variable that it stands in, and nothing of the value.
    """
    try:
        ports = str(conninfo_to_dict(url).get("port") or "").split(",")
    except psycopg.ProgrammingError:
        # Its message repeats the address, and with it the password.
        ports = ["none"]
    if not all(port == "" or (port.isdecimal() and int(port) <= _HIGHEST_PORT) for port in ports):
        raise DatabaseMisconfigured(
            f"{variable} is not an address of a database: postgresql://LOGIN:PASSWORD@HOST:PORT/DATABASE, with spaces "
            "and signs percent-encoded (%20)"
        )


def failed_connection(error: psycopg.OperationalError, whose: str = "") -> DatabaseUnavailable | DatabaseMisconfigured:
    """What a connection that could not be opened means; ``whose`` says as whom it was asked for, when that matters."""
    if _LOGIN_REFUSED.search(str(error)):
        return DatabaseMisconfigured(f"the database refuses the connection{whose}: {error}")
    return DatabaseUnavailable(f"no connection to the database{whose}: {error}")


def is_connection_failure(error: Exception) -> bool:
    """Say whether an error of the driver or the pool means that there is no connection, rather than a bad statement."""
    if isinstance(error, _NEVER_LENT):
        return True
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith("08") or error.sqlstate in _ENDED_BY_SERVER


def was_cut_off(error: Exception) -> bool:
    """Say whether a connection was lost while it was used: a commit that was under way may or may not have happened."""
    return is_connection_failure(error) and not isinstance(error, _NEVER_LENT)


def gave_way(error: Exception) -> bool:
    """Say whether a statement was ended because it waited too long for others, or would have waited for ever."""
    return isinstance(error, psycopg.OperationalError) and error.sqlstate in _GAVE_WAY


def passes(error: Exception) -> bool:
    """Say whether an error is one of the database's that are over when it is back, less busy or has room again."""
    return is_connection_failure(error) or isinstance(error, _PASSING)


def service_conninfo(database_url: str, settings: Settings, *, server_version: int, application_name: str) -> str:
    """Return a connection string for the service.

    Role and limits travel in the start-up packet, so that they are the session's defaults: ``RESET ALL`` and
    ``DISCARD ALL`` bring them back instead of taking them away. The time zone is fixed because a server's own would
    change what a cast to a date says.

    Args:
        database_url: address of the database with the service's login.
        settings: holds the limits, in milliseconds.
        server_version: as libpq writes it, 180006 for 18.6; older servers refuse limits that they do not know.
        application_name: the part of Florin that asks, for the server's log and ``pg_stat_activity``.
    """
    options = {
        "role": APPLICATION_ROLE,
        "timezone": "UTC",
        "statement_timeout": settings.statement_timeout_ms,
        "lock_timeout": settings.lock_timeout_ms,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_session_timeout_ms,
    }
    if server_version >= _FIRST_VERSION_WITH_TRANSACTION_TIMEOUT:
        options["transaction_timeout"] = settings.transaction_timeout_ms
    given = conninfo_to_dict(database_url)
    # A network may swallow everything without a word; what is not heard of for this long is gone.
    patience = _KEEPALIVES | {"tcp_user_timeout": settings.transaction_timeout_ms}
    ours = " ".join(f"-c {name}={value}" for name, value in options.items())
    return make_conninfo(
        database_url,
        # Ours come last, because the last of two equal options counts.
        options=f"{given.get('options') or ''} {ours}".strip(),
        application_name=application_name,
        connect_timeout=given.get("connect_timeout") or _CONNECT_LIMIT_S,
        **{name: given.get(name) or value for name, value in patience.items()},
    )


async def connect(database_url: str, settings: Settings, *, application_name: str = "florin") -> Connection:
    """Open one connection of the service, in autocommit: a transaction begins where the code says so.

    Raises:
        DatabaseUnavailable: the server does not answer.
        DatabaseMisconfigured: it refuses the login, or has no such database.
    """
    conninfo = await _probed_conninfo(database_url, settings, application_name)
    return await _connected(conninfo)


@asynccontextmanager
async def open_pool(database_url: str, settings: Settings, *, application_name: str = "florin") -> AsyncIterator[Pool]:
    """Keep a pool of ``settings.pool_size`` connections of the service open, all in autocommit.

    Raises:
        DatabaseUnavailable: at the beginning, when the server does not answer. Later failures are the driver's and the
            pool's errors, which ``is_connection_failure`` tells apart.
        DatabaseMisconfigured: at the beginning, when it refuses the login or has no such database.
    """
    conninfo = await _probed_conninfo(database_url, settings, application_name)
    pool: Pool = psycopg_pool.AsyncConnectionPool(
        conninfo,
        kwargs=_SESSION,
        min_size=settings.pool_size,
        max_size=settings.pool_size,
        timeout=_POOL_LIMIT_S,
        name=application_name,
        open=False,
    )
    async with pool:
        try:
            await pool.wait(_POOL_LIMIT_S)
        except psycopg_pool.PoolTimeout as error:
            raise DatabaseUnavailable(
                f"the database does not give {settings.pool_size} connections (FLORIN_POOL_SIZE)"
            ) from error
        yield pool


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection for one transaction, which commits at the end and rolls back when an exception leaves it."""
    async with pool.connection() as connection, connection.transaction():
        yield connection


async def _probed_conninfo(database_url: str, settings: Settings, application_name: str) -> str:
    # Version 0 asks for nothing that a server might not know, so the first connection always learns the version.
    first = service_conninfo(database_url, settings, server_version=0, application_name=application_name)
    async with await _connected(first) as connection:
        version = connection.info.server_version
    return service_conninfo(database_url, settings, server_version=version, application_name=application_name)


async def _connected(conninfo: str) -> Connection:
    try:
        return await psycopg.AsyncConnection.connect(conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise failed_connection(error) from error
