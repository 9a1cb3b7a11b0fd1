"""A provider's desk on a journal of its own, and a clock that the test turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from florin.sandbox_provider.desk import Desk
from florin.sandbox_provider.journal import Journal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    journal = Journal(tmp_path / "journal.jsonl")
    yield Desk(journal, "1900000109")
    journal.close()
