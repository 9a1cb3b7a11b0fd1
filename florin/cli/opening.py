"""From settings to a database that can be trusted, which is all that most commands need."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from florin.settings import Settings
from florin.storage.connect import Pool, connect, open_pool
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.migrate import migrate
from florin.storage.schema import require_current_schema
from florin.storage.server_check import require_safe_server


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is, as the service's login; with the embedded server when it is that one."""

    service_url: str
    embedded: EmbeddedServer | None = None


@contextmanager
def located_database(settings: Settings) -> Iterator[DatabaseAddress]:
    """The database of ``FLORIN_DATABASE_URL``, else the embedded one: started or adopted, its schema up to date.

    Somebody else's server is left as it is: only ``florin migrate`` changes its schema.

    Raises:
        EmbeddedServerError, SchemaMismatch: the embedded server cannot be started, or belongs to a newer Florin.
    """
    if settings.database_url is not None:
        yield DatabaseAddress(settings.database_url.get_secret_value())
        return
    with running_server(settings.data_dir) as server:
        migrate(server.owner_url(), service_url=server.service_url())
        yield DatabaseAddress(server.service_url(), server)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Pool]:
    """A pool on a database that keeps what it has answered and has the schema of this code.

    Raises:
        DatabaseUnavailable: it does not answer.
        UnsafeServer, SchemaMismatch, EmbeddedServerError: it is refused; the message says what to do.
    """
    with located_database(settings) as address:
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
