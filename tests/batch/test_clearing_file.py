"""A clearing file is right from its first byte to its last, or it is refused with every line that is wrong."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from florin.batch import clearing_file
from florin.batch.clearing_file import FINDINGS_SHOWN, FileFinding, FileRefused, check_file
from tests.batch.clearing_sheets import HEADER, NUMBER, PIN

GOOD = f"R-1,purchase,{NUMBER},{PIN},,,12.50,CNY,2026-11-21T18:22:05+08:00"
REFUND = "R-2,refund,,,,R-1,2.50,CNY,"


def written(path: Path, content: str | bytes) -> Path:
    file = path / "sales.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def findings(path: Path, content: str | bytes) -> list[FileFinding]:
    with pytest.raises(FileRefused) as refused:
        check_file(written(path, content))
    assert len(refused.value.findings) == refused.value.found
    return refused.value.findings


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_file_that_foots_is_accepted_with_its_digest_count_and_total(
    tmp_path: Path, mark: str, line_end: str
) -> None:
    content = mark + line_end.join([HEADER, GOOD, REFUND, "trailer,2,15.00,CNY", ""])

    checked = check_file(written(tmp_path, content))

    assert (2, 1500, "CNY") == (checked.lines, checked.total_minor, checked.currency)
    assert hashlib.sha256(content.encode()).digest() == checked.sha256


def test_a_file_without_sales_is_a_file(tmp_path: Path) -> None:
    checked = check_file(written(tmp_path, f"{HEADER}\ntrailer,0,0.00,CNY\n"))

    assert (0, 0) == (checked.lines, checked.total_minor)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "an empty line"),
        ("R-1,purchase", "2 columns"),
        (GOOD + ",", "10 columns"),
        (GOOD.replace("R-1", ""), "reference"),
        (GOOD.replace("R-1", "=1+1"), "reference"),
        (GOOD.replace("R-1", "R" * 65), "reference"),
        (GOOD.replace("purchase", "sale"), "type"),
        (GOOD.replace("12.50", "12.505"), "amount"),
        (GOOD.replace("12.50", "-12.50"), "amount"),
        (GOOD.replace("12.50", "0"), "amount"),
        (GOOD.replace("12.50", "1e3"), "amount"),
        (GOOD.replace("12.50", "90000000.01"), "amount"),
        (GOOD.replace("CNY", "XXX"), "currency"),
        (GOOD.replace(NUMBER, "9.87654688260542E+18"), "number"),
        (GOOD.replace(NUMBER, ""), "number"),
        (GOOD.replace(PIN, "8168597"), "pin"),
        (GOOD.replace(PIN, ""), "number"),
        (GOOD.replace(f"{PIN},,", f"{PIN},ABCDE,"), "number"),
        (GOOD.replace(f"{NUMBER},{PIN},,", ",,ABCDE,"), "e_code"),
        (GOOD.replace(f"{PIN},,,", f"{PIN},,R-0,"), "original_reference"),
        (GOOD.replace("+08:00", ""), "event_at"),
        (GOOD.replace("2026-11", "2026-13"), "event_at"),
        (GOOD.replace("T18", " 18"), "event_at"),
        (REFUND.replace("R-1", ""), "original_reference"),
        (REFUND.replace("R-1", "=R-1"), "original_reference"),
        (REFUND.replace("refund,", f"refund,{NUMBER}"), "number"),
        (f'"{GOOD}', "unexpected end"),
        ("x" * 1_001, "longer than 1000 bytes"),
    ],
)
def test_a_malformed_line_is_named_with_its_number_and_column(tmp_path: Path, line: str, reason: str) -> None:
    found = findings(tmp_path, f"{HEADER}\n{GOOD}\n{line}\ntrailer,2,25.00,CNY\n")

    assert [3] == [each.line for each in found]
    assert found[0].reason.startswith(reason)


def test_a_finding_never_repeats_a_secret(tmp_path: Path) -> None:
    wrong = f"R-1,purchase,{NUMBER}X,{PIN},,,x,CNY,\nR-2,purchase,{NUMBER},{PIN}9,,,x,CNY,"

    told = str(findings(tmp_path, f"{HEADER}\n{wrong}\ntrailer,2,0.00,CNY\n"))

    assert NUMBER not in told
    assert PIN not in told


def test_every_wrong_line_is_found_and_not_only_the_first(tmp_path: Path) -> None:
    lines = [GOOD, "R-2,sale", GOOD, GOOD.replace("12.50", "x"), REFUND]

    found = findings(tmp_path, "\n".join([HEADER, *lines, "trailer,5,40.00,CNY", ""]))

    assert [3, 5] == [each.line for each in found]


@pytest.mark.parametrize(
    ("ending", "line", "reason"),
    [
        ("", 4, "the file ends without a trailer"),
        ("trailer,1,15.00,CNY\n", 4, "the trailer counts 1 lines"),
        ("trailer,2,15.01,CNY\n", 4, "the trailer's total is not 15.00"),
        ("trailer,2,15,CNY\n", 4, "the trailer's total is not 15.00"),
        ("trailer,2,15.00,EUR\n", 4, "the trailer is in EUR"),
        ("trailer,2,15.00\n", 4, "the trailer is:"),
        ("trailer,x,15.00,CNY\n", 4, "the trailer is:"),
        (f"trailer,2,15.00,CNY\n{GOOD}\n", 5, "a line after the trailer"),
    ],
)
def test_a_file_whose_end_does_not_foot_is_refused(tmp_path: Path, ending: str, line: int, reason: str) -> None:
    found = findings(tmp_path, f"{HEADER}\n{GOOD}\n{REFUND}\n{ending}")

    assert line == found[0].line
    assert found[0].reason.startswith(reason)


@pytest.mark.parametrize("cut", range(len(HEADER) + 1, len(HEADER) + 90))
def test_a_file_that_is_cut_anywhere_is_refused(tmp_path: Path, cut: int) -> None:
    whole = f"{HEADER}\n{GOOD}\ntrailer,1,12.50,CNY"

    if cut < len(whole):
        assert findings(tmp_path, whole[:cut])


def test_a_file_in_two_currencies_is_refused(tmp_path: Path) -> None:
    found = findings(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('CNY', 'EUR')}\ntrailer,2,25.00,CNY\n")

    assert [FileFinding(3, "currency: the lines before are in CNY")] == found


def test_a_file_in_another_encoding_is_refused_with_the_lines_that_show_it(tmp_path: Path) -> None:
    latin = f"{HEADER}\n{GOOD}\n{GOOD}\ntrailer,2,25.00,CNY\n".replace("R-1", "Ré-1", 1).encode("latin-1")

    assert [FileFinding(2, "not UTF-8")] == findings(tmp_path, latin)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file ends without a trailer"),
        (f"{GOOD}\n".encode(), "the header is not"),
        (f"{HEADER},more\n{GOOD}\ntrailer,1,12.50,CNY\n".encode(), "the header is not"),
        (f"{HEADER}\n{GOOD}\ntrailer,1,12.50,CNY\n".encode("utf-16"), "the file is not in UTF-8"),
        (f"{HEADER}\n{GOOD}\ntrailer,1,12.50,CNY\n".encode("utf-16-le"), "the file is not in UTF-8"),
        (b"\0" * 5_000, "the file is not in UTF-8"),
        (b"PK\3\4\24\0\6\0", "the file is not in UTF-8"),
    ],
)
def test_what_has_no_header_is_no_clearing_file_and_not_called_cut_short_as_well(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (found,) = findings(tmp_path, content)

    assert 1 == found.line
    assert found.reason.startswith(reason)


@pytest.mark.parametrize("trailer", ["trailer,1", "trailer,x,12.50,CNY", "trailer,1,12.50,CNY,"])
def test_a_trailer_in_another_form_is_the_only_thing_that_is_wrong(tmp_path: Path, trailer: str) -> None:
    (found,) = findings(tmp_path, f"{HEADER}\n{GOOD}\n{trailer}\n")

    assert (3, "the trailer is:") == (found.line, found.reason[:15])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n\n", "\n \n"])
def test_empty_lines_after_the_trailer_do_no_harm(tmp_path: Path, ending: str) -> None:
    assert 1 == check_file(written(tmp_path, f"{HEADER}\n{GOOD}\ntrailer,1,12.50,CNY{ending}")).lines


def test_more_lines_than_are_taken_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing_file, "MOST_LINES", 3)
    three, four = (f"{HEADER}\n" + f"{GOOD}\n" * count + f"trailer,{count},{count * 125}0.00,CNY\n" for count in (3, 4))

    assert "the trailer's total" in findings(tmp_path, three)[0].reason
    assert "more than 3 lines" in findings(tmp_path, four)[0].reason


def test_all_findings_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADER}\n" + "wrong\n" * (FINDINGS_SHOWN + 50) + "trailer,0,0.00,CNY\n")

    with pytest.raises(FileRefused) as refused:
        check_file(file)

    assert (FINDINGS_SHOWN, FINDINGS_SHOWN + 50) == (len(refused.value.findings), refused.value.found)


def test_the_memory_that_a_check_needs_does_not_grow_with_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADER}\n" + f"{GOOD}\n" * 20_000 + "trailer,20000,250000.00,CNY\n")
    tracemalloc.start()
    try:
        check_file(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000 < file.stat().st_size
