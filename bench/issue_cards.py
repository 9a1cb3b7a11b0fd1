"""How fast cards are issued, beside a raw COPY of the same rows, and how much memory it takes.

    python -m bench.issue_cards 100000

Runs on an embedded server of its own with durable defaults. The raw COPY stores rows that were made beforehand, in
chunks of the same size with a commit each, which is the least that any loader must do. Prints one JSON line.
"""

import asyncio
import json
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Final

from bench.machine import describe_machine
from bench.own_server import own_server
from bench.results import save_result
from florin.batch.demo_programme import create_demo_programme
from florin.batch.issue import CHUNK, OrderCards, fill_issue, order_cards
from florin.batch.new_cards import make_cards
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.card_issue import CardIssue
from florin.storage.card_rows import COPY_ACCOUNTS, COPY_CARDS, Origin, account_rows, card_rows
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool, open_pool

RAW_CHUNKS: Final = 10
FACE_MINOR: Final = 100_00


def peak_mb() -> int:
    """The most memory that this process has held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def ordered(pool: Pool, quantity: int) -> CardIssue:
    """A new issue of the demo's gift card."""
    catalogue = await read_catalogue(pool)
    product = next(each for each in catalogue.products.values() if each.code == "gift")
    issue = await order_cards(pool, OrderCards(product.id, FACE_MINOR, quantity), Author(None, datetime.now(UTC)))
    if isinstance(issue, Decline):
        raise SystemExit(f"declined: {issue}")
    return issue


async def issue_rate(pool: Pool, vault: Vault, quantity: int) -> float:
    """Cards a second, made and stored."""
    issue = await ordered(pool, quantity)
    begun = time.perf_counter()
    await fill_issue(pool, vault, issue.id)
    return quantity / (time.perf_counter() - begun)


async def raw_copy_rate(pool: Pool, vault: Vault) -> float:
    """Cards a second, stored only, from bytes that are ready to be sent."""
    issue = await ordered(pool, RAW_CHUNKS * CHUNK)
    origin = Origin(issue.programme_id, issue.product_id, issue.id, FACE_MINOR, "CNY", vault.cards.writing_key_id)
    chunks = [make_cards(vault, "987654", CHUNK, has_ecode=True) for _ in range(RAW_CHUNKS)]
    now = datetime.now(UTC)
    rows = [
        (card_rows(origin, cards, 1 + at * CHUNK, now), account_rows(origin, cards)) for at, cards in enumerate(chunks)
    ]
    begun = time.perf_counter()
    async with pool.connection() as connection:
        for cards_of_chunk, accounts_of_chunk in rows:
            async with connection.transaction(), connection.cursor() as cursor:
                async with cursor.copy(COPY_CARDS) as copy:
                    await copy.write(cards_of_chunk)
                async with cursor.copy(COPY_ACCOUNTS) as copy:
                    await copy.write(accounts_of_chunk)
    return RAW_CHUNKS * CHUNK / (time.perf_counter() - begun)


async def measure(url: str, quantity: int) -> dict[str, float]:
    """All figures of one run."""
    vault = Vault(Keyring.generate())
    async with open_pool(url, Settings()) as pool:
        await create_demo_programme(pool, datetime.now(UTC))
        rate = await issue_rate(pool, vault, quantity)
        peak = peak_mb()
        raw = await raw_copy_rate(pool, vault)
    return {
        "cards": quantity,
        "issue_per_s": round(rate),
        "raw_copy_per_s": round(raw),
        "ratio": round(rate / raw, 2),
        "peak_mb": peak,
    }


def main() -> None:
    """Measure on a server of our own."""
    quantity = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with own_server() as server:
        machine = describe_machine(server)
        figures = asyncio.run(measure(server.service_url(), quantity))
    save_result("issue", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
