"""Real files of others: each is read with totals that foot, or kept apart whole with a reason; none does otherwise."""

from pathlib import Path

import pytest

from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode
from florin.domain.statement_line import StatementLine
from florin.domain.statement_totals import StatementFooted
from florin.reconciliation.files.read_file import read_file

SAMPLES = Path(__file__).parents[1] / "samples"
FORMATS = {"camt053": FileFormat.CAMT_053, "mt940": FileFormat.MT_940}

READ = {
    "camt053/camt053.v2.multi.statement.xml": (2, 2, 885 - 700),
    "mt940/ASNB-0708271685_09022020_164516.940.txt": (31, 8, 5_694),
    "mt940/betterplace-sepa_mt9401.sta": (26, 97, -926_913_590),
    "mt940/jejik-generic.sta": (2, 2, -2_000),
    "mt940/jejik-rabobank-iban.sta": (2, 4, -7_000),
    "mt940/self-provided-february_30.sta": (1, 1, -600),
}
"""Statements, lines, and what the lines add up to."""

KEPT_APART = {
    "camt053/camt053.v2.all-balance-types.xml": (ProblemCode.BALANCE_DIFFERS, 169, "it is off by 5.82"),
    "camt053/camt053.v2.minimal.xml": (ProblemCode.CURRENCY_REFUSED, 54, "opens in EUR and closes in SEK"),
    "camt053/camt053.v2.wrong.xml": (ProblemCode.NOTHING_IN_IT, None, "no statement"),
    "camt053/camt053.v4.xml": (ProblemCode.CURRENCY_REFUSED, 74, "opens in EUR and closes in SEK"),
    "mt940/betterplace-amount_formats.sta": (ProblemCode.UNREADABLE, 1, ":60F: stands outside of a message"),
    "mt940/betterplace-empty_86.sta": (ProblemCode.UNREADABLE, 1, ":86: stands outside of a message"),
    "mt940/betterplace-empty_entry_date.sta": (ProblemCode.UNREADABLE, 1, ":61: stands outside of a message"),
    "mt940/betterplace-sepa_snippet_broken.sta": (ProblemCode.UNREADABLE, 6, ":25: stands twice"),
    "mt940/cmxl-mt940.sta": (ProblemCode.CURRENCY_REFUSED, 4, "DEM is not accepted"),
    "mt940/jejik-abnamro.sta": (ProblemCode.BALANCE_DIFFERS, 25, "it is off by 2038.00"),
    "mt940/mBank-mt940.sta": (ProblemCode.CURRENCY_REFUSED, 5, "PLN is not accepted"),
    "mt940/self-provided-invalid_statement.sta": (ProblemCode.NOTHING_IN_IT, None, "no statement"),
}


def test_every_sample_is_in_one_of_the_tables() -> None:
    samples = {f"{path.parent.name}/{path.name}" for folder in FORMATS for path in (SAMPLES / folder).iterdir()}
    assert samples == READ.keys() | KEPT_APART.keys()
    assert not READ.keys() & KEPT_APART.keys()


@pytest.mark.parametrize("name", sorted(READ))
def test_a_sound_sample_is_read_and_foots(name: str) -> None:
    with (SAMPLES / name).open("rb") as stream:
        pieces = list(read_file(FORMATS[name.partition("/")[0]], stream, "EUR"))
    lines = [each for each in pieces if isinstance(each, StatementLine)]
    statements = sum(isinstance(each, StatementFooted) for each in pieces)
    assert READ[name] == (statements, len(lines), sum(each.signed_minor for each in lines))


@pytest.mark.parametrize("name", sorted(KEPT_APART))
def test_a_broken_sample_is_kept_apart_with_a_reason_that_a_person_understands(name: str) -> None:
    code, line_number, words = KEPT_APART[name]
    with (SAMPLES / name).open("rb") as stream, pytest.raises(FileProblem) as problem:
        list(read_file(FORMATS[name.partition("/")[0]], stream, "EUR"))
    assert (code, line_number) == (problem.value.code, problem.value.line_number)
    assert words in problem.value.detail
