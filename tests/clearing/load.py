"""A load whose every request can be told from its key alone, so that whoever comes later can send it again.

Run as a program it is a process of the service under load, to be killed by a test:

    python -m tests.clearing.load PLAN RUN

It prints each key and its answer as soon as the answer is there.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.hold import HoldCommand, hold
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import CardAndPin
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.request import Answer, BusyError, Caller, OutcomeUnknownError, PostingRequest

EVERY_HOLD: Final = 5


class Plan(msgspec.Struct, frozen=True):
    """Where the book is, which merchant sells, and the card of each client, by number and PIN."""

    url: str
    keyring: str
    merchant: UUID
    actor: UUID
    cards: list[tuple[str, str]]

    def request(self, house: ClearingHouse, key: str) -> PostingRequest:
        """The request of a key: a hold of one fen at every fifth number, else a purchase of a few fen."""
        _, client, number = key.split("-")
        caller, card = Caller(self.merchant, self.actor), CardAndPin(*self.cards[int(client)])
        if int(number) % EVERY_HOLD == 0:
            return hold(house, caller, key, HoldCommand(card, 1, "CNY", key))
        return purchase(house, caller, key, PurchaseCommand(card, int(number) % 7 + 1, "CNY", key))


async def send(plan: Plan, house: ClearingHouse, run: str, client: int, tell: Callable[[str, bytes], None]) -> None:
    """One client: request after request, for ever. Told that the service is busy, it sends the same once more."""
    for number in count():
        key = f"{run}-{client}-{number:07}"
        answer = await settle(plan, house, key)
        tell(key, answer.body)


async def settle(plan: Plan, house: ClearingHouse, key: str) -> Answer:
    """The answer to the request of that key, however often it must be sent."""
    while True:
        try:
            return await house.engine.submit(plan.request(house, key))
        except (BusyError, OutcomeUnknownError):
            # The engine has waited between its own attempts, so this is no busy loop.
            continue


def tell_parent(key: str, body: bytes) -> None:
    """One line for each answer, out of the process before anything else happens."""
    os.write(sys.stdout.fileno(), f"{key} ".encode() + body + b"\n")


async def main(plan: Plan, run: str) -> None:
    """Send until killed."""
    vault = Vault(Keyring.load(Path(plan.keyring)))
    async with open_pool(plan.url, Settings(pool_size=4)) as pool, PostingEngine(pool) as engine:
        house = ClearingHouse(engine, pool, vault)
        await asyncio.gather(*[send(plan, house, run, client, tell_parent) for client in range(len(plan.cards))])


if __name__ == "__main__":
    path, name = sys.argv[1:]
    asyncio.run(main(msgspec.json.decode(Path(path).read_bytes(), type=Plan), name))
