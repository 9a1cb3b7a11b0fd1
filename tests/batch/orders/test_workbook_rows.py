"""Workbooks: what is text is read exactly, what is not is told from it, and what is made to do harm does none."""

import struct
import zipfile
from io import BytesIO
from typing import Any

import pytest
import python_calamine
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from florin.batch.orders.sheet_row import FileUnreadable, SheetRow
from florin.batch.orders.workbook_rows import MOST_BYTES, MOST_PARTS, read_workbook
from florin.domain.recipient_columns import Cell, NotText
from tests.batch.orders.recipient_sheets import SHEET, archive, parts, people, row_xml, workbook


def rows(raw: bytes) -> list[SheetRow]:
    return list(read_workbook(BytesIO(raw), lambda _percent: None))


def xml_rows(xml: str) -> list[SheetRow]:
    return rows(archive(parts(xml)))


def written(write: Any, **options: Any) -> bytes:  # noqa: ANN401 (the library's own)
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, **options}) as book:
        write(book)
    return made.getvalue()


def test_texts_are_read_as_another_library_reads_them() -> None:
    raw = workbook([*people(20), ("a & b <c>", " spaces ", "", "zwei\nZeilen", "𠮷野家", "'=1+1", "_x000D_x")])
    other = python_calamine.load_workbook(BytesIO(raw)).get_sheet_by_index(0).to_python()
    ours = [[*row.cells, *[""] * (7 - len(row.cells))] for row in rows(raw)]
    assert other == ours


def test_texts_that_stand_in_their_cells_are_read_too() -> None:
    raw = written(lambda book: book.add_worksheet().write_string(0, 0, "张伟"), constant_memory=True)
    assert [SheetRow(1, ["张伟"])] == rows(raw)


def test_what_is_not_text_is_told_by_its_kind() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 13800138000)
        sheet.write_formula(0, 1, "=A1", value="13800138000")
        sheet.write_boolean(0, 2, True)  # noqa: FBT003 (the library's own)
        sheet.write_string(0, 3, "text")

    expected: list[Cell] = [NotText.NUMBER, NotText.FORMULA, NotText.BOOLEAN, "text"]
    assert [SheetRow(1, expected)] == rows(written(write))


def test_errors_dates_and_formulas_without_a_result_are_told_by_their_kind() -> None:
    xml = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="d"><v>2026-11-22</v></c><c r="C1"><f>1+1</f></c>'
        '<c r="D1" t="str"><v>kept</v></c><c r="E1" t="new"><v>1</v></c></row>'
    )
    assert [NotText.ERROR, NotText.DATE, NotText.FORMULA, "kept", NotText.ERROR] == xml_rows(xml)[0].cells


def test_rows_and_cells_stand_where_they_say() -> None:
    xml = '<row r="7"><c r="C7" t="str"><v>x</v></c></row><row><c t="str"><v>y</v></c></row>'
    assert [SheetRow(7, ["", "", "x"]), SheetRow(8, ["y"])] == xml_rows(xml)


def test_empty_rows_and_cells_with_a_format_only_are_left_out() -> None:
    xml = '<row r="1"><c r="A1" s="1"/></row><row r="2"/><row r="3"><c r="A3" t="str"><v>x</v></c><c r="Z3"/></row>'
    assert [SheetRow(3, ["x"])] == xml_rows(xml)


def test_rich_text_is_read_without_its_reading_aids() -> None:
    shared = "<sst><si><r><t>张</t></r><r><t>伟</t></r><rPh sb='0' eb='1'><t>ZHANG WEI</t></rPh></si></sst>"
    contents = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>') | {"xl/sharedStrings.xml": shared}
    links = contents["xl/_rels/workbook.xml.rels"]
    link = links[links.index("<Relationship ") : links.index("</Relationships>")]
    other = (
        link.replace("r1", "r2").replace("/worksheet", "/sharedStrings").replace("worksheets/sheet1", "sharedStrings")
    )
    contents["xl/_rels/workbook.xml.rels"] = links.replace(link, link + other)
    assert [SheetRow(1, ["张伟"])] == rows(archive(contents))


def test_an_escaped_character_is_the_character() -> None:
    assert "a\tb" == xml_rows(row_xml(1, ["a_x0009_b"]))[0].cells[0]


