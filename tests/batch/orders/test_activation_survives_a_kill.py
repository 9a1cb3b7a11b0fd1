"""Whoever goes on after processes that were killed while they activated cards ends with each card activated once."""

import asyncio
import sys
from pathlib import Path

import psycopg
import pytest

from florin.batch.orders.carry_out import carry_out
from florin.crypto.keyring import Keyring
from florin.domain.card_instruction import InstructionKind
from florin.storage.corporate.instructions import find_instruction
from tests.architecture.source_tree import ROOT
from tests.batch.orders.box_desk import BoxDesk, broken_proofs
from tests.conftest import Database
from tests.corporate import Corporate
from tests.world import World

CARDS = 400
PART = 3
# Reading the instruction, the catalogue and a part, then more than two whole parts with their commits.
POINTS = 40


@pytest.mark.slow
@pytest.mark.parametrize("kind", InstructionKind)
async def test_an_instruction_is_carried_out_exactly_after_a_kill_at_any_point(
    database: Database, tmp_path: Path, kind: InstructionKind
) -> None:
    keyring_path = tmp_path / "keys" / "keyring.json"
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        world = World(connection, database, Keyring.create(keyring_path))
        async with world.clearing_house() as house:
            desk = BoxDesk(house, Corporate(world), lines=(("bearer_gift", 100_00, CARDS),))
            asked = await desk.asked(kind)
            arguments = [database.url, str(keyring_path), str(asked.id), str(PART), str(POINTS)]
            killed = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.batch.orders.carry_out_program", *arguments, cwd=ROOT
            )
            assert 0 == await killed.wait()

            left = await find_instruction(house.pool, asked.id)
            assert left is not None
            assert 3 * PART < left.past < CARDS
            assert [] == await broken_proofs(house.pool)
            done = await carry_out(house, asked.id, clock=world.clock)
            assert (CARDS, 0, 0) == (done.done, done.skipped, done.refused)
            fate = "active" if kind is InstructionKind.ACTIVATE else "voided"
            assert [[fate] * CARDS] == desk.statuses()
            assert [] == await broken_proofs(house.pool)
