"""A month of members' lives, played in this process on a database of the test's own."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from florin.cli.demo_month import month_in
from florin.cli.demo_sheet import read_demo_sheet
from florin.cli.exit_codes import Refusal
from florin.cli.month.cast import FEWEST
from florin.cli.month.leaving import CERTIFICATE
from florin.cli.month.play import DAYS, MonthPlan, grow_month
from florin.cli.month.report import keep_report, kept_report
from florin.crypto.keyring import Keyring
from florin.settings import Settings
from tests.conftest import Database

PLAN = MonthPlan(members=FEWEST, seed=7, last_day=date(2026, 3, 20))


async def test_a_month_of_members_lives_is_in_the_book_as_they_lived_it(database: Database, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database.url)
    Keyring.create(settings.keyring_path)

    report = await grow_month(settings, PLAN)

    facts, happened = report.facts, report.happened
    # Two people have to look at these, and at nothing else: what somebody paid too little, and what was planted.
    assert [("amount_diff", -1_00), ("missing_internal", -15_00), ("amount_diff", -1)] == [
        (each.kind, each.amount_minor) for each in report.differences
    ]
    assert {"done"} == set(report.last_close.values())
    assert 1 == happened["company orders paid by transfer"]
    assert [] == [each for each in report.comparisons if not each.agrees]
    assert (report.points_noted, True) == (facts.points, report.is_green)
    assert DAYS == report.days_sealed
    assert 5 <= facts.notices["inactive"]
    assert 3 == facts.members["dormant"] == facts.lives["dormant"]
    assert 1 == facts.dormancy["woken"]
    assert happened["members called"] >= 4
    assert {"approved": 1, "verified": 1} == facts.closures
    assert {"settled": 1} == facts.payouts
    assert (tmp_path / CERTIFICATE).read_bytes().startswith(b"%PDF")
    assert {"amount_differs": 1} == facts.findings
    assert (1, 1) == (facts.payments["split_purchase: credited"], facts.payments["split_purchase: expired"])
    assert (1, 1) == (facts.payments["top_up: disputed"], happened["top-ups sent back"])
    assert len(list((tmp_path / "spool" / "mail" / "new").iterdir())) == facts.sendings["mail: sent"]
    sheet = read_demo_sheet(tmp_path)
    assert sheet is not None
    assert FEWEST + 2 == len(sheet.members)
    keep_report(tmp_path, report)
    assert report == kept_report(tmp_path)
    assert (replace(report, seconds=0), tmp_path) == _shown_again(settings, tmp_path)


def _shown_again(settings: Settings, directory: Path) -> tuple[object, Path]:
    again, shown_in = month_in(settings, directory, PLAN)
    return replace(again, seconds=0), shown_in


def test_a_month_that_was_interrupted_is_not_taken_for_one_that_was_played(tmp_path: Path) -> None:
    (tmp_path / "month").mkdir()
    (tmp_path / "month" / "keyring.json").touch()
    with pytest.raises(Refusal, match="was interrupted"):
        month_in(Settings(data_dir=tmp_path), None, PLAN)