def test_names_of_elements_may_have_a_prefix() -> None:
    contents = parts("")
    contents["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>x</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert [SheetRow(1, ["x"])] == rows(archive(contents))


def test_the_first_sheet_that_can_be_seen_is_read() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        hidden, shown, _ = book.add_worksheet("1"), book.add_worksheet("2"), book.add_worksheet("3")
        hidden.write_string(0, 0, "hidden")
        shown.write_string(0, 0, "shown")
        shown.activate()
        hidden.hide()

    assert [SheetRow(1, ["shown"])] == rows(written(write))


def test_a_long_text_is_cut_where_it_is_known_to_be_too_long() -> None:
    assert 1_001 == len(str(xml_rows(row_xml(1, ["x" * 40_000]))[0].cells[0]))


# What is made to do harm ----------------------------------------------------------------------------------------------


def test_a_bomb_is_refused_by_its_directory() -> None:
    bomb = parts("") | {"xl/worksheets/sheet1.xml": SHEET.format(" " * (MOST_BYTES + 1))}
    raw = archive(bomb)
    assert len(raw) < MOST_BYTES // 500
    with pytest.raises(FileUnreadable, match="unpacks to more than 128 MiB"):
        rows(raw)


def test_a_bomb_whose_directory_lies_gives_no_more_than_it_says() -> None:
    honest = archive(parts("<!-- " + "x" * 10_000_000 + " -->"))
    at = honest.rindex(b"PK\x01\x02")  # the directory's entry of the last part, the sheet
    (size,) = struct.unpack_from("<I", honest, at + 24)
    lying = honest[: at + 24] + struct.pack("<I", 100) + honest[at + 28 :]
    assert size > 10_000_000
    with pytest.raises(FileUnreadable, match="damaged"):
        rows(lying)


@pytest.mark.parametrize("place", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels"])
def test_entities_are_refused_with_the_document_type_that_declares_them(place: str) -> None:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    contents = parts("<row r='1'><c t='str'><v>&l9;</v></c></row>")
    contents[place] = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lols}]>' + contents[place]
    with pytest.raises(FileUnreadable, match="document type"):
        rows(archive(contents))


def test_an_entity_from_outside_is_refused() -> None:
    contents = parts(row_xml(1, ["&x;"]))
    sheet = contents["xl/worksheets/sheet1.xml"]
    contents["xl/worksheets/sheet1.xml"] = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{sheet}'
    with pytest.raises(FileUnreadable, match="document type"):
        rows(archive(contents))


def test_more_columns_than_any_such_file_has_are_refused() -> None:
    with pytest.raises(FileUnreadable, match="more than 32 columns") as refused:
        xml_rows('<row r="3"><c r="XFD3" t="str"><v>x</v></c></row>')
    assert 3 == refused.value.row


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="0"/>', '<row r="-1"/>', '<row r="x"/>', '<row r="99999999"/>', '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>', '<row r="1"><c r="a1" t="str"><v>x</v></c></row>',
        '<row r="1"><c t="s"><v>0</v></c></row>', '<row r="1"><c t="s"><v>-1</v></c></row>',
        '<row r="1"><c t="s"><v>99999999999999999999</v></c></row>', "<row", "<row></raw>", "&nothing;",
    ],
)  # fmt: skip
def test_a_sheet_that_contradicts_itself_is_damaged(xml: str) -> None:
    with pytest.raises(FileUnreadable, match="damaged"):
        xml_rows(xml)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_short_is_damaged(kept: float) -> None:
    raw = workbook(people(50))
    with pytest.raises(FileUnreadable, match="damaged"):
        rows(raw[: int(len(raw) * kept)])


def test_a_workbook_with_a_flipped_byte_is_damaged() -> None:
    raw = bytearray(archive(parts(row_xml(1, ["x" * 500]))))
    at = raw.rindex(b"xl/worksheets/sheet1.xml", 0, raw.index(b"PK\x01\x02")) + 60
    raw[at] ^= 0xFF
    with pytest.raises(FileUnreadable, match="damaged"):
        rows(bytes(raw))


@pytest.mark.parametrize("missing", sorted(parts("")))
def test_a_workbook_without_one_of_its_parts_is_damaged(missing: str) -> None:
    contents = parts("")
    del contents[missing]
    with pytest.raises(FileUnreadable):
        rows(archive(contents))


def test_an_archive_with_a_part_twice_is_damaged() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in parts("").items():
            packed.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("xl/worksheets/sheet1.xml", SHEET.format(row_xml(1, ["other"])))
    with pytest.raises(FileUnreadable, match="damaged"):
        rows(made.getvalue())


def test_an_archive_of_very_many_parts_is_damaged() -> None:
    with pytest.raises(FileUnreadable, match="damaged"):
        rows(archive(parts("") | {str(number): "" for number in range(MOST_PARTS)}))


def test_an_encrypted_archive_is_told_from_a_damaged_one() -> None:
    raw = bytearray(archive(parts("")))
    at = 0
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        raw[at + 8] |= 1
    with pytest.raises(FileUnreadable, match="password"):
        rows(bytes(raw))


def test_another_archive_is_no_workbook() -> None:
    other = parts("") | {"_rels/.rels": '<Relationships xmlns="x"/>'}
    with pytest.raises(FileUnreadable, match="no workbook"):
        rows(archive(other))


def test_a_sheet_outside_of_the_archive_is_not_read() -> None:
    contents = parts(row_xml(1, ["x"]))
    links = contents["xl/_rels/workbook.xml.rels"].replace('Target="', 'TargetMode="External" Target="')
    with pytest.raises(FileUnreadable, match="no worksheet"):
        rows(archive(contents | {"xl/_rels/workbook.xml.rels": links}))
    assert [] == rows(archive(contents | {"xl/worksheets/sheet1.xml": SHEET.format("")}))
