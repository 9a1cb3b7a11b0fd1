"""Processes that make the cards of one order, each killed (SIGKILL) at some point of its talk with the database.

python -m tests.batch.orders.order_program DATABASE_URL KEYRING ORDER CHUNK POINT [POINT...]
"""

import sys
from pathlib import Path
from uuid import UUID

from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine
from tests.killed import die_at_wait, die_one_after_another


def main(url: str, keyring: str, order: str, chunk: str, *points: str) -> None:
    """Let one process after another make cards until it dies."""

    async def make(point: int) -> None:
        async with open_pool(url, Settings(pool_size=1)) as pool, PostingEngine(pool) as engine:
            house = ClearingHouse(engine, pool, Vault(Keyring.load(Path(keyring))))
            die_at_wait(point)
            await generate_order(Maker(house, chunk=int(chunk)), UUID(order))

    die_one_after_another(map(int, points), make)


if __name__ == "__main__":
    main(*sys.argv[1:])
