from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from florin.crypto.keyring import Keyring
from tests.cli.florin_command import Florin
from tests.conftest import Database
from tests.world import World


@pytest.fixture
def bare(tmp_path: Path) -> Florin:
    """The command in an empty data directory, with the embedded server that nobody has started yet."""
    return Florin({"FLORIN_DATA_DIR": str(tmp_path / "florin")})


@pytest.fixture
def florin(bare: Florin, database: Database, tmp_path: Path) -> Florin:
    """The command on a migrated database of the test's own, with a keyring."""
    Keyring.create(tmp_path / "florin" / "keyring.json")
    return bare.having(database_url=database.url, owner_database_url=database.owner_url, pool_size=4)


@pytest.fixture
def world(florin: Florin, database: Database) -> Iterator[World]:
    """A world under the command's keyring."""
    keyring = Keyring.load(Path(florin.variables["FLORIN_DATA_DIR"]) / "keyring.json")
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield World(connection, database, keyring)
