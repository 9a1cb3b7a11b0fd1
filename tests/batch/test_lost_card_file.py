"""The number and PIN of a lost card's successor leave in one file, sealed and recorded."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from florin.batch.card_file import read_card_file
from florin.batch.lost_card_file import ExportSuccessor, export_successor
from florin.crypto.recipient_file import new_identity
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.embedded import EmbeddedServer
from tests.clearing.loss.losing import Losing, subject
from tests.conftest import temporary_database
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World, open_world


@pytest.fixture
def own_world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
async def losing(own_world: World) -> AsyncIterator[Losing]:
    async with own_world.clearing_house() as house:
        yield Losing(house, Till(house, own_world.shop), Corporate(own_world))


async def test_the_successors_secrets_leave_for_one_reader(losing: Losing, tmp_path: Path) -> None:
    card, manager = losing.card(), losing.corporate.manager
    loss_id = subject(await losing.report_own(losing.member(), card))
    identity, recipient = new_identity()
    command = ExportSuccessor(loss_id, recipient)
    early = await export_successor(losing.house, manager, command, losing.proof(manager), losing.now)
    assert Decline.LOSS_NOT_IN_STATE is early
    await losing.replace(loss_id)
    by_operator = losing.corporate.operator
    refused = await export_successor(losing.house, by_operator, command, losing.proof(by_operator), losing.now)
    assert Decline.ROLE_REQUIRED is refused

    proof = losing.proof(manager)
    content = await export_successor(losing.house, manager, command, proof, losing.now)
    assert isinstance(content, bytes)
    sealed = tmp_path / "card.age"
    sealed.write_bytes(content)
    (printed,) = read_card_file(sealed, identity)
    new = losing.successor(card.id)
    assert (wire_id("card", new.id), new.number, new.pin) == (printed.serial, printed.number, printed.pin)
    assert [(manager.session_id,)] == losing.world.rows("SELECT actor_id FROM audit WHERE action = 'card.exported'")
    again = await export_successor(losing.house, manager, command, proof, losing.now)
    assert Decline.TOTP_CODE_INCORRECT is again
