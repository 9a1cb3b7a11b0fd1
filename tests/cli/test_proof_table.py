"""The table of proofs is one, wherever it is printed and wherever a page shows it."""

import re
import subprocess

import pytest

from florin.cli.demonstration.outcome import print_outcome
from florin.cli.demonstration.tally import Tally
from florin.cli.verify import show_proofs
from florin.reconciliation.findings import ProofReport, ProofResult
from florin.reconciliation.proofs import PROOFS
from tests.architecture.source_tree import ROOT

ROW = re.compile(r"^│ (\d+) +│ (\S.*?) +│ [\d,]+ +│ \d+ +│ (?:holds|BROKEN) +│$", re.MULTILINE)


def test_the_demonstration_and_verify_print_the_same_table(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        ProofResult(3, "nothing overspent", "No...", 1200, 0, (), 7),
        ProofResult(4, "holds", "What...", 2, 1, (), 7),
    ]
    asked = [
        {"number": each.number, "name": each.name, "rows_checked": each.rows_checked, "found": each.found}
        for each in found
    ]

    show_proofs(ProofReport(tuple(found)), as_json=False)
    proven = capsys.readouterr().out
    print_outcome(Tally(), [], {"proofs": asked}, [])
    played = capsys.readouterr().out

    table = proven[: proven.index("└")]
    assert ["3", "4"] == [number for number, _ in ROW.findall(table)]
    assert table in played


def test_the_first_page_shows_the_proofs_that_there_are() -> None:
    shown = ROW.findall((ROOT / "README.md").read_text("utf-8"))

    assert shown == [(str(each.number), each.name) for each in PROOFS][: len(shown)]
    assert len(shown) > 3


@pytest.mark.parametrize(("chore", "command"), [("run", "serve --demo"), ("demo", "demo")])
def test_make_leaves_the_port_to_the_settings_unless_it_is_told_one(chore: str, command: str) -> None:
    def recipe(*variables: str) -> str:
        asked = ["make", "--no-print-directory", "--dry-run", "--always-make", chore, *variables]
        lines = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        return " ".join(lines[-1].split())

    assert recipe("PORT=") == f"exec .venv/bin/florin {command}"
    assert recipe("PORT=8001") == f"exec .venv/bin/florin {command} --port 8001"
