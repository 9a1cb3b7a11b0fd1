"""A cluster made once and copied for each test, because initdb is the slowest part of a server's life."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from florin.storage.embedded import running_server
from tests.conftest import temporary_data_dir


@pytest.fixture(scope="session")
def _made_once() -> Iterator[Path]:
    with temporary_data_dir() as directory:
        with running_server(directory):
            pass
        yield directory


@pytest.fixture
def made_data_dir(_made_once: Path, data_dir: Path) -> Path:
    """A data directory of the test's own whose server has run before and stopped cleanly."""
    subprocess.run(["/bin/cp", "-Rp", _made_once, data_dir], check=True)
    return data_dir
