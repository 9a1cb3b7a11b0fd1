"""A recipients' file is told everything that is wrong with it, and makes lines only when nothing is."""

from io import BytesIO
from uuid import UUID

import pytest

from florin.batch.orders import recipients_file
from florin.batch.orders.recipients_file import Finding, PlacedRecipient, RecipientsFile, letters_of
from florin.batch.orders.sheet_row import LONGEST_FILE_BYTES
from florin.domain.order_rules import WantedLine
from florin.domain.recipient import Recipient
from florin.domain.recipient_row import Offer, OfferedProduct
from tests.batch.orders.recipient_sheets import (
    CHINESE_HEADER,
    HEADER,
    OFFER,
    archive,
    checked,
    delimited,
    parts,
    people,
    person,
    row_xml,
    workbook,
)

GIFT = UUID(int=1)


def only_finding(raw: bytes) -> Finding:
    report = checked(raw)
    assert not report.is_accepted
    assert 1 == report.found, report.findings
    return report.findings[0]


@pytest.mark.parametrize(
    "raw",
    [
        workbook(people(3)),
        workbook([CHINESE_HEADER, *people(3)[1:]]),
        delimited(people(3)),
        delimited([CHINESE_HEADER, *people(3)[1:]], "utf-8-sig"),
        delimited([CHINESE_HEADER, *people(3)[1:]], "gb18030"),
        delimited([CHINESE_HEADER, *people(3)[1:]], "gbk", ";"),
        delimited([CHINESE_HEADER, *people(3)[1:]], "utf-16", "\t"),
    ],
    ids=["xlsx", "xlsx-zh", "utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"],
)
def test_the_same_people_come_out_of_every_kind_of_file(raw: bytes) -> None:
    reader = RecipientsFile(OFFER)
    report = reader.check(BytesIO(raw), lambda _percent: None)
    assert [] == report.findings
    assert (3, [WantedLine(GIFT, 500_00, 3)]) == (report.rows, report.lines)
    assert reader.recipients == [
        PlacedRecipient(1, serial, Recipient(f"张伟{serial}", f"+86138{serial:08}", f"E{serial}", None))
        for serial in (1, 2, 3)
    ]


def test_cards_of_one_kind_make_one_line_in_the_order_of_their_first_appearance() -> None:
    faces = ["500", "100", "500.00", "100", "500"]
    rows = [HEADER, *((*person(number)[:4], face) for number, face in enumerate(faces))]
    reader = RecipientsFile(OFFER)
    report = reader.check(BytesIO(delimited(rows)), lambda _percent: None)
    assert [WantedLine(GIFT, 500_00, 3), WantedLine(GIFT, 100_00, 2)] == report.lines
    assert [(1, 1), (2, 1), (1, 2), (2, 2), (1, 3)] == [(each.line, each.serial) for each in reader.recipients]


def test_columns_may_stand_in_any_order_and_two_may_be_missing() -> None:
    rows = [tuple(reversed(HEADER)), *(tuple(reversed(person(number))) for number in range(2))]
    assert checked(delimited(rows)).is_accepted


def test_findings_name_the_row_that_the_spreadsheet_shows() -> None:
    xml = row_xml(3, HEADER) + row_xml(9, [*person(1)[:4], "70"])
    assert 9 == only_finding(archive(parts(xml))).row
    csv = delimited([HEADER, ("", "", "", "", ""), (f"{person(1)[0]}\nx", *person(1)[1:])])
    assert (3, "name") == only_finding(csv)[:2]


def test_every_bad_cell_is_one_finding_in_the_order_of_rows() -> None:
    rows = [HEADER, ("=x", "y", "1", "gift", "500"), person(1), ("张伟", "13800138000", "2", "z", "500")]
    assert [(2, "name"), (2, "contact"), (4, "product")] == [each[:2] for each in checked(delimited(rows)).findings]


@pytest.mark.parametrize("place", [1, 2])
def test_the_same_contact_or_employee_number_twice_is_found_at_the_second(place: int) -> None:
    twice = list(person(2))
    twice[place] = person(1)[place]
    expected = Finding(3, HEADER[place], "the same as in row 2")
    assert expected == only_finding(delimited([HEADER, person(1), twice]))


def test_a_contact_is_the_same_however_it_is_written_and_also_in_a_bad_row() -> None:
    rows = [HEADER, (*person(1)[:4], "70"), ("李娜", "+86 138-0000-0001", "", "gift", "100")]
    assert [(2, "denomination"), (3, "contact")] == [each[:2] for each in checked(delimited(rows)).findings]


