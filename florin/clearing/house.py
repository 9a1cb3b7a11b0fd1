"""The clearing house: what every verb works with."""

from dataclasses import dataclass
from typing import Any

from florin.crypto.vault import Vault
from florin.storage.posting.engine import PostingEngine
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool


@dataclass(frozen=True, slots=True)
class ClearingHouse:
    """The posting engine for what moves money or changes a card or wallet, the pool for reading, the secrets."""

    engine: PostingEngine
    pool: AsyncConnectionPool[AsyncConnection[Any]]
    vault: Vault
