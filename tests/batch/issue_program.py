"""A process that fills one issue and says so chunk by chunk, to be killed by a test.

python -m tests.batch.issue_program DATABASE_URL KEYRING ISSUE CHUNK
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from florin.batch.issue import fill_issue
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool


def say(done: int, _ordered: int) -> None:
    """One line for each chunk that is committed."""
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


async def fill(url: str, keyring: str, issue: str, chunk: str) -> None:
    """Fill the issue."""
    async with open_pool(url, Settings()) as pool:
        await fill_issue(pool, Vault(Keyring.load(Path(keyring))), UUID(issue), progress=say, chunk=int(chunk))


asyncio.run(fill(*sys.argv[1:]))
