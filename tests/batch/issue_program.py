"""Processes that fill one issue, each killed (SIGKILL) at a later point of its conversation with the database.

    python -m tests.batch.issue_program DATABASE_URL KEYRING ISSUE CHUNK POINTS

Child number n dies where it would wait for the database for the n-th time, so that over the whole run every statement
of a chunk has once been the one that was never sent.
"""

import sys
from pathlib import Path
from uuid import UUID

from florin.batch.issue import fill_issue
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from tests.killed import die_at_wait, die_one_after_another


def main(url: str, keyring: str, issue: str, chunk: str, points: str) -> None:
    """Let one child after another live and die."""

    async def fill(point: int) -> None:
        async with open_pool(url, Settings(pool_size=1)) as pool:
            die_at_wait(point)
            await fill_issue(pool, Vault(Keyring.load(Path(keyring))), UUID(issue), chunk=int(chunk))

    die_one_after_another(range(1, int(points) + 1), fill)


if __name__ == "__main__":
    main(*sys.argv[1:])
