"""Reading recipients from a workbook (XLSX, ECMA-376), a row at a time, in memory that the file cannot choose.

Of a workbook this needs texts and their places only, and must tell a text from a number, a date and the remembered
result of a formula, which libraries that read values do not. Everything is bounded before or while it is read: a part
never gives more than the size that the archive declares for it, which is summed up first; nothing is expanded, because
a document type, without which there are no entities, ends the reading.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final
from xml.parsers import expat

from florin.batch.orders.sheet_row import LONGEST_CELL, MOST_COLUMNS, FileUnreadable, Percent, SheetRow
from florin.domain.recipient import MOST_RECIPIENTS
from florin.domain.recipient_columns import Cell, NotText

MOST_PARTS: Final = 1_000
MOST_BYTES: Final = 128 * 1024 * 1024
"""Of all parts of a workbook together, unpacked. The longest good one has 60 MB of them."""

_MOST_TEXTS: Final = MOST_RECIPIENTS * MOST_COLUMNS
_PIECE_BYTES: Final = 64 * 1024
_SMALL_PART_BYTES: Final = 1024 * 1024
_ENCRYPTED: Final = 0x1
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ROW: Final = re.compile("[1-9][0-9]{0,6}")
_INDEX: Final = re.compile("[0-9]{1,7}")
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_DAMAGED: Final = "the workbook is damaged or cut short: save it anew"
_NOT_TEXT: Final = {"b": NotText.BOOLEAN, "d": NotText.DATE, "e": NotText.ERROR, "n": NotText.NUMBER}

Attributes = dict[str, str]


def read_workbook(file: IO[bytes], percent: Percent) -> Iterator[SheetRow]:
    """Every row of the first visible worksheet that has anything in it, with the number that it is shown with.

    Raises:
        FileUnreadable: no workbook, damaged, encrypted, or larger than a recipients' file can be.
    """
    with _damage_told():
        archive = zipfile.ZipFile(file)
        _require_bounds(archive.infolist())
        sheet, texts = _places(archive)
        shared = _shared_texts(archive, texts) if texts else []
        yield from _rows(archive, sheet, shared, percent)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise FileUnreadable(_DAMAGED) from error
    except expat.ExpatError as error:
        raise FileUnreadable(_DAMAGED) from error


def _require_bounds(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what its directory says, before anything of it is unpacked."""
    if len(parts) > MOST_PARTS or len({each.filename for each in parts}) < len(parts):
        raise FileUnreadable(_DAMAGED)
    if any(each.flag_bits & _ENCRYPTED for each in parts):
        raise FileUnreadable("the workbook is encrypted: save it without a password")
    if any(each.compress_type not in _PACKINGS for each in parts):
        raise FileUnreadable(_DAMAGED)
    if sum(each.file_size for each in parts) > MOST_BYTES:
        raise FileUnreadable(f"the workbook unpacks to more than {MOST_BYTES // (1024 * 1024)} MiB")


def _places(archive: zipfile.ZipFile) -> tuple[str, str | None]:
    """The parts that hold the first visible worksheet and, if there are any, the texts that cells share."""
    book = next((target for kind, target in _links(archive, "").values() if kind == "officeDocument"), None)
    if book is None:
        raise FileUnreadable("the archive is no workbook (XLSX)")
    links = _links(archive, book)
    texts = next((target for kind, target in links.values() if kind == "sharedStrings"), None)
    for sheet in _elements(archive, book, "sheet"):
        name = next((value for key, value in sheet.items() if key.endswith(":id")), "")
        kind, target = links.get(name, ("", ""))
        if kind == "worksheet" and sheet.get("state", "visible") == "visible":
            return target, texts
    raise FileUnreadable("the workbook has no worksheet")


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part of the archive refers to within it: by name, the kind and the part."""
    folder, name = posixpath.split(part)
    links = {}
    for each in _elements(archive, posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship"):
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
            links[each.get("Id", "")] = posixpath.basename(each.get("Type", "")), target
    return links


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> list[Attributes]:
    """The attributes of all elements of a name in a small part."""
    found: list[Attributes] = []

    def start(name: str, attributes: Attributes) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser = _parser()
    parser.StartElementHandler = start
    with _part(archive, part) as source:
        parser.Parse(source.read(_SMALL_PART_BYTES), True)  # noqa: FBT003 (the library's own)
    return found


def _part(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except KeyError:
        raise FileUnreadable(_DAMAGED) from None


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_declaration: Any) -> None:  # noqa: ANN401 (the library's own)
    raise FileUnreadable("the workbook declares a document type, which no spreadsheet program writes")


def _pieces(archive: zipfile.ZipFile, name: str, parser: expat.XMLParserType, percent: Percent) -> Iterator[None]:
    """Feed a part to its parser, and stop after every piece for what has come of it."""
    whole = max(1, archive.getinfo(name).file_size) if name in archive.NameToInfo else 1
    done, told = 0, 0
    with _part(archive, name) as source:
        while piece := source.read(_PIECE_BYTES):
            parser.Parse(piece, False)  # noqa: FBT003 (the library's own)
            yield
            done += len(piece)
            if 100 * done // whole > told:
                percent(told := 100 * done // whole)
    parser.Parse(b"", True)  # noqa: FBT003 (the library's own)
    yield


class _Texts:
    """Collects the texts of an entry of the shared texts or of a cell, without the aids for reading them aloud."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._before_aid = 0

    def begin_aid(self) -> None:
        """What follows is the reading of the characters before (phonetic runs, ``rPh``)."""
        self._before_aid = len(self.parts)

    def end_aid(self) -> None:
        """The reading ends, and is dropped."""
        del self.parts[self._before_aid :]

    def taken(self) -> str:
        """What was collected; the collection begins anew."""
        text = "".join(self.parts)
        self.parts.clear()
        # Long enough to be found wrong, short enough to be kept.
        text = text[: LONGEST_CELL + 1]
        return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(escape: re.Match[str]) -> str:
    """A character that XML cannot have, such as a line break of old programs: ``_x000D_`` (ECMA-376, ST_Xstring)."""
    return chr(int(escape[1], 16))


