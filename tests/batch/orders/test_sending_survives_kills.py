"""Whoever goes on after processes that were killed while they sent links ends with one link and one event a card."""

import asyncio
import sys
from pathlib import Path

import psycopg
import pytest

from florin.batch.orders.waiting_links import carry_out
from florin.crypto.keyring import Keyring
from florin.storage.corporate.link_sendings import LinkSending
from tests.architecture.source_tree import ROOT
from tests.batch.orders.link_desk import LinkDesk
from tests.conftest import Database
from tests.corporate import Corporate
from tests.world import World

CARDS, CHUNK = 400, 4
# Every wait of three chunks at least, each with its beginning, statements and commit, and the look at its figures.
POINTS = 40

SENT = """
SELECT (SELECT count(*) FROM claim_link), (SELECT count(DISTINCT token_index) FROM claim_link),
       (SELECT count(*) FROM outbox WHERE name = 'card_link.sent'),
       (SELECT count(DISTINCT subject_id) FROM outbox WHERE name = 'card_link.sent'),
       (SELECT sum(sent)::bigint FROM link_sending)
"""


@pytest.mark.slow
async def test_a_sending_is_resumed_to_one_link_a_card_after_a_kill_at_any_point(
    database: Database, tmp_path: Path
) -> None:
    keyring_path = tmp_path / "keys" / "keyring.json"
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        world = World(connection, database, Keyring.create(keyring_path))
        async with world.clearing_house() as house:
            desk = LinkDesk(house, Corporate(world))
            sending = await desk.ask(desk.order((("bearer_gift", 10_00, CARDS),)).id)
            assert isinstance(sending, LinkSending)
            arguments = [database.url, str(keyring_path), str(sending.id), str(CHUNK), str(POINTS)]
            killed = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.batch.orders.links_program", *arguments, cwd=ROOT
            )
            assert 0 == await killed.wait()

            (links, *others) = world.one(SENT)
            assert 3 * CHUNK < links < CARDS
            assert [links] * 4 == others

            await carry_out(house, sending.id)

            assert (CARDS,) * 5 == world.one(SENT)
