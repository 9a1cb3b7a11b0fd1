"""What may stand in a row of a recipients' file, and what is said of what may not."""

from uuid import UUID

import pytest

from florin.domain.identity import DocumentKind, Identity
from florin.domain.recipient import Recipient
from florin.domain.recipient_columns import Cell, Column, NotText
from florin.domain.recipient_row import BadRow, CellFinding, Offer, OfferedProduct, RecipientRow, read_row

GIFT, NAMED = UUID(int=1), UUID(int=2)
OFFER = Offer(
    "CNY",
    {
        "gift": OfferedProduct(GIFT, (100_00, 500_00), is_registered=False),
        "named": OfferedProduct(NAMED, (2000_00,), is_registered=True),
    },
)
GOOD: dict[Column, Cell] = {
    Column.NAME: "张伟",
    Column.CONTACT: "13800138000",
    Column.EMPLOYEE_NUMBER: "E-0017",
    Column.PRODUCT: "gift",
    Column.DENOMINATION: "500",
}
ID_NUMBER = "11010519491231002X"  # the example of GB 11643-1999


def read(**cells: Cell) -> RecipientRow | BadRow:
    return read_row(OFFER, {**GOOD, **{Column(name): cell for name, cell in cells.items()}})


def findings(**cells: Cell) -> list[CellFinding]:
    row = read(**cells)
    assert isinstance(row, BadRow), row
    return row.findings


def good(**cells: Cell) -> RecipientRow:
    row = read(**cells)
    assert isinstance(row, RecipientRow), row
    return row


def test_a_good_row_says_who_gets_which_card() -> None:
    expected = RecipientRow(GIFT, 500_00, Recipient("张伟", "+8613800138000", "E-0017", None))
    assert expected == good()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        (" 13800138000 ", "+8613800138000"),
        ("Wei.Zhang@Example.CN", "wei.zhang@example.cn"),
    ],
)
def test_a_contact_is_kept_in_its_one_spelling(written: str, kept: str) -> None:
    assert kept == good(contact=written).recipient.contact


@pytest.mark.parametrize(
    "written",
    [
        "12800138000", "1380013800", "138001380000", "1.38E+10", "8613800138000", "+4915112345678", "021-62880000",
        "wei@", "@example.cn", "wei@example", "=13800138000",
        "１３８００１３８０００",  # noqa: RUF001 (wide digits are the case)
    ],
)  # fmt: skip
def test_what_reaches_nobody_is_no_contact(written: str) -> None:
    ((column, reason, found),) = findings(contact=written)
    assert (Column.CONTACT, None) == (column, found)
    assert "mobile number" in reason


@pytest.mark.parametrize(
    ("written", "minor"), [("500", 500_00), ("500.0", 500_00), ("500.00", 500_00), (" 100 ", 100_00)]
)
def test_a_denomination_is_read_exactly(written: str, minor: int) -> None:
    assert minor == good(denomination=written).denomination_minor


@pytest.mark.parametrize(
    "written",
    [
        "500.000", "5e2", "1,000", "0500", "¥500", "500元", "-500", "+500", "500 00",
        "５００",  # noqa: RUF001 (wide digits are the case)
    ],
)  # fmt: skip
def test_what_is_no_plain_decimal_is_no_denomination(written: str) -> None:
    assert [Column.DENOMINATION] == [each.column for each in findings(denomination=written)]


def test_a_denomination_that_is_not_issued_is_quoted_with_those_that_are() -> None:
    expected = CellFinding(Column.DENOMINATION, "the product is issued in 100.00, 500.00 only", "200")
    assert [expected] == findings(denomination="200")


def test_a_product_that_is_not_the_programmes_is_quoted() -> None:
    expected = CellFinding(Column.PRODUCT, "not the code of a card product of the programme", "present")
    assert [expected] == findings(product="present")


@pytest.mark.parametrize("column", [Column.NAME, Column.CONTACT, Column.PRODUCT, Column.DENOMINATION])
@pytest.mark.parametrize("empty", ["", "  ", "\u3000"])
def test_what_is_needed_may_not_be_empty(column: Column, empty: str) -> None:
    assert [CellFinding(column, "missing")] == findings(**{column.value: empty})


def test_an_employee_number_may_be_empty() -> None:
    assert good(employee_number="").recipient.employee_number is None