def test_people_without_employee_numbers_are_not_the_same() -> None:
    rows = [HEADER, *((*person(number)[:2], "", *person(number)[3:]) for number in range(3))]
    assert checked(delimited(rows)).is_accepted


def test_headers_that_are_unknown_twice_or_missing_are_told_and_nothing_else() -> None:
    rows = [("name", "name", "department", "contact", "product"), ("=", "=", "=", "=", "=")]
    assert [
        (1, "B", "name is there twice"),
        (1, "C", "no column of a recipients' file"),
        (1, "employee_number", "missing: a column headed employee_number or 工号"),
        (1, "denomination", "missing: a column headed denomination or 面值"),
    ] == [each[:3] for each in checked(delimited(rows)).findings]


def test_a_file_without_a_header_does_not_give_its_people_away() -> None:
    for each in checked(delimited([person(1), person(2)])).findings:
        assert "张伟" not in str(each)


def test_a_cell_beyond_the_header_is_a_finding() -> None:
    expected = Finding(2, "F", "a cell in a column without a header")
    assert expected == only_finding(delimited([HEADER, (*person(1), "x")]))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b"\r\n\r\n", "the file is empty"),
        (workbook([]), "the file is empty"),
        (delimited([HEADER]), "nobody below"),
        (workbook([HEADER]), "nobody below"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "XLS"),
        (b"%PDF-1.7\n\0\xff\xff", "neither a workbook"),
        (workbook(people(3))[:600], "damaged"),
    ],
)
def test_a_file_that_is_none_is_told_so(raw: bytes, reason: str) -> None:
    assert reason in only_finding(raw).reason


def test_a_file_that_is_too_long_is_not_read() -> None:
    assert "16 MiB" in only_finding(b"x" * (LONGEST_FILE_BYTES + 1)).reason


def test_a_hundred_lines_are_an_order_and_one_more_is_none() -> None:
    faces = tuple(range(1_00, 102_00, 1_00))
    offer = Offer("CNY", {"gift": OfferedProduct(GIFT, faces, is_registered=False)})
    rows = [HEADER, *((*person(number)[:4], str(number)) for number in range(1, 102))]
    assert 100 == len(checked(delimited(rows[:-1]), offer).lines)
    report = checked(delimited(rows), offer)
    assert [(102, "more than 100 different products and denominations: order in parts")] == [
        (each.row, each.reason) for each in report.findings
    ]


def test_faces_that_add_up_to_more_than_can_be_paid_are_refused() -> None:
    offer = Offer("CNY", {"gift": OfferedProduct(GIFT, (9_000_000_000,), is_registered=False)})
    rows = [HEADER, *((*person(number)[:4], "90000000") for number in range(2))]
    assert checked(delimited(rows[:-1]), offer).is_accepted
    (finding,) = checked(delimited(rows), offer).findings
    assert "more than 90000000.00 CNY" in finding.reason


def test_one_recipient_too_many_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients_file, "MOST_RECIPIENTS", 3)
    assert checked(delimited(people(3))).is_accepted
    assert (5, "more than 3 recipients: order in parts") == only_finding(delimited(people(4)))[0::2][:2]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_million_rows_end_at_a_hundred_thousand(kind: str) -> None:
    rows = 1_000_000
    if kind == "csv":
        head = delimited([HEADER])
        raw = head + b"\r\n".join(b"a,1%010d,,g,5" % number for number in range(rows))[: LONGEST_FILE_BYTES - len(head)]
    else:
        xml = "".join(f'<row><c t="str"><v>{number}</v></c></row>' for number in range(rows))
        raw = archive(parts(row_xml(1, HEADER) + xml))
    report = checked(raw)
    assert 100_000 == report.rows
    assert Finding(100_002, None, "more than 100,000 recipients: order in parts") == report.findings[0]
    assert 1_000 == len(report.findings)


def test_findings_are_counted_beyond_those_that_are_shown() -> None:
    rows = [HEADER, *((*person(number)[:4], "7") for number in range(1_500))]
    report = checked(delimited(rows))
    assert (1_500, 1_000) == (report.found, len(report.findings))


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (31, "AF"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_spreadsheet_programs_call_them(place: int, letters: str) -> None:
    assert letters == letters_of(place)
