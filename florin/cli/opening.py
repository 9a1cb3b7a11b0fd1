"""The composition root: from settings to a database that can be trusted and a clearing house that stands on it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import Pool, connect, open_pool
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.keyring_check import require_same_keyring
from florin.storage.migrate import migrate, require_current_schema
from florin.storage.posting.engine import EngineLimits, PostingEngine
from florin.storage.server_check import require_safe_server


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is, as the service's login; with the embedded server when it is that one."""

    service_url: str
    embedded: EmbeddedServer | None = None


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """A clearing house at work, and the database address that it was opened on."""

    clearing: ClearingHouse
    address: DatabaseAddress


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
        async with _trusted_pool(settings, address) as pool:
            yield pool


@asynccontextmanager
async def open_house(settings: Settings, *, in_order: bool = False) -> AsyncIterator[OpenHouse]:
    """Open all that the verbs need, and close it in the opposite order: first the queue is worked off.

    Args:
        settings: of this process.
        in_order: decide requests strictly in the order of their submission, which takes more time.

    Raises:
        KeyringError, WrongKeyring: no keyring, or not the one that the data was written with.
        DatabaseUnavailable, UnsafeServer, SchemaMismatch, EmbeddedServerError: as `open_database`.
    """
    keyring = Keyring.load(settings.keyring_path)
    limits = EngineLimits(settings.engine_queue_limit, settings.engine_group_limit)
    if in_order:
        limits = replace(limits, lanes=1)
    with located_database(settings) as address:
        async with _trusted_pool(settings, address) as pool:
            await require_same_keyring(pool, {each: keyring.check_value(each) for each in keyring.key_ids})
            async with PostingEngine(pool, limits) as engine:
                yield OpenHouse(ClearingHouse(engine, pool, Vault(keyring)), address)


@asynccontextmanager
async def _trusted_pool(settings: Settings, address: DatabaseAddress) -> AsyncIterator[Pool]:
    async with await connect(address.service_url, settings) as connection:
        await require_safe_server(connection)
        await require_current_schema(connection)
    async with open_pool(address.service_url, settings) as pool:
        yield pool
