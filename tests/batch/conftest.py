from datetime import UTC, datetime
from pathlib import Path

import pytest

from florin.batch.demo_programme import DemoProgramme, create_demo_programme
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.storage.connect import Pool

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def keyring_path(tmp_path: Path) -> Path:
    """A keyring in a file, for processes of their own."""
    path = tmp_path / "keys" / "keyring.json"
    Keyring.create(path)
    return path


@pytest.fixture
def vault(keyring_path: Path) -> Vault:
    """The secrets under that keyring."""
    return Vault(Keyring.load(keyring_path))


@pytest.fixture
async def demo(pool: Pool) -> DemoProgramme:
    """The demo programme, freshly created."""
    return await create_demo_programme(pool, NOW)
