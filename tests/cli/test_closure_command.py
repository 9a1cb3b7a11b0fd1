"""An account is closed and paid out by commands, each step by whose it is."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from florin.clearing.membership.record_identity import sealed_identity
from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.identity import DocumentKind, Identity
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import World

ACCOUNT = ("--holder", "张小蜜", "--bank", "Bank of Honey", "--number", "6222021001234567")


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


def member_of(world: World) -> str:
    """A member with a name and a mail address, and 30 yuan."""
    member, vault = world.member(principal_minor=30_00), world.vault
    identity = Identity.read("张小蜜", DocumentKind.PASSPORT, "E12345678")
    world.connection.execute(
        "UPDATE member SET mail_encrypted = %s, identity_encrypted = %s WHERE id = %s",
        (vault.mails.seal(b"x@example.com", member.id.bytes), sealed_identity(vault, member.id, identity), member.id),
    )
    world.connection.execute("UPDATE programme SET closure_cooling_days = 0")
    world.connection.execute("UPDATE configuration_version SET version = version + 1")
    world.insert(
        "programme_bank_account",
        programme_id=world.home,
        holder="Farm",
        bank="Bank of Honey",
        number="6222000000000001",
    )
    return wire_id("member", member.id)


def code_of(world: World, closure: dict[str, Any]) -> str:
    """The code that was mailed for a closure."""
    cause = f"closure:{parse_id('closure', closure['id']).hex}:code:%"
    notice_id, sealed = world.one("SELECT id, secret_encrypted FROM notice WHERE cause LIKE %s", cause)
    return str(msgspec.json.decode(world.vault.notice_secrets.open(sealed, notice_id.bytes))["code"])


def test_an_account_is_closed_and_paid_out_by_command(desk: Desk, world: World, tmp_path: Path) -> None:
    operator, manager, finance = desk.corporate.operator, desk.corporate.manager, desk.corporate.finance
    member = member_of(world)
    closure = desk.told(operator, "closure", "request", member, *ACCOUNT)
    assert ("requested", 30_00) == (closure["status"], closure["amount"]["amount"])
    confirmed = desk.told(operator, "closure", "confirm", closure["id"], code_of(world, closure))
    assert "verified" == confirmed["status"]
    assert ExitCode.DECLINED == desk.refused(manager, "closure", "approve", closure["id"], "29.99")[0]
    assert "approved" == desk.told(manager, "closure", "approve", closure["id"], "30")["status"]
    shown = desk.seen(manager, "closure", "show", closure["id"])
    assert all(word in shown for word in ("张小蜜", "4567", "30.00 CNY", "due"))

    (file,) = desk.told(finance, "payout", "make-file", "home")
    assert (1, 30_00) == (file["payouts"], file["total"]["amount"])
    out = tmp_path / "pain.xml"
    desk.seen(finance, "payout", "fetch", file["id"], "--out", out)
    assert b"pain.001.001.09" in out.read_bytes()
    (payout,) = desk.told(finance, "payout", "list")
    assert "settled" == desk.told(finance, "payout", "settle", payout["id"], "--bank-reference", "ICBC-1")["status"]
    certificate = tmp_path / "certificate.pdf"
    desk.seen(operator, "closure", "certificate", closure["id"], "--out", certificate)
    assert certificate.read_bytes().startswith(b"%PDF")


def test_half_an_account_is_a_slip_of_the_pen(desk: Desk, world: World) -> None:
    member = member_of(world)
    code, complaint = desk.refused(desk.corporate.operator, "closure", "request", member, "--holder", "张小蜜")
    assert (ExitCode.REFUSED, True) == (code, "--number" in complaint)
