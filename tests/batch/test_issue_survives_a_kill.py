"""A process that makes cards is killed at random points; whoever goes on ends with exactly what was ordered."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from florin.batch.issue import fill_issue
from florin.crypto.vault import Vault
from florin.storage.card_issue import CardIssue, find_issue
from florin.storage.connect import Connection, Pool
from tests.architecture.source_tree import ROOT
from tests.batch.card_orders import ordered
from tests.conftest import Database

QUANTITY = 6_000
CHUNK = 300
ROUNDS = 6

WHOLE_CARDS = """
SELECT count(*), count(DISTINCT c.number_index), count(DISTINCT c.ecode_index), count(a.owner_id)
FROM card c LEFT JOIN strict_account a ON a.owner_id = c.id AND a.code = 2010
"""


def run_and_kill(url: str, keyring: Path, issue: CardIssue, after_chunks: int) -> int:
    """Let a process of its own make some chunks and kill it in the middle of whatever comes then."""
    arguments = [url, str(keyring), str(issue.id), str(CHUNK)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.batch.issue_program", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after_chunks)]
        process.kill()
    return int(said[-1])


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
async def test_an_issue_is_resumed_to_exactly_its_number_after_any_kill(
    database: Database, pool: Pool, connection: Connection, vault: Vault, keyring_path: Path
) -> None:
    issue = await ordered(pool, QUANTITY)

    for seed in range(ROUNDS):
        chunks = random.Random(seed).randint(1, 3)
        acknowledged = run_and_kill(database.url, keyring_path, issue, chunks)
        rows = await (await connection.execute(WHOLE_CARDS)).fetchone()
        found = await find_issue(pool, issue.id)
        assert rows is not None
        assert found is not None
        assert (rows[0],) * 4 == rows
        assert acknowledged <= rows[0]
        assert not found.is_ready

    ready = await fill_issue(pool, vault, issue.id, chunk=CHUNK)

    assert isinstance(ready, CardIssue)
    assert ready.is_ready
    assert (QUANTITY,) * 4 == await (await connection.execute(WHOLE_CARDS)).fetchone()
