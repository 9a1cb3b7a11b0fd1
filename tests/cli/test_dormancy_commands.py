"""Sweeping and setting the terms of dormancy by command."""

from tests.cli.florin_command import Florin
from tests.world import World


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
