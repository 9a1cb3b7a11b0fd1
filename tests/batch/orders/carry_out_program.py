"""Processes that carry out one instruction, each killed (SIGKILL) at a later point of its talk with the database.

    python -m tests.batch.orders.carry_out_program DATABASE_URL KEYRING INSTRUCTION PART POINTS

Child number n dies where it would wait for the database for the n-th time, so that over the whole run every statement
of a part has once been the one that was never sent.
"""

import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

from florin.batch.orders.carry_out import carry_out
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine
from tests.killed import die_at_wait, die_one_after_another
from tests.world import NOON


def noon() -> datetime:
    """The time of the world that the instruction was given in."""
    return NOON


def main(url: str, keyring: str, instruction: str, part: str, points: str) -> None:
    """Let one process after another carry the instruction out until it dies."""

    async def work(point: int) -> None:
        async with open_pool(url, Settings(pool_size=1)) as pool, PostingEngine(pool, clock=noon) as engine:
            house = ClearingHouse(engine, pool, Vault(Keyring.load(Path(keyring))))
            die_at_wait(point)
            await carry_out(house, UUID(instruction), part=int(part), clock=noon)

    die_one_after_another(range(1, int(points) + 1), work)


if __name__ == "__main__":
    main(*sys.argv[1:])
