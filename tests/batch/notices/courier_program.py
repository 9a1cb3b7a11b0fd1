"""A process that delivers webhooks until it is killed.

python -m tests.batch.notices.courier_program DATABASE_URL KEYRING
"""

import asyncio
import sys
from functools import partial
from pathlib import Path

from florin.batch.notices.deliver_webhooks import deliver_webhooks
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.gateways.webhook import WebhookSender
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine


async def main(url: str, keyring: str) -> None:
    """Deliver for as long as the process lives."""
    async with open_pool(url, Settings(pool_size=2)) as pool:
        house = ClearingHouse(PostingEngine(pool), pool, Vault(Keyring.load(Path(keyring))))
        await deliver_webhooks(house, partial(WebhookSender, loopback=True))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
