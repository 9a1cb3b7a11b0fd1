"""Sweeping and setting the terms of dormancy by command."""

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from florin.batch.dormancy.end_balances import end_approved_balances
from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import NOON, World


def test_a_sweep_is_rehearsed_and_then_done(florin: Florin, world: World) -> None:
    world.card(), world.member(principal_minor=100_00)
    world.connection.execute("UPDATE programme SET dormancy_days = 30")

    rehearsed = florin.done("dormancy", "sweep", "--dry-run", "--json").json
    done = florin.done("dormancy", "sweep", "--json").json
    again = florin.done("dormancy", "sweep").out

    figures = {"owners": 2, "notices": 2, "inactive": 0, "dormant": 0, "woken": 0}
    assert {"dry_run": True, **figures} == {name: value for name, value in rehearsed.items() if name != "began_at"}
    assert {"dry_run": False, **figures} == {name: value for name, value in done.items() if name != "began_at"}
    assert "2" in again
    assert [(2,)] == world.rows("SELECT count(*)::int FROM outbox WHERE name LIKE '%%.dormancy_notice'")


def test_the_terms_are_shown_and_changed_one_by_one(florin: Florin, world: World) -> None:
    default = florin.done("dormancy", "terms", "home", "--json").json
    changed = florin.done("dormancy", "terms", "home", "--dormant-days", "60", "--json").json
    refused = florin.run("dormancy", "terms", "home", "--ending", "lapse")

    assert {"dormancy_days": 365, "low_balance_days": 365, "dormant_days": 365, "notice_days": 7, "new_days": 30,
            "ending": "none", "ending_days": 730} == default  # fmt: skip
    assert {**default, "dormant_days": 60} == changed
    assert refused.code != 0
    assert "ending" in refused.complaint
    assert [("dormancy.terms_set",)] == world.rows("SELECT action FROM audit WHERE subject_id = %s", world.home)


def test_members_are_called_and_counted_by_people(florin: Florin, world: World, tmp_path: Path) -> None:
    desk, anna = Desk(florin, world), world.member(principal_minor=100_00)
    world.connection.execute("UPDATE programme SET dormancy_days = 30")
    florin.done("dormancy", "sweep")
    operator, member = desk.corporate.operator, wire_id("member", anna.id)

    desk.seen(
        operator, "dormancy", "called", member, "--channel", "mail", "--outcome", "not_reached", "--next-on", _today()
    )
    listed = desk.told(operator, "dormancy", "calls", "home")
    table = desk.seen(operator, "dormancy", "calls", "home")
    written = desk.told(operator, "dormancy", "calls", "home", "--out", tmp_path / "calls.csv")
    spoken = desk.seen(operator, "dormancy", "called", member, "--channel", "phone", "--outcome", "comes_back")
    figures = desk.told(operator, "dormancy", "figures", "home", "--month", "2026-03")

    assert [(member, "normal", "100.00")] == [(each["member"], each["stage"], each["balance"]) for each in listed]
    (last,) = [each["last_contact"] for each in listed]
    assert ("mail", "not_reached", _today()) == (last["channel"], last["outcome"], last["next_on"])
    assert "reached" in table
    assert (1, 0o600) == (written["members"], (tmp_path / "calls.csv").stat().st_mode & 0o777)
    assert "comes back" in spoken
    assert [] == desk.told(operator, "dormancy", "calls", "home")
    assert {"registered": 0, "topped_up": 1, "active": 0, "dormant": 0, "gone": 0} == figures["lives"]
    code, complaint = desk.refused(desk.corporate.finance, "dormancy", "calls", "home")
    assert (ExitCode.DECLINED, True) == (code, "role_required" in complaint)


