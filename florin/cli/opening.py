"""From settings to a database that can be trusted, which is all that most commands need."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from florin.cli.exit_codes import Refusal
from florin.settings import Settings
from florin.storage.connect import Pool, connect, open_pool, require_address
from florin.storage.embedded import EmbeddedServer, has_cluster, running_server
from florin.storage.migrate import migrate
from florin.storage.schema import require_current_schema
from florin.storage.server_check import require_safe_server


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is, as the service's login; with the embedded server when it is that one."""

    service_url: str
    embedded: EmbeddedServer | None = None


@contextmanager
def located_database(settings: Settings, *, existing: bool = False) -> Iterator[DatabaseAddress]:
    """The database of ``FLORIN_DATABASE_URL``, else the embedded one: started or adopted, its schema up to date.

    Somebody else's server is left as it is: only ``florin migrate`` changes its schema.

    Args:
        settings: of this process.
        existing: refuse a data directory without a database instead of making one. An empty book proves itself, so
            whoever asks about a book must not be given a new one because a path was mistyped.

    Raises:
        Refusal: there is no database yet, and none is to be made.
        DatabaseMisconfigured: the setting is no address.
        EmbeddedServerError, SchemaMismatch: the embedded server cannot be started, or belongs to a newer Florin.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        require_address("FLORIN_DATABASE_URL", url)
        yield DatabaseAddress(url)
        return
    if existing:
        require_database(settings)
    with running_server(settings.data_dir) as server:
        migrate(server.owner_url(), service_url=server.service_url())
        yield DatabaseAddress(server.service_url(), server)


def require_database(settings: Settings) -> None:
    """Return when the data directory holds a database, or the settings name one elsewhere; `Refusal` otherwise."""
    if settings.database_url is None and not has_cluster(settings.data_dir):
        raise Refusal(
            f"there is no database in {settings.data_dir}. `make run` or `florin serve` makes one; if there is one "
            "elsewhere, name its directory with FLORIN_DATA_DIR, as the service that uses it does"
        )


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Pool]:
    """A pool on an existing database that keeps what it has answered and has the schema of this code.

    Raises:
        Refusal: there is no database yet.
        DatabaseUnavailable: it does not answer.
        DatabaseMisconfigured, UnsafeServer, SchemaMismatch, EmbeddedServerError: it is refused; the message says what
            to do.
    """
    with located_database(settings, existing=True) as address:
        async with trusted_pool(settings, address) as pool:
            yield pool


@asynccontextmanager
async def trusted_pool(settings: Settings, address: DatabaseAddress) -> AsyncIterator[Pool]:
    """A pool on the database at that address, as `open_database`."""
    async with await connect(address.service_url, settings) as connection:
        await require_safe_server(connection)
        await require_current_schema(connection)
    async with open_pool(address.service_url, settings) as pool:
        yield pool
