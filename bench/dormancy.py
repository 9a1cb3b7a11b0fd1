"""How long a dormancy sweep takes over a large book, and in what memory.

    python -m bench.dormancy 1000000

Runs on an embedded server of its own with durable defaults. Half of the owners are cards, half are members with
wallets; each was loaded a hundred days ago and has paid twice since, four of ten for the last time two months ago and
the others in the last few days. The first sweep tells the silent ones, the second, a week later, makes them inactive,
and the third finds nothing to do. The rows are written with plain SQL, because making a million cards through the
engine would take longer than what is measured. Prints one JSON line.
"""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

from bench.machine import describe_machine
from bench.memory import peak_mb
from bench.own_server import make_demo, own_server
from bench.results import save_result
from florin.batch.dormancy.sweep import CHUNK, sweep
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.embedded import EmbeddedServer

NOW: Final = datetime(2026, 6, 1, 4, tzinfo=UTC)
WEEK: Final = timedelta(days=7)

CHOOSE: Final = """
CREATE TEMPORARY TABLE chosen AS
SELECT gen_random_uuid() AS id, i, i %% 2 = 0 AS is_card, i %% 10 < 4 AS is_silent, p.id AS programme_id,
       CASE WHEN i %% 2 = 0 THEN 2010 ELSE 2020 END AS code
FROM generate_series(1, %(owners)s) i, (SELECT id FROM programme ORDER BY id LIMIT 1) p
"""
MAKE: Final = (
    """
    INSERT INTO card (id, shard, programme_id, product_id, issue_id, serial, denomination_minor, number_index,
                      number_encrypted, last4, key_id, status)
    SELECT id, 0, programme_id, programme_id, programme_id, i, 10000, uuid_send(id), '', '0000', 1, 'active'
    FROM chosen WHERE is_card
    """,
    """
    INSERT INTO member (id, shard, programme_id, user_name, password_hash, mail_index, agreement_version, agreed_at,
                        status, created_at)
    SELECT id, 0, programme_id, id::text, '', uuid_send(id), '1', %(now)s, 'active', %(now)s
    FROM chosen WHERE NOT is_card
    """,
    """
    INSERT INTO strict_account (owner_id, code, shard, programme_id, unit, balance_minor, sequence)
    SELECT id, code, 0, programme_id, 'CNY', 8000, 3 FROM chosen
    """,
    """
    INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
                          credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at,
                          posted_at)
    SELECT gen_random_uuid(), 0, 0, c.programme_id, CASE WHEN c.is_card THEN 'card_activated' ELSE 'top_up' END, 'CNY',
           10000, 1020, c.programme_id, c.code, c.id, 1, 10000, d.at::date, d.at, d.at
    FROM chosen c, (SELECT %(now)s - interval '100 days' AS at) d
    """,
    """
    INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
                          credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at,
                          posted_at)
    SELECT gen_random_uuid(), 0, 0, c.programme_id, 'purchase', 'CNY', 1000, c.code, c.id, 2040, c.programme_id,
           1 + nth, 10000 - 1000 * nth, d.at::date, d.at, d.at
    FROM chosen c, generate_series(1, 2) nth,
         LATERAL (SELECT %(now)s - make_interval(days => CASE WHEN c.is_silent THEN 62 - nth ELSE 7 - nth END) AS at) d
    """,
)


def fill(server: EmbeddedServer, owners: int) -> float:
    """Write the book and return how many seconds that took."""
    begun = time.perf_counter()
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute(CHOOSE, {"owners": owners})
        for statement in MAKE:
            connection.execute(statement, {"now": NOW})
        connection.execute("VACUUM (ANALYZE)")
    return time.perf_counter() - begun


async def measure(server: EmbeddedServer) -> list[dict[str, Any]]:
    """Three sweeps: what each did and took."""
    sweeps = []
    async with open_pool(server.service_url(), Settings()) as pool:
        for now in (NOW, NOW + WEEK, NOW + WEEK + timedelta(hours=1)):
            begun = time.perf_counter()
            done = await sweep(pool, now)
            took_s = time.perf_counter() - begun
            sweeps.append(
                {
                    "seconds": round(took_s, 1),
                    "owners": done.owners,
                    "owners_per_s": round(done.owners / took_s),
                    "notices": done.notices,
                    "inactive": done.inactive,
                    "dormant": done.dormant,
                }
            )
    return sweeps


def main() -> None:
    """Measure on a server of our own."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("owners", type=int, nargs="?", default=1_000_000)
    owners = options.parse_args().owners
    with own_server() as server:
        asyncio.run(make_demo(server, NOW - timedelta(days=120)))
        filled_s = fill(server, owners)
        machine = describe_machine(server)
        figures = {
            "owners": owners,
            "chunk": CHUNK,
            "filled_s": round(filled_s, 1),
            "sweeps": asyncio.run(measure(server)),
            "peak_mb": peak_mb(),
        }
    save_result("dormancy", machine, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
