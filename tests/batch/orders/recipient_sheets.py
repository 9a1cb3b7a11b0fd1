"""Recipients' files for tests: honest ones as spreadsheet programs write them, and dishonest ones byte by byte."""

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Final
from uuid import UUID

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from florin.batch.orders.recipients_file import Checked, RecipientsFile
from florin.domain.recipient_row import Offer, OfferedProduct

HEADER: Final = ("name", "contact", "employee_number", "product", "denomination")
CHINESE_HEADER: Final = ("姓名", "联系方式", "工号", "产品", "面值")
OFFER: Final = Offer("CNY", {"gift": OfferedProduct(UUID(int=1), (100_00, 500_00), is_registered=False)})

Cells = Sequence[str]


def person(number: int) -> tuple[str, ...]:
    """A good row."""
    return f"张伟{number}", f"138{number:08}", f"E{number}", "gift", "500"


def people(count: int) -> list[tuple[str, ...]]:
    """A header and so many good rows."""
    return [HEADER, *map(person, range(1, count + 1))]


def workbook(rows: Iterable[Cells]) -> bytes:
    """A workbook of texts, as xlsxwriter writes it."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell)
    return made.getvalue()


def delimited(rows: Iterable[Cells], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The same as text."""
    made = StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue().encode(encoding)


RELATIONS: Final = """\
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>\
</Relationships>"""
BOOK: Final = """\
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">\
<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEET: Final = """\
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>"""


def parts(rows: str) -> dict[str, str]:
    """The parts of the smallest workbook around the XML of its rows."""
    return {
        "_rels/.rels": RELATIONS.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": SHEET.format(rows),
    }


def archive(contents: Mapping[str, str | bytes]) -> bytes:
    """An archive of those parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in contents.items():
            packed.writestr(name, content)
    return made.getvalue()


def row_xml(number: int, cells: Cells) -> str:
    """A row of texts that stand in their cells."""
    inline = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inline}</row>'


def checked(raw: bytes, offer: Offer = OFFER) -> Checked:
    """What a file comes to."""
    return RecipientsFile(offer).check(BytesIO(raw), lambda _percent: None)
