"""A world of its own for each test: what waits to be sent is counted to the last row."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from florin.batch.notices.send_notices import Senders
from florin.clearing.house import ClearingHouse
from florin.gateways.mail import MailServer, SmtpMail
from florin.gateways.short_message import SpooledShortMessages
from florin.storage.turns import open_turns
from tests.batch.notices.post import Post
from tests.conftest import Database
from tests.mailbox import open_mailbox
from tests.receiver import Receiver, open_receiver
from tests.world import World, open_world


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with open_world(database) as opened:
        yield opened


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as opened:
        yield opened


@pytest.fixture
async def post(world: World, house: ClearingHouse, tmp_path: Path) -> AsyncIterator[Post]:
    async with open_mailbox() as mailbox, open_turns(house.pool) as turns:
        mail = SmtpMail(MailServer("localhost", mailbox.port, "none"), "Farm <farm@florin.example>")
        gateway = SpooledShortMessages(tmp_path / "sms")
        yield Post(world, house, Senders(house, turns, mail, gateway, world.clock), mailbox, tmp_path / "sms")
        await mail.close()