def _shared_texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    shared: list[str] = []
    texts = _Texts()
    locals_ = _Locals()

    def start(name: str, _attributes: Attributes) -> None:
        local = locals_[name]
        if local == "si":
            texts.parts.clear()
        elif local == "rPh":
            texts.begin_aid()

    def end(name: str) -> None:
        local = locals_[name]
        if local == "si":
            shared.append(texts.taken())
        elif local == "rPh":
            texts.end_aid()

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = texts.parts.append
    for _ in _pieces(archive, part, parser, lambda _percent: None):
        if len(shared) > _MOST_TEXTS:
            raise FileUnreadable("the workbook has more texts than a recipients' file can have cells")
    return shared


class _Locals(dict[str, str]):
    """The names of elements without their prefixes, each looked at once."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


class _Columns(dict[str, int]):
    """The places of columns by their letters, from 0; those that a recipients' file cannot have are all one."""

    def __missing__(self, letters: str) -> int:
        place = 0
        for letter in letters[:4]:
            if not "A" <= letter <= "Z":
                raise FileUnreadable(_DAMAGED)
            place = place * 26 + ord(letter) - ord("A") + 1
        place = self[letters] = min(place - 1, MOST_COLUMNS)
        return place


class _Sheet:
    """The rows of a worksheet as its parser comes by them; whoever takes them empties ``rows``.

    Its handlers are called four times a cell, which is most of the time that a file takes: so they are few and flat.
    """

    def __init__(self, shared: list[str]) -> None:
        self.rows: list[SheetRow] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._shared = shared
        self._locals = _Locals()
        self._columns = _Columns()
        self._texts = _Texts()
        self.parser.CharacterDataHandler = self._texts.parts.append
        self._cells: list[Cell] = []
        self._number = 0
        self._column = -1
        self._type = "n"
        self._is_formula = False

    def _start(self, name: str, attributes: Attributes) -> None:
        local = self._locals[name]
        if local == "c":
            place = attributes.get("r")
            self._column = self._column + 1 if place is None else self._columns[place.rstrip("0123456789")]
            self._type = attributes.get("t", "n")
            self._is_formula = False
            self._texts.parts.clear()
        elif local == "row":
            self._begin_row(attributes.get("r"))
        elif local == "f":
            self._is_formula = True
        elif local == "rPh":
            self._texts.begin_aid()

    def _end(self, name: str) -> None:
        local = self._locals[name]
        if local == "c":
            if self._texts.parts or self._is_formula:
                self._end_cell()
        elif local == "row":
            if self._cells:
                self.rows.append(SheetRow(self._number, self._cells))
        elif local == "rPh":
            self._texts.end_aid()

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not _ROW.fullmatch(number):
            raise FileUnreadable(_DAMAGED)
        before, self._number = self._number, self._number + 1 if number is None else int(number)
        if self._number <= before:
            raise FileUnreadable(_DAMAGED)
        self._cells = []
        self._column = -1

    def _end_cell(self) -> None:
        cell = self._cell()
        if cell == "":
            return
        if not 0 <= self._column < MOST_COLUMNS:
            raise FileUnreadable(f"more than {MOST_COLUMNS} columns", self._number)
        while len(self._cells) < self._column:
            self._cells.append("")
        self._cells[self._column :] = [cell]

    def _cell(self) -> Cell:
        """What the cell holds, by its type (ECMA-376, ST_CellType); a formula is one whatever came out of it."""
        if self._is_formula:
            return NotText.FORMULA
        text, kind = self._texts.taken(), self._type
        if kind == "s":
            if not _INDEX.fullmatch(text) or (index := int(text)) >= len(self._shared):
                raise FileUnreadable(_DAMAGED, self._number)
            return self._shared[index]
        return text if kind in ("inlineStr", "str") or not text else _NOT_TEXT.get(kind, NotText.ERROR)


def _rows(archive: zipfile.ZipFile, part: str, shared: list[str], percent: Percent) -> Iterator[SheetRow]:
    sheet = _Sheet(shared)
    for _ in _pieces(archive, part, sheet.parser, percent):
        yield from sheet.rows
        sheet.rows.clear()
