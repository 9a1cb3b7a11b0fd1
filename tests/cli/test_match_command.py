"""Finance matches on the command line, and sees which pass has found what."""

from florin.domain.people import Role
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.world import World


def test_a_run_is_shown_pass_by_pass(florin: Florin, world: World) -> None:
    desk = Desk(florin, world)
    finance = desk.corporate.finance
    run = desk.told(finance, "match", "--programme", "home")
    assert ([], 1) == (run["opened"], run["matched"][0]["number"])
    shown = desk.seen(finance, "match")
    assert "same reference of ours, same amount" in shown
    assert [] == desk.told(finance, "matches", "--pass", "key", "--run", run["id"])
    assert 3 == desk.refused(desk.corporate.person(Role.AUDITOR), "match")[0]