@pytest.mark.parametrize("cell", list(NotText))
@pytest.mark.parametrize("column", [*Column])
def test_a_cell_that_is_no_text_is_never_read_as_one(column: Column, cell: NotText) -> None:
    assert CellFinding(column, cell.value) in findings(**{column.value: cell})


@pytest.mark.parametrize("sign", "=+-@")
@pytest.mark.parametrize("column", [Column.NAME, Column.EMPLOYEE_NUMBER, Column.PRODUCT])
def test_a_text_that_begins_like_a_formula_is_a_finding(column: Column, sign: str) -> None:
    (found,) = findings(**{column.value: f"{sign}1+1"})
    assert (column, True) == (found.column, "formula" in found.reason)


@pytest.mark.parametrize("sign", ["\t", "\n", "\r", "\0", "\x07", "\u200b", "\u202e", "\ufeff"])
def test_a_character_that_cannot_be_seen_is_a_finding(sign: str) -> None:
    assert [Column.NAME] == [each.column for each in findings(name=f"张{sign}伟")]


def test_spaces_of_every_width_become_single_ones() -> None:
    assert "Li Wei" == good(name="\u3000Li\u00a0 Wei ").recipient.name


def test_a_name_and_an_employee_number_have_a_longest() -> None:
    expected = [(Column.NAME, "longer than 100 characters"), (Column.EMPLOYEE_NUMBER, "longer than 64 characters")]
    assert expected == [each[:2] for each in findings(name="张" * 101, employee_number="7" * 65)]
    assert "张" * 100 == good(name="张" * 100, employee_number="7" * 64).recipient.name


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("", ID_NUMBER, DocumentKind.RESIDENT_ID),
        ("身份证", ID_NUMBER, DocumentKind.RESIDENT_ID),
        ("resident_id", "11010519491231002x", DocumentKind.RESIDENT_ID),
        ("护照", "E12345678", DocumentKind.PASSPORT),
        ("台湾居民来往大陆通行证", "12345678", DocumentKind.TAIWAN_PERMIT),
    ],
)
def test_a_registered_card_has_its_recipients_identity(kind: str, number: str, expected: DocumentKind) -> None:
    row = good(product="named", denomination="2000", id_type=kind, id_number=number)
    assert Identity("张伟", expected, number.upper()) == row.recipient.identity


def test_a_registered_card_without_an_identity_is_refused() -> None:
    expected = "missing: a card of this product is registered in its recipient's name"
    assert [CellFinding(Column.ID_NUMBER, expected)] == findings(product="named", denomination="2000")


@pytest.mark.parametrize("number", ["110105194912310021", "1101051949123100", "99010519491331002X"])
def test_an_identity_number_is_checked_and_not_repeated(number: str) -> None:
    expected = CellFinding(Column.ID_NUMBER, "not the number of a resident identity card")
    assert [expected] == findings(id_number=number)


def test_a_kind_of_document_that_is_unknown_is_quoted() -> None:
    (found,) = findings(id_type="驾驶证", id_number=ID_NUMBER)
    assert (Column.ID_TYPE, "驾驶证") == (found.column, found.found)


def test_a_kind_of_document_without_its_number_is_half_an_identity() -> None:
    assert [CellFinding(Column.ID_NUMBER, "missing, although its kind is given")] == findings(id_type="护照")


def test_every_bad_cell_of_a_row_is_told() -> None:
    wrong = findings(name="", contact="x", product="y", denomination="z", id_number="1")
    assert [Column.NAME, Column.CONTACT, Column.PRODUCT, Column.DENOMINATION, Column.ID_NUMBER] == [
        each.column for each in wrong
    ]


def test_a_bad_row_still_says_whose_it_is() -> None:
    row = read(denomination="7")
    assert isinstance(row, BadRow)
    assert ("+8613800138000", "E-0017") == (row.contact, row.employee_number)


def test_no_finding_repeats_what_is_personal() -> None:
    for each in findings(name="=秘密", contact="秘密", employee_number="@秘密", id_number="秘密", product="x"):
        assert "秘密" not in f"{each.reason}{each.found}"


def test_a_quotation_is_short_and_can_be_printed() -> None:
    (found,) = findings(product="\u202e" + "x" * 100)
    assert "\ufffd" + "x" * 39 == found.found
