"""Money that nobody was found for is decided about by commands: one proposes, another approves what was looked at."""

from pathlib import Path

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from tests.clearing.banking.bank_desk import NUMBER, PAYER, Entry, camt053
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import TODAY, World


def test_suspense_is_assigned_by_one_and_sent_back_by_another(florin: Florin, world: World, tmp_path: Path) -> None:
    desk = Desk(florin, world)
    finance, manager, customer = desk.corporate.finance, desk.corporate.manager, desk.corporate.customer()
    world.insert(
        "programme_bank_account", programme_id=world.home, holder="Farm", bank="Honey", number="6222000000000001"
    )
    bank = ("counterparty", "register", "icbc", "home", "--name", "ICBC", "--format", "camt_053", "--bank")
    desk.told(finance, *bank, "--account", NUMBER)
    statement = tmp_path / "monday.xml"
    statement.write_bytes(camt053([Entry(30_00, "for whom?"), Entry(5_00, "by mistake")], TODAY))
    desk.told(finance, "statement", "take-in", statement, "--counterparty", "icbc")
    desk.told(finance, "match")

    listed = desk.told(finance, "suspense", "list", "--status", "open")
    theirs, mistaken = (each["id"] for each in sorted(listed, key=lambda each: -each["amount"]["amount"]))
    assert [True, True] == [each["age_days"] > 0 for each in listed]
    reason = ("--reason", "by their letter")
    assign = ("suspense", "assign", theirs, "--customer", wire_id("customer", customer), *reason)
    assert "proposed" == desk.told(finance, *assign)["status"]
    assert "open" == desk.told(manager, "suspense", "reject", theirs)["status"]
    looked_at = desk.told(finance, *assign)["resolution"]["details_hash"]
    shown = desk.seen(manager, "suspense", "show", theirs)
    assert [] == [each for each in ("30.00 CNY", "for whom?", PAYER, looked_at, "age days") if each not in shown], shown
    approve = ("suspense", "approve", theirs, "--hash")
    assert "suspense_changed" in desk.refused(manager, *approve, "00" * 32)[1]
    assert "approved" == desk.told(manager, *approve, looked_at)["status"]

    sender = ("--holder", "Honeynut", "--bank", "Bank of Honey", "--number", PAYER)
    proposed = desk.told(finance, "suspense", "send-back", mistaken, *sender, *reason)["resolution"]
    sent = desk.told(manager, "suspense", "approve", mistaken, "--hash", proposed["details_hash"])["payout"]
    desk.told(finance, "payout", "make-file", "home")
    settle = ("suspense", "settle", sent["id"], "--bank-reference", "ICBC-1")
    assert ExitCode.DECLINED == desk.refused(manager, *settle)[0]
    assert "settled" == desk.told(finance, *settle)["status"]
    closed = ("--bank-reference", "ICBC-2", "--reason", "the account is closed")
    assert "ICBC-1" in desk.seen(finance, "suspense", "return", sent["id"], *closed)
    assert [mistaken] == [each["id"] for each in desk.told(finance, "suspense", "list", "--status", "open")]
