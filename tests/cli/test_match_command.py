"""Finance matches on the command line, and sees which pass has found what."""

from florin.api.matching.examples import MATCH
from florin.cli.matches import shown
from florin.domain.people import Role
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import World


def test_a_run_is_shown_pass_by_pass(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance = desk.corporate.finance
    run = desk.told(finance, "match", "--programme", "home")
    assert ([], 0) == (run["result"]["opened"], run["result"]["matched"][0]["number"])
    shown = desk.seen(finance, "match")
    assert "same reference of ours, same amount" in shown
    assert [] == desk.told(finance, "matches", "--pass", "key", "--run", run["id"])
    assert 3 == desk.refused(desk.corporate.person(Role.AUDITOR), "match")[0]


def test_what_has_no_line_is_shown_by_its_entry() -> None:
    by_line, by_entry = shown(MATCH), shown({**MATCH, "line": None})
    assert ("2026-11-20", "100.00", "CNY") == by_line[:3] == by_entry[:3]
    assert (MATCH["line"]["id"], None) == (by_line[-1], by_entry[-1])


def test_fees_of_a_provider_are_agreed_by_two(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance, manager = desk.corporate.finance, desk.corporate.manager
    desk.told(finance, "counterparty", "register", "wx", "home", "--name", "WeChat Pay", "--format", "wechat_trade")
    terms = ("counterparty", "propose-fees", "wx", "--effective-on", "2026-03-02", "--basis-points", "60")
    proposed = desk.told(finance, *terms, "--flat", "0.01")
    assert (1, "proposed") == (proposed["flat_minor"], proposed["status"])
    assert "in_force" == desk.told(manager, "counterparty", "approve-fees", proposed["id"])["status"]
    assert "basis points" in desk.seen(finance, "counterparty", "fees", "wx")


def test_suggestions_are_asked_for_of_one_thing(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance = desk.corporate.finance
    line = f"stl_{world.home.hex}"
    assert [] == desk.told(finance, "suggestions", "--line", line)
    assert 2 == desk.refused(finance, "suggestions", "--line", line, "--journal", line)[0]
