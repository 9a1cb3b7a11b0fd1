"""MT940: entries, marks, dates and the dialects of field 86."""

from datetime import date
from io import BytesIO

import pytest

from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import StatementFooted
from florin.reconciliation.files.mt940_info import read_information
from florin.reconciliation.files.read_file import read_file

MESSAGE = (
    ":20:REF\r\n:25:NL81ASNB9999999999\r\n:28C:12/3\r\n"
    ":60{page}:C261120CNY10,00\r\n{entries}:62{page}:{closing}\r\n-\r\n"
)


def read(entries: str, closing: str = "C261121CNY15,00", page: str = "F") -> list[object]:
    text = MESSAGE.format(entries=entries, closing=closing, page=page)
    return list(read_file(FileFormat.MT_940, BytesIO(text.encode()), "CNY"))


def line_of(entries: str, closing: str = "C261121CNY15,00") -> StatementLine:
    (line,) = [each for each in read(entries, closing) if isinstance(each, StatementLine)]
    return line


def test_a_statement_has_its_number_page_and_balances() -> None:
    opened, closed = read("", "C261121CNY10,00", "M")
    assert (
        StatementOpened(
            currency="CNY", account="NL81ASNB9999999999", reference="REF", sequence=12, page=3, opening_minor=1_000
        )
        == opened
    )
    assert isinstance(closed, StatementFooted)
    assert (1_000, date(2026, 11, 21), False) == (closed.closing_minor, closed.to_on, closed.is_last_page)


@pytest.mark.parametrize(
    ("mark", "direction", "kind", "closing"),
    [
        ("C5,00NTRF", Direction.IN, LineKind.CREDIT, "15,00"),
        ("CR5,NTRF", Direction.IN, LineKind.CREDIT, "15,"),
        ("D5,NTRF", Direction.OUT, LineKind.DEBIT, "5,00"),
        ("RC5,NTRF", Direction.OUT, LineKind.REVERSAL, "5,00"),
        ("RCR5,NTRF", Direction.OUT, LineKind.REVERSAL, "5,00"),
        ("RD5,NTRF", Direction.IN, LineKind.REVERSAL, "15,00"),
        ("D5,NCHG", Direction.OUT, LineKind.FEE, "5,00"),
        ("C5,NRTI", Direction.IN, LineKind.REVERSAL, "15,00"),
    ],
)
def test_a_mark_tells_direction_and_kind(mark: str, direction: Direction, kind: LineKind, closing: str) -> None:
    line = line_of(f":61:261121{mark}NONREF//B1\r\n", f"C261121CNY{closing}")
    assert (direction, kind, 500, "B1") == (line.direction, line.kind, line.amount_minor, line.other_key)


@pytest.mark.parametrize(
    ("dates", "booked_on", "value_on"),
    [
        ("261121", date(2026, 11, 21), date(2026, 11, 21)),
        ("2611211122", date(2026, 11, 22), date(2026, 11, 21)),
        ("2612310102", date(2027, 1, 2), date(2026, 12, 31)),
        ("2701021231", date(2026, 12, 31), date(2027, 1, 2)),
        ("2702300301", date(2027, 3, 1), date(2027, 2, 28)),
    ],
)
def test_an_entry_is_booked_in_the_year_that_is_closest(dates: str, booked_on: date, value_on: date) -> None:
    line = line_of(f":61:{dates}C5,00NTRFNONREF\r\n")
    assert (booked_on, value_on) == (line.booked_on, line.value_on)


@pytest.mark.parametrize(
    ("entries", "closing", "code"),
    [
        (":61:261121C5,00NTRFNONREF\r\n", "C261121CNY15,01", ProblemCode.BALANCE_DIFFERS),
        (":61:261321C5,00NTRFNONREF\r\n", "C261121CNY15,00", ProblemCode.FIELD_UNREADABLE),
        (":61:261121C5.00NTRFNONREF\r\n", "C261121CNY15,00", ProblemCode.FIELD_UNREADABLE),
        (":61:261121C5,001NTRFNONREF\r\n", "C261121CNY15,00", ProblemCode.FIELD_UNREADABLE),
        (":60F:C261120CNY10,00\r\n", "C261121CNY10,00", ProblemCode.UNREADABLE),
        ("", "C261121EUR10,00", ProblemCode.CURRENCY_REFUSED),
        (":20:NEXT\r\n", "C261121CNY10,00", ProblemCode.ENDS_EARLY),
        ("more\r\n" * 101, "C261121CNY10,00", ProblemCode.OUT_OF_BOUNDS),
        (":61:261121C5,00NTRFNONREF\r\n:61:261121C99999999999999999999999,00NTRFX\r\n", "C261121CNY15,00",
         ProblemCode.FIELD_UNREADABLE),
    ],
)  # fmt: skip
def test_what_does_not_foot_or_cannot_be_understood_is_kept_apart(
    entries: str, closing: str, code: ProblemCode
) -> None:
    with pytest.raises(FileProblem) as problem:
        read(entries, closing)
    assert code is problem.value.code


def test_the_details_of_german_banks_are_taken_apart() -> None:
    text = "?20EREF+E-1 KREF+?21SVWZ+Rechnung 7?22 und mehr?30DRESDEFF508?31DE14508800\n50?32KARL?33 KAUFMANN"
    said = read_information(f"166?00GUTSCHRIFT{text}")
    party, account = "KARL KAUFMANN", "DE1450880050"
    assert ("E-1", None, party, account) == (said.end_to_end, said.batch, said.party, said.party_account)
    assert LineDetails("EREF+E-1 KREF+SVWZ+Rechnung 7 und mehr\nmore", party, account) == said.details("more")


def test_the_details_of_dutch_banks_are_taken_apart() -> None:
    said = read_information("/EREF/01-01 00300/BENM//NAME/CONTRA ACCOUN\nT HOLDER/REMI//ISDT/2013-07-11")
    assert ("01-01 00300", "CONTRA ACCOUNT HOLDER") == (said.end_to_end, said.party)


def test_an_account_number_of_the_payer_is_no_reference() -> None:
    assert line_of(":61:261121C5,00NTRFNL91ABNA0417164300\r\n").key is None
    assert "ORDER-1" == line_of(":61:261121C5,00NTRFORDER-1\r\n").key
