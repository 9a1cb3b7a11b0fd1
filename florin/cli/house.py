"""The composition root: a clearing house with its keyring and its posting engine, on a database that can be trusted."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from florin.clearing.house import ClearingHouse
from florin.cli.opening import DatabaseAddress, located_database, require_database, trusted_pool
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.gateways.payment_provider import NO_PROVIDERS, ProviderAccount
from florin.settings import Settings
from florin.storage.keyring_check import require_same_keyring
from florin.storage.posting.engine import EngineLimits, PostingEngine


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """A clearing house at work, and the database address that it was opened on."""

    clearing: ClearingHouse
    address: DatabaseAddress


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    in_order: bool = False,
    existing: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[OpenHouse]:
    """Open all that the verbs need, and close it in the opposite order: first the queue is worked off.

    Args:
        settings: of this process.
        in_order: decide requests strictly in the order of their submission, which takes more time.
        existing: refuse a data directory without a database (`Refusal`) instead of making one.
        clock: what the engine goes by.

    Raises:
        AccountsMisconfigured: the file of the accounts at payment providers cannot be used.
        KeyringError, WrongKeyring: no keyring, or not the one that the data was written with.
        DatabaseUnavailable, DatabaseMisconfigured, UnsafeServer, SchemaMismatch, EmbeddedServerError: as
            `open_database`.
    """
    if existing:
        require_database(settings)
    keyring = Keyring.load(settings.keyring_path)
    limits = EngineLimits(settings.engine_queue_limit, settings.engine_group_limit)
    if in_order:
        limits = replace(limits, lanes=1)
    with located_database(settings) as address:
        async with trusted_pool(settings, address) as pool:
            await require_same_keyring(pool, {each: keyring.check_value(each) for each in keyring.key_ids})
            async with PostingEngine(pool, limits, clock=clock) as engine:
                providers, public_url = _providers_of(settings), settings.public_url or ""
                yield OpenHouse(ClearingHouse(engine, pool, Vault(keyring), providers, public_url), address)


def _providers_of(settings: Settings) -> Mapping[str, ProviderAccount]:
    if settings.payment_providers is None:
        return NO_PROVIDERS
    # What speaks to providers takes long to import, and few commands have anything to say to them.
    from florin.gateways.provider_accounts import providers_of  # noqa: PLC0415 (see above)

    return providers_of(settings)
