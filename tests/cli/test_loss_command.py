"""Lost cards are reported, found and replaced by command, each step by whose it is."""

from pathlib import Path

import pytest

from florin.cli.exit_codes import ExitCode
from florin.crypto.recipient_file import new_identity
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from tests.clearing.loss.losing import HOLDER, Losing
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.till import Till
from tests.world import World

SHOWN = ("--name", HOLDER.name, "--document-kind", HOLDER.document_kind, "--document-number", HOLDER.document_number)


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


async def test_a_lost_card_is_found_lost_again_and_replaced(desk: Desk, world: World, tmp_path: Path) -> None:
    operator, manager = desk.corporate.operator, desk.corporate.manager
    async with world.clearing_house() as house:
        card_id = Losing(house, Till(house, world.shop), desk.corporate).card().id
    card = wire_id("card", card_id)
    wrong = desk.refused(operator, "loss", "report", card, *SHOWN[:-1], "E99999999")
    assert (ExitCode.DECLINED, True) == (wrong[0], "declined, identity_differs:" in wrong[1])
    loss = desk.told(operator, "loss", "report", card, *SHOWN)
    assert ("reported", "debit") == (loss["status"], loss["card"]["block"])
    assert "found" == desk.told(operator, "loss", "found", loss["id"], "--reason", "in a coat")["status"]
    loss = desk.told(operator, "loss", "report", card, *SHOWN)

    assert ExitCode.DECLINED == desk.refused(operator, "loss", "replace", loss["id"])[0]
    replaced = desk.told(manager, "loss", "replace", loss["id"])
    assert ("replaced", replaced["new_card"]["id"]) == (replaced["status"], replaced["successor_id"])
    listed = desk.told(desk.corporate.person(Role.AUDITOR), "loss", "list", "--status", "replaced")
    assert [loss["id"]] == [each["id"] for each in listed]
    assert replaced["successor_id"] in desk.seen(operator, "loss", "show", loss["id"])
    assert "declined, role_required:" in desk.refused(desk.corporate.finance, "loss", "list")[1]
    out, (_, recipient) = tmp_path / "new.csv.age", new_identity()
    assert "--recipient" in desk.refused(manager, "loss", "card-file", loss["id"], "--recipient", "me", "--out", out)[1]
    desk.seen(manager, "loss", "card-file", loss["id"], "--recipient", recipient, "--out", out)
    assert out.read_bytes().startswith(b"age-encryption.org/v1")
