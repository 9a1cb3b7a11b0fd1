"""What two programmes owe each other is approved and settled by commands."""

import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.storage.fresh_ids import fresh_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import NOON, World


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


def test_a_netting_is_approved_and_paid_by_command(desk: Desk, world: World) -> None:
    manager, finance, netting_id = desk.corporate.manager, desk.corporate.finance, fresh_id()
    world.neighbour()
    assert ExitCode.DECLINED == desk.refused(finance, "netting", "draft", "home", "abroad")[0]
    code, why = desk.refused(finance, "netting", "draft", "home", "neighbour", "--until", "2026-03-02")
    assert (ExitCode.DECLINED, True) == (code, "nothing_to_net" in why)

    first_id, second_id = sorted((world.home, world.abroad))
    world.insert(
        "programme_bank_account", programme_id=second_id, holder="Farm", bank="Honey", number="6222000000000001"
    )
    world.insert(
        "netting_statement",
        id=netting_id, first_id=first_id, second_id=second_id, unit="CNY", status="drafted", from_day=NOON,
        until_day=NOON, statements=1, first_owes_minor=100_00, second_owes_minor=0, offset_minor=0, net_minor=100_00,
        debtor_id=first_id, payee_holder="Farm", payee_bank="Honey", payee_number="6222000000000001",
        drafted_by=finance.login_id, drafted_person=finance.person_id, drafted_at=NOON,
    )  # fmt: skip
    (statement,) = desk.told(finance, "netting", "list", "--status", "drafted")
    assert wire_id("netting_statement", netting_id) == statement["id"]
    assert ExitCode.DECLINED == desk.refused(manager, "netting", "approve", statement["id"], "--net", "99")[0]
    (approved,) = desk.told(manager, "netting", "approve", statement["id"], "--net", "100")
    assert "approved" == approved["status"]
    (payout,) = desk.told(finance, "netting", "payouts", "--status", "due")
    assert payout["id"] in desk.seen(finance, "netting", "payouts")
    # Nothing of it is sent yet.
    shown = ("--bank-reference", "ICBC-1")
    for step in (("settle",), ("receive",), ("return", "--reason", "no such account")):
        assert ExitCode.DECLINED == desk.refused(finance, "netting", step[0], payout["id"], *shown, *step[1:])[0]
