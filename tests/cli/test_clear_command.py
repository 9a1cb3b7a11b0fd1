"""``florin clear``: what it prints, how it ends, and that a kill loses and repeats nothing."""

import csv
import subprocess
from pathlib import Path

import pytest

from tests.batch.clearing_sheets import HEADER, purchase_line, sheet
from tests.cli.florin_command import Florin
from tests.world import World

LINES = 3_000
POSTED = "SELECT count(*) FROM operation WHERE starts_with(reference, 'K-')"


def test_a_file_with_a_declined_line_ends_with_3_and_tells_each_outcome(
    florin: Florin, world: World, tmp_path: Path
) -> None:
    card = world.card()
    path = sheet(
        tmp_path / "day.csv", [purchase_line("A-1", card, "99.00"), purchase_line("A-2", card, "2.00")], "101.00"
    )

    first = florin.run("clear", path, "--merchant", "shop", "--json")
    outcomes = (tmp_path / "day.csv.outcome.csv").read_bytes()
    second = florin.run("clear", path, "--merchant", "shop", "--json")

    assert (3, 3) == (first.code, second.code)
    assert {"approved": 1, "insufficient_funds": 1} == first.json["outcomes"] == second.json["outcomes"]
    assert (0, 2) == (first.json["answered_before"], second.json["answered_before"])
    assert outcomes == (tmp_path / "day.csv.outcome.csv").read_bytes()
    assert [["2", "A-1", "approved"], ["3", "A-2", "insufficient_funds"]] == [
        [row["line"], row["reference"], row["outcome"]] for row in csv.DictReader(outcomes.decode().splitlines())
    ]


def test_a_file_that_is_approved_whole_ends_with_0_and_a_table(florin: Florin, world: World, tmp_path: Path) -> None:
    path = sheet(tmp_path / "day.csv", [purchase_line("A-1", world.card(), "99.00")], "99.00")

    ended = florin.run("clear", path, "--merchant", "shop", "--out", tmp_path / "told.csv")

    assert 0 == ended.code
    assert "approved" in ended.out
    assert (tmp_path / "told.csv").exists()


def test_a_truncated_file_ends_with_2_and_the_numbers_of_its_wrong_lines(
    florin: Florin, world: World, tmp_path: Path
) -> None:
    card = world.card()
    path = tmp_path / "day.csv"
    path.write_text("\n".join([HEADER, purchase_line("A-1", card, "1.00"), purchase_line("A-2", card, "1.00")[:-9]]))

    ended = florin.run("clear", path, "--merchant", "shop", "--json")
    table = florin.run("clear", path, "--merchant", "shop")

    assert (2, 2) == (ended.code, table.code)
    assert [3, 4] == [each["line"] for each in ended.json["findings"]]
    assert "the file ends without a trailer" in table.out
    assert (0,) == world.one("SELECT count(*) FROM operation WHERE verb = 'purchase'")
    assert [path] == list(tmp_path.glob("*.csv"))


def test_an_unknown_merchant_is_refused(florin: Florin, world: World, tmp_path: Path) -> None:
    path = sheet(tmp_path / "day.csv", [purchase_line("A-1", world.card(), "1.00")], "1.00")

    assert 3 == florin.run("clear", path, "--merchant", "nobody").code


@pytest.mark.slow
def test_an_intake_that_is_killed_is_resumed_exactly_once(florin: Florin, world: World, tmp_path: Path) -> None:
    cards = [world.card() for _ in range(50)]
    lines = [purchase_line(f"K-{number}", cards[number % len(cards)], "0.01") for number in range(LINES)]
    path = sheet(tmp_path / "day.csv", lines, "30.00")

    for enough in (1, LINES // 3):
        with florin.start("clear", path, "--merchant", "shop") as process:
            try:
                wait_for_postings(world, process, enough)
            finally:
                process.kill()
                process.communicate()
        assert not (tmp_path / "day.csv.outcome.csv").exists()
    posted_before = world.one(POSTED)[0]
    ended = florin.run("clear", path, "--merchant", "shop", "--json")

    assert 0 == ended.code
    assert LINES // 3 <= posted_before <= ended.json["answered_before"] < LINES
    assert (LINES,) == world.one(POSTED)
    assert (LINES, LINES) == world.one("SELECT count(*), sum(amount_minor) FROM transfer WHERE event = 'purchase'")
    assert {"approved": LINES} == ended.json["outcomes"]
    assert LINES + 1 == len((tmp_path / "day.csv.outcome.csv").read_text().splitlines())
    florin.done("verify")


def wait_for_postings(world: World, process: subprocess.Popen[str], enough: int) -> None:
    """Ask the book until so many lines are posted; the process must not have ended by then."""
    while world.one(POSTED)[0] < enough:
        assert process.poll() is None


def test_an_outcome_replaces_nothing_but_itself(florin: Florin, world: World, tmp_path: Path) -> None:
    card = world.card()
    path = sheet(tmp_path / "day.csv", [purchase_line("A-1", card, "1.00")], "1.00")
    other = sheet(tmp_path / "day.txt", [purchase_line("A-2", card, "1.00")], "1.00")
    notes = tmp_path / "notes.txt"
    notes.write_text("mine", "utf-8")
    florin.done("clear", path, "--merchant", "shop")
    told = (tmp_path / "day.csv.outcome.csv").read_bytes()

    for taken in (tmp_path / "day.csv.outcome.csv", notes, tmp_path):
        refused = florin.run("clear", other, "--merchant", "shop", "--out", taken)
        assert 2 == refused.code
        assert f"{taken} is not this file's outcome" in refused.complaint
    florin.done("clear", other, "--merchant", "shop")

    assert (told, "mine") == ((tmp_path / "day.csv.outcome.csv").read_bytes(), notes.read_text("utf-8"))
    assert b"A-2" in (tmp_path / "day.txt.outcome.csv").read_bytes()


def test_an_outcome_that_has_no_place_is_told_before_anything_is_posted(
    florin: Florin, world: World, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "day.csv", [purchase_line("A-1", world.card(), "1.00")], "1.00")

    refused = florin.run("clear", path, "--merchant", "shop", "--out", tmp_path / "none" / "told.csv")

    assert 2 == refused.code
    assert f"--out: there is no directory {tmp_path / 'none'}" in refused.complaint
    assert (0,) == world.one("SELECT count(*) FROM operation WHERE verb = 'purchase'")
