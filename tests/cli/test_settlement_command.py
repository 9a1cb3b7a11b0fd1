"""A merchant's day is settled by commands, each step by whose it is."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from florin.cli.exit_codes import ExitCode
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import NOON, TODAY, World

HOME_ZONE = ZoneInfo("Asia/Shanghai")
ACCOUNT = ("--holder", "Shop", "--bank", "Bank of Honey", "--number", "6222021001234567")


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


def sold(world: World, amount_minor: int) -> None:
    """A purchase at the shop on the first day, which is closed."""
    card = world.card(principal_minor=amount_minor)
    world.insert(
        "transfer",
        journal_id=card.id, position=0, shard=0, programme_id=world.home, event="purchase", unit="CNY",
        amount_minor=amount_minor, debit_code=2010, debit_owner=card.id, credit_code=2040, credit_owner=world.shop.id,
        strict_sequence=2, balance_after_minor=0, business_date=TODAY, event_at=NOON, posted_at=NOON,
    )  # fmt: skip
    world.insert(
        "programme_bank_account", programme_id=world.home, holder="Farm", bank="Honey", number="6222000000000001"
    )
    world.close_days(date(2026, 3, 2))


def test_a_day_is_settled_by_command(desk: Desk, world: World, tmp_path: Path) -> None:
    manager, finance = desk.corporate.manager, desk.corporate.finance
    sold(world, 100_00)
    agreed = ("--effective-on", TODAY.isoformat(), "--band", "60@0", "--band", "30@100000")
    terms = desk.told(finance, "settlement", "propose-terms", "home", "shop", *agreed)
    assert "in_force" == desk.told(manager, "settlement", "approve-terms", terms[0]["id"])[0]["status"]
    account = desk.told(finance, "settlement", "propose-account", "shop", *ACCOUNT)
    assert "in_force" == desk.told(manager, "settlement", "approve-account", account["id"])["status"]
    assert "39 days differ" in desk.seen(finance, "settlement", "set-calendar", "home", 2026)

    belongs = ("settlement", "propose-acceptor", "shop", "--effective-on", TODAY.isoformat(), "--programme")
    (acceptor,) = desk.told(finance, *belongs, "abroad")
    assert "refused" == desk.told(manager, "settlement", "refuse-acceptor", acceptor["id"])[0]["status"]
    (acceptor,) = desk.told(finance, *belongs, "home")
    assert "in_force" == desk.told(manager, "settlement", "approve-acceptor", acceptor["id"])[0]["status"]
    assert acceptor["id"] in desk.seen(manager, "settlement", "acceptors", "shop")

    drawn = desk.told(finance, "settlement", "draft", "home")
    assert {"business_dates": [TODAY.isoformat()]} == drawn
    (statement,) = desk.told(finance, "settlement", "list", "--merchant", "shop", "--status", "drafted")
    assert (60, 99_40) == (statement["fees"]["amount"], statement["payout"]["amount"])
    assert "99.40 CNY" in desk.seen(manager, "settlement", "show", statement["id"])
    approve = ("settlement", "approve", statement["id"], "--total")
    assert ExitCode.DECLINED == desk.refused(manager, *approve, "100")[0]
    (done,) = desk.told(manager, *approve, "99.4")
    assert ("approved", None) == (done["statement"]["status"], done["problem"])
    for form, begins in (("csv", b"\xef\xbb\xbfstatement,"), ("pdf", b"%PDF")):
        out = tmp_path / f"statement.{form}"
        desk.seen(finance, "settlement", "fetch", statement["id"], "--form", form, "--out", out)
        assert out.read_bytes().startswith(begins)

    day_before_it_is_made = datetime.now(HOME_ZONE).date()
    (file,) = desk.told(finance, "payout", "make-file", "home")
    assert (1, 99_40) == (file["payouts"], file["total"]["amount"])
    # A day of the programme, not of the clock's own zone; midnight may pass while the command runs.
    assert day_before_it_is_made.isoformat() <= file["pays_on"] <= datetime.now(HOME_ZONE).date().isoformat()
    (payout,) = desk.told(finance, "settlement", "payouts", "--status", "sent")
    shown = ("--bank-reference", "ICBC-1")
    assert "settled" == desk.told(finance, "settlement", "settle", payout["id"], *shown)[0]["status"]
    reason = ("--bank-reference", "ICBC-2", "--reason", "no such account")
    assert "returned" == desk.told(finance, "settlement", "return", payout["id"], *reason)[0]["status"]


def test_what_a_shop_pays_for_cards_is_recorded_by_command(desk: Desk, world: World) -> None:
    finance = desk.corporate.finance
    world.card(principal_minor=80_00)
    pay = ("settlement", "debt-paid", "home", "shop")
    made = desk.told(finance, *pay, "30", "--bank-reference", "ICBC-1")
    assert ("ICBC-1", 30_00) == (made["bank_reference"], made["amount"]["amount"])
    assert ExitCode.DECLINED == desk.refused(finance, *pay, "50.01", "--bank-reference", "ICBC-2")[0]
    assert "50.00 " in desk.seen(finance, "settlement", "debts", "shop")


def test_a_rate_without_its_turnover_is_a_slip_of_the_pen(desk: Desk) -> None:
    wrong = ("--effective-on", TODAY.isoformat(), "--band", "60")
    code, complaint = desk.refused(desk.corporate.finance, "settlement", "propose-terms", "home", "shop", *wrong)
    assert (ExitCode.REFUSED, True) == (code, "60@0" in complaint)
