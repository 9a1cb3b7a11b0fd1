"""Processes that send the links of one order, each killed (SIGKILL) at some point of its talk with the database.

python -m tests.batch.orders.links_program DATABASE_URL KEYRING SENDING CHUNK POINTS
"""

import sys
from pathlib import Path
from uuid import UUID

from florin.batch.orders.waiting_links import carry_out
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine
from tests.killed import die_at_wait, die_one_after_another


def main(url: str, keyring: str, sending: str, chunk: str, points: str) -> None:
    """Let one process after another send links until it dies."""

    async def send(point: int) -> None:
        async with open_pool(url, Settings(pool_size=1)) as pool, PostingEngine(pool) as engine:
            house = ClearingHouse(engine, pool, Vault(Keyring.load(Path(keyring))))
            die_at_wait(point)
            await carry_out(house, UUID(sending), chunk=int(chunk))

    die_one_after_another(range(1, int(points) + 1), send)


if __name__ == "__main__":
    main(*sys.argv[1:])
