"""Whoever goes on after processes that were killed while they made cards ends with exactly what was ordered."""

import asyncio
import sys
from pathlib import Path

import pytest

from florin.batch.issue import fill_issue
from florin.crypto.vault import Vault
from florin.storage.cards.card_issue import CardIssue, find_issue
from florin.storage.connect import Connection, Pool
from tests.architecture.source_tree import ROOT
from tests.batch.card_orders import ordered
from tests.conftest import Database

QUANTITY = 3_000
CHUNK = 15
# Reading the issue and the catalogue, and then more than two whole chunks.
POINTS = 50

WHOLE_CARDS = """
SELECT count(*), count(DISTINCT c.number_index), count(DISTINCT c.ecode_index), count(a.owner_id)
FROM card c LEFT JOIN strict_account a ON a.owner_id = c.id AND a.code = 2010
"""


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
async def test_an_issue_is_resumed_to_exactly_its_number_after_a_kill_at_any_point(
    database: Database, pool: Pool, connection: Connection, vault: Vault, keyring_path: Path
) -> None:
    issue = await ordered(pool, QUANTITY)
    arguments = [database.url, str(keyring_path), str(issue.id), str(CHUNK), str(POINTS)]

    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.batch.issue_program", *arguments, cwd=ROOT
    )
    assert 0 == await killed.wait()

    left = await find_issue(pool, issue.id)
    assert left is not None
    assert 3 * CHUNK < left.generated < QUANTITY
    assert (left.generated,) * 4 == await (await connection.execute(WHOLE_CARDS)).fetchone()
    ready = await fill_issue(pool, vault, issue.id)
    assert isinstance(ready, CardIssue)
    assert ready.is_ready
    assert (QUANTITY,) * 4 == await (await connection.execute(WHOLE_CARDS)).fetchone()
