"""Whoever goes on after processes that were killed while they made an order's cards ends with what was ordered."""

import asyncio
import random
import sys
from pathlib import Path

import psycopg
import pytest

from florin.batch.orders.generate_order import Maker, generate_order
from florin.crypto.keyring import Keyring
from florin.domain.order_life import OrderStatus
from florin.storage.corporate.orders import OrderView
from tests.architecture.source_tree import ROOT
from tests.batch.orders.paid_orders import made, paid, status_of, whole
from tests.clearing.every_proof import findings
from tests.conftest import Database
from tests.corporate import Corporate
from tests.world import World

KILLS = 10
LINES, CARDS, CHUNK = 30, 7, 3
# Reading and checking the order, and more than two whole lines, each with its beginning, three chunks and its end.
LAST_POINT = 100

ISSUES = """
SELECT count(*), count(DISTINCT l.line),
       count(*) FILTER (WHERE i.generated = (SELECT count(*) FROM card c WHERE c.issue_id = i.id))
FROM card_issue i LEFT JOIN order_line l ON l.issue_id = i.id WHERE i.sold_to = %s
"""
COMPLETED = "SELECT count(*), count(DISTINCT subject_id) FROM outbox WHERE name = 'batch.completed'"


@pytest.mark.slow
async def test_an_order_gets_exactly_its_cards_after_ten_kills_at_random_points(
    database: Database, tmp_path: Path
) -> None:
    points = [str(random.randint(1, LAST_POINT)) for _ in range(KILLS)]
    print("killed at", *points)  # noqa: T201 (shown when the test fails)
    keyring_path = tmp_path / "keys" / "keyring.json"
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        world = World(connection, database, Keyring.create(keyring_path))
        async with world.clearing_house() as house:
            order = await paid(Corporate(world), house, *[("bearer_gift", 100_00, CARDS)] * LINES)
            arguments = [database.url, str(keyring_path), str(order.id), str(CHUNK), *points]
            killed = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.batch.orders.order_program", *arguments, cwd=ROOT
            )
            assert 0 == await killed.wait()

            assert status_of(world, order.id) in {"funded", "generating"}
            issues, with_lines, with_their_cards = world.one(ISSUES, order.customer_id)
            assert issues == with_lines == with_their_cards
            assert [] == world.events(order.id)

            view = await generate_order(Maker(house), order.id)

            assert isinstance(view, OrderView)
            assert OrderStatus.READY is view.status
            assert [whole(CARDS)] * LINES == [made(world, order.id, line) for line in range(1, LINES + 1)]
            assert (LINES, LINES, LINES) == world.one(ISSUES, order.customer_id)
            assert (LINES, LINES) == world.one(COMPLETED)
            assert [(LINES * CARDS,)] == world.rows("SELECT count(DISTINCT number_index) FROM card")
            assert ["order.ready"] == world.events(order.id)
            async with house.pool.connection() as service:
                assert [] == await findings(service)
