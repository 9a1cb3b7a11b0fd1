"""Differences are worked off by commands: listed with their ages, proposed by one, approved by another."""

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.corporate import user_name_of
from tests.reconciliation.statements import Line, Statements
from tests.world import TODAY, World


def test_a_break_is_worked_off_by_command(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance, manager = desk.corporate.finance, desk.corporate.manager
    statements = Statements(world, world.home, world.home)
    statements.says(statements.bank, Line(3_00, direction="out", kind="fee"), Line(4_00, direction="out"), day=TODAY)
    desk.told(finance, "match")
    charge, other = sorted(
        desk.told(finance, "break", "list", "--counterparty", "icbc"), key=lambda each: -each["difference"]["amount"]
    )
    assert "-3.00 CNY" in desk.seen(finance, "break", "list", "--kind", "missing_internal", "--least-age", 1)
    assert "investigating" == desk.told(finance, "break", "take", charge["id"])[0]["now"]["state"]
    colleague = desk.corporate.person(Role.FINANCE)
    hand_over = ("break", "hand-over", charge["id"], "--to")
    given = desk.told(manager, *hand_over, user_name_of(colleague))
    assert wire_id("login", colleague.login_id) == given[0]["now"]["owner_id"]
    assert "not all of them" in desk.refused(finance, *hand_over, user_name_of(manager))[1]
    assert "login_not_found" in desk.refused(finance, *hand_over, "nobody")[1]
    told = ("--reason", "charge", "--text", "of November")
    desk.told(finance, "break", "note", charge["id"], "--text", "asked the bank")
    desk.told(finance, "break", "propose", charge["id"], other["id"], "--kind", "adjust", "--account", 5020, *told)
    assert "investigating" == desk.told(manager, "break", "reject", other["id"], "--text", "no")[0]["now"]["state"]
    approve = ("break", "approve", charge["id"], "--total")
    assert "not what was looked at" in desk.refused(manager, *approve, "4.00")[1]
    assert "posted" == desk.told(manager, *approve, "3")[0]["now"]["state"]
    story = desk.seen(manager, "break", "show", charge["id"])
    assert [] == [each for each in ("adjust 3.00 CNY", "asked", "hand", "approve") if each not in story], story
    assert ExitCode.DECLINED == desk.refused(finance, "break", "close", other["id"], *told)[0]
    assert ExitCode.DECLINED == desk.refused(finance, "break", "take", wire_id("break", fresh_id()))[0]
    ages = desk.seen(manager, "break", "ageing")
    assert [] == [each for each in ("4.00", charge["counterparty"]["code"]) if each not in ages], ages
    assert ExitCode.DECLINED == desk.refused(desk.corporate.person(Role.OPERATOR), "break", "list")[0]