def test_a_members_activity_is_shown_with_where_the_member_stands(florin: Florin, world: World) -> None:
    desk, anna = Desk(florin, world), world.member(principal_minor=100_00)
    world.member(principal_minor=1_00)
    world.insert(
        "session",
        digest=b"d", id=anna.id, member_id=anna.id, created_at=NOON, expires_at=NOON,
    )  # fmt: skip
    operator, member = desk.corporate.operator, wire_id("member", anna.id)
    shown = desk.told(operator, "dormancy", "activity", member, "--month", "2026-03")
    assert (member, "topped_up", "regular", "normal") == (
        shown["member_id"], shown["life"], shown["class"], shown["stage"]
    )  # fmt: skip
    figures = (shown["month"], shown["log_ins"], shown["purchases"], shown["spent"]["amount"])
    assert ("2026-03", 1, 0, 0) == figures
    assert "topped up" in desk.seen(operator, "dormancy", "activity", member)
    nobody = desk.refused(operator, "dormancy", "activity", wire_id("member", world.home))
    assert (ExitCode.DECLINED, True) == (nobody[0], "member_not_found" in nobody[1])


def test_a_lapsed_balance_is_given_back_by_command(florin: Florin, world: World) -> None:
    desk, anna = Desk(florin, world), world.member(programme=world.abroad, principal_minor=100_00)
    finance, approver, operator = desk.corporate.finance, desk.corporate.finance_approver, desk.corporate.operator
    member = wire_id("member", anna.id)
    assert "nothing_lapsed" in desk.refused(operator, "dormancy", "restore", member)[1]
    florin.done("dormancy", "terms", "abroad", "--ending", "lapse", "--ending-days", "1")
    world.insert(
        "dormancy",
        owner_id=anna.id, shard=0, programme_id=world.abroad, owner_kind="member", stage="dormant", reason="unused",
        since=NOON, last_activity_at=NOON, principal_sequence=1, bonus_sequence=0,
    )  # fmt: skip
    made = desk.told(finance, "dormancy", "propose", "abroad")
    desk.told(approver, "dormancy", "approve", made["id"], "--list-hash", made["list_hash"])
    assert 1 == asyncio.run(_carried_out(world))
    assert 0 == world.balance(anna.id).principal_minor

    restored = desk.told(operator, "dormancy", "restore", member)
    assert (member, {"amount": 100_00, "currency": "EUR"}) == (restored["owner_id"], restored["restored"])
    assert 100_00 == world.balance(anna.id).principal_minor
    assert "nothing_lapsed" in desk.refused(operator, "dormancy", "restore", member)[1]


async def _carried_out(world: World) -> int:
    """What the duty of a serving process does."""
    async with world.clearing_house() as house:
        return await end_approved_balances(house, NOON)


def _today() -> str:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def test_balances_end_by_two_people_who_name_the_hash(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance, approver = desk.corporate.finance, desk.corporate.finance_approver
    owner = world.member(programme=world.abroad, principal_minor=100_00).id
    assert "not_permitted" in desk.refused(finance, "dormancy", "propose", "abroad")[1]
    florin.done("dormancy", "terms", "abroad", "--ending", "lapse", "--ending-days", "1")
    world.insert(
        "dormancy",
        owner_id=owner, shard=0, programme_id=world.abroad, owner_kind="member", stage="dormant", reason="unused",
        since=NOON, last_activity_at=NOON, principal_sequence=1, bonus_sequence=0,
    )  # fmt: skip

    made = desk.told(finance, "dormancy", "propose", "abroad")
    shown = desk.told(approver, "dormancy", "proposal", made["id"])
    wrong = desk.refused(approver, "dormancy", "approve", made["id"], "--list-hash", "00" * 32)
    approved = desk.told(approver, "dormancy", "approve", made["id"], "--list-hash", made["list_hash"])

    assert ("proposed", 1, 100_00) == (made["status"], made["accounts"], made["total"]["amount"])
    assert [wire_id("member", owner)] == [each["owner_id"] for each in shown["lines"]]
    assert "balance_ending_altered" in wrong[1]
    assert "approved" == approved["status"]
    assert "balance_ending_not_in_state" in desk.refused(approver, "dormancy", "refuse", made["id"])[1]
