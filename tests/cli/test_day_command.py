"""The close of a day is looked at, gone on with and opened again by commands, each by whose it is."""

from hashlib import sha256
from pathlib import Path

import pytest

from florin.cli.exit_codes import ExitCode
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.reconciliation.statements import Statements
from tests.world import TODAY, World

ON_DAY = ("home", "--date", TODAY)


@pytest.fixture
def desk(florin: Florin, world: World) -> Desk:
    return Desk(florin, world)


def test_a_close_goes_on_without_a_file_and_the_day_is_reopened_by_two_people(
    florin: Florin, world: World, desk: Desk, tmp_path: Path
) -> None:
    manager, finance = desk.corporate.manager, desk.corporate.finance
    Statements(world, world.home, world.home)
    world.connection.execute("UPDATE counterparty SET fetched_from = %s WHERE code = 'sandbox'", (TODAY,))
    assert ExitCode.DECLINED == florin.run("close-day", *ON_DAY).code
    assert "sandbox: overdue since" in florin.done("day", "show", *ON_DAY).out
    without = ("day", "go-on-without", "home", "sandbox", *ON_DAY[1:], "--reason", "their service is down")
    assert "blocked" == desk.told(manager, *without)["state"]
    assert [TODAY.isoformat()] == [each["date"] for each in florin.done("close-day", *ON_DAY, "--json").json["sealed"]]

    kept = {each["name"]: each for each in florin.done("day", "reports", *ON_DAY, "--json").json}
    florin.done("day", "report", "home", "trial_balance.xlsx", *ON_DAY[1:], "--out", tmp_path / "balance.xlsx")
    written = (tmp_path / "balance.xlsx").read_bytes()
    assert sha256(written).hexdigest() == kept["trial_balance.xlsx"]["sha256"]

    propose = ("day", "propose-reopening", *ON_DAY, "--reason", "a till had not sent its sales")
    asked = desk.told(finance, *propose)
    assert "refused" == desk.told(manager, "day", "refuse-reopening", asked["id"])["status"]
    asked = desk.told(finance, *propose)
    opened = desk.told(manager, "day", "approve-reopening", asked["id"])
    assert ("approved", TODAY.isoformat(), 64) == (opened["status"], opened["business_date"], len(opened["seal"]))
    assert ["approved", "refused"] == [each["status"] for each in florin.done("day", "reopenings", "--json").json]
    shown = florin.done("day", "show", *ON_DAY, "--json").json
    assert (2, "waiting") == (shown["edition"], shown["state"])


@pytest.mark.usefixtures("world")
def test_terms_of_the_close_are_shown_and_those_that_are_named_are_set(florin: Florin) -> None:
    named = ("--by-itself", "--minutes-after-cut-off", 600, "--break-limit", "12.34", "--break-limit-days", 5)
    every = {"closes_itself": True, "minutes_after_cut_off": 600, "break_limit": 12_34, "break_limit_days": 5}
    assert every == florin.done("day", "terms", "home", *named, "--json").json
    changed = florin.done("day", "terms", "home", "--by-hand", "--break-limit", "none", "--json").json
    assert every | {"closes_itself": False, "break_limit": None} == changed
    assert "any sum" in florin.done("day", "terms", "home").out
    assert ExitCode.REFUSED == florin.run("day", "terms", "home", "--break-limit-days", "some").code
