"""Proving, closing and sealing by command, and what they say when a row has been changed behind our back."""

from pathlib import Path

import pytest

from tests.cli.florin_command import Florin
from tests.world import TODAY, World


def test_a_sound_book_is_proven_closed_sealed_and_verified(florin: Florin, world: World) -> None:
    world.card()

    proven = florin.done("verify", "--json").json
    closed = florin.done("close-day", "home", "--date", TODAY, "--json").json
    again = florin.done("close-day", "home", "--date", TODAY)
    seals = florin.done("seals", "--json").json

    assert proven["ok"]
    assert {"trial balance", "seals"} <= {each["name"] for each in proven["proofs"]}
    assert [TODAY.isoformat()] == closed["closed"]
    assert [("home", TODAY.isoformat(), 1)] == [
        (each["programme"], each["date"], each["transfers"]) for each in seals["days"]
    ]
    assert closed["sealed"][0]["seal"] == seals["days"][0]["seal"]
    assert "No day up to that one is left" in again.out


def test_a_close_by_command_is_on_record_as_the_operators_own(florin: Florin, world: World) -> None:
    world.card()
    florin.done("close-day", "home", "--date", TODAY)
    recorded = "SELECT action, actor_id FROM audit WHERE subject_id = %s ORDER BY id"
    assert [("days.closed", None), ("day.sealed", None)] == world.rows(recorded, world.home)


def test_a_close_shows_the_last_seal_to_be_kept_elsewhere(florin: Florin, world: World) -> None:
    world.card()

    shown = florin.done("close-day", "home", "--date", TODAY).out
    again = florin.done("close-day", "home", "--date", TODAY).out
    kept = florin.done("close-day", "home", "--date", TODAY, "--json").json["last_seal"]

    (row,) = world.rows("SELECT transfers, merkle_root, previous_seal, seal FROM sealed_day")
    transfers, *hashes = row
    root, previous, seal = (bytes(each).hex() for each in hashes)
    assert {
        "programme": "home",
        "date": TODAY.isoformat(),
        "transfers": transfers,
        "merkle_root": root,
        "previous_seal": previous,
        "seal": seal,
    } == kept
    for out in (shown, again):
        lines = dict(each.split() for each in out[out.index("Keep this seal") :].splitlines()[1:])
        assert {name: str(value) for name, value in kept.items()} == lines


def test_a_day_that_is_not_over_is_not_closed(florin: Florin, world: World) -> None:
    world.card()

    refused = florin.run("close-day", "home", "--date", "2999-01-01")

    assert 3 == refused.code
    assert "day_not_over" in refused.complaint
    assert "ends at" in refused.complaint


@pytest.mark.parametrize("number", [0, 11, 99])
def test_a_proof_that_does_not_exist_is_refused_with_those_that_do(florin: Florin, number: int) -> None:
    refused = florin.run("verify", "--only", 1, "--only", number)

    assert (2, "") == (refused.code, refused.out)
    assert f"there is no proof {number}, only 1, 2, 3, 4, 5, 6, 7, 8, 9" in refused.complaint


def test_a_changed_balance_is_named_and_stops_the_close(florin: Florin, world: World) -> None:
    card = world.card()
    world.connection.execute("UPDATE strict_account SET balance_minor = 9999 WHERE owner_id = %s", (card.id,))

    proven = florin.run("verify", "--json")
    shown = florin.run("verify", "--only", 2)
    closed = florin.run("close-day", "home", "--date", TODAY)

    broken = [each for each in proven.json["proofs"] if not each["holds"]]
    assert (4, 4, 4) == (proven.code, shown.code, closed.code)
    assert any(f"2010:card_{card.id.hex}" in finding["rows"] for each in broken for finding in each["findings"])
    assert "BROKEN" in shown.out
    assert [] == florin.done("seals", "--json").json["days"]


def test_a_transfer_changed_after_its_seal_is_found(florin: Florin, world: World) -> None:
    card = world.card()
    florin.done("close-day", "home", "--date", TODAY)
    world.connection.execute("UPDATE transfer SET amount_minor = 9999 WHERE credit_owner = %s", (card.id,))

    seals = florin.run("seals")

    assert 4 == seals.code
    assert TODAY.isoformat() in seals.out


def test_the_document_of_the_api_is_printed(bare: Florin) -> None:
    assert bare.done("openapi").out.startswith("openapi: 3.1")


def test_a_report_is_shown_written_and_listed(florin: Florin, world: World, tmp_path: Path) -> None:
    world.card()
    asked = ("report", "trial_balance", "--programme", "home", "--as-of", TODAY)
    shown = florin.done(*asked).out
    told = florin.done(*asked, "--json").json
    florin.done(*asked, "--form", "xlsx", "--out", tmp_path / "balance.xlsx")
    listed = florin.done("report", "--json").json

    assert "card value, principal" in shown
    assert "holds" in shown
    assert (TODAY.isoformat(), True) == (told["through"], told["holds"])
    assert (tmp_path / "balance.xlsx").read_bytes().startswith(b"PK")
    assert "trial_balance" in [each["name"] for each in listed]
    assert florin.run(*asked, "--form", "pdf").code
    assert "since" in florin.run(*asked, "--from", TODAY).complaint


def test_the_book_and_its_journals_are_exported(florin: Florin, world: World, tmp_path: Path) -> None:
    world.card()
    days = ("--programme", "home", "--to", TODAY)
    book = florin.done("export-book", *days, "--form", "beancount", "--out", tmp_path / "book.beancount").out
    journals = florin.done("export-journals", *days, "--from", TODAY, "--out", tmp_path / "journals.csv").out

    assert "1 transfers" in book
    assert f"{TODAY} * " in (tmp_path / "book.beancount").read_text("utf-8")
    assert "2 lines" in journals
    assert "card value, principal" in (tmp_path / "journals.csv").read_text("utf-8")
    assert "exists already" in florin.run("export-journals", *days, "--out", tmp_path / "journals.csv").complaint
