"""Elements of XML files, kept one part at a time: as much of a file as is being looked at, and no more.

Declarations of document types are refused, and with them every entity that could be made to grow or to fetch something.
"""

from collections.abc import Iterator
from typing import IO, Final, NoReturn
from xml.parsers import expat

from florin.domain.statement_file import FileProblem, ProblemCode

MOST_ELEMENTS: Final = 500_000
"""How many elements a part has at most: an entry of tens of thousands of details."""

_BLOCK_BYTES: Final = 1 << 14
LONGEST_TEXT: Final = 10_000
DEEPEST: Final = 64


class Element:
    """An element without its namespace: its text, attributes and children, and the line where it begins."""

    __slots__ = ("attributes", "children", "line_number", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line_number: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line_number = line_number
        self.text = ""
        self.children: list[Element] = []

    def child(self, path: str) -> "Element | None":
        """The first element at a path of names below this one."""
        return next(self.all(path), None)

    def all(self, path: str) -> "Iterator[Element]":
        """Every element at a path of names below this one."""
        name, _, rest = path.partition("/")
        for each in self.children:
            if each.tag == name:
                if rest:
                    yield from each.all(rest)
                else:
                    yield each

    def text_at(self, *paths: str) -> str:
        """The text at the first path that has one; empty where none has."""
        return next((found.text for path in paths for found in self.all(path) if found.text), "")


def read_elements(stream: IO[bytes], parent: str, root: str, kept: frozenset[str]) -> Iterator[Element]:
    """The children of each ``parent`` that have a kept name, as they end, then that parent's end, at last the root's.

    Raises:
        FileProblem: no well-formed XML, one with a document type, or a part that is too large.
    """
    elements = _Elements(parent, root, kept)
    try:
        while block := stream.read(_BLOCK_BYTES):
            elements.feed(block, is_last=False)
            yield from elements.ended()
        elements.feed(b"", is_last=True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        what = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "an encoding that is unknown"
        raise FileProblem(ProblemCode.UNREADABLE, elements.line_number, f"not well-formed XML: {what}") from None
    yield from elements.ended()


class _Elements:
    """What a parser tells of a file, and the part of it that is open."""

    def __init__(self, parent: str, root: str, kept: frozenset[str]) -> None:
        self._parent = parent
        self._ends = frozenset({parent, root})
        self._kept = kept
        self._open: list[Element] = []
        self._depth_kept = 0
        self._elements = 0
        self._ended: list[Element] = []
        self._text: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._data
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type

    @property
    def line_number(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, block: bytes, *, is_last: bool) -> None:
        self._parser.Parse(block, is_last)

    def ended(self) -> list[Element]:
        """The parts that have ended since this was last asked."""
        ended, self._ended = self._ended, []
        return ended

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag.rpartition("}")[2], attributes, self.line_number)
        above = self._open[-1] if self._open else None
        if len(self._open) == DEEPEST:
            raise self._too_much(f"elements in elements, more than {DEEPEST} deep")
        if self._depth_kept and above is not None:
            above.children.append(element)
            self._depth_kept += 1
            self._elements += 1
            if self._elements > MOST_ELEMENTS:
                raise self._too_much(f"an entry of more than {MOST_ELEMENTS} elements")
        elif above is not None and above.tag == self._parent and element.tag in self._kept:
            self._depth_kept = self._elements = 1
        self._open.append(element)
        self._text, self._length = [], 0

    def _data(self, text: str) -> None:
        if self._depth_kept:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise self._too_much(f"a text of more than {LONGEST_TEXT} characters")
            self._text.append(text)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        if self._depth_kept:
            if not element.children:
                element.text = "".join(self._text).strip()
            self._depth_kept -= 1
            if self._depth_kept == 0:
                self._ended.append(element)
        elif element.tag in self._ends:
            self._ended.append(element)

    def _refuse_document_type(self, *_: object) -> NoReturn:
        raise FileProblem(ProblemCode.UNREADABLE, self.line_number, "XML with a document type, which no statement has")

    def _too_much(self, what: str) -> FileProblem:
        return FileProblem(ProblemCode.OUT_OF_BOUNDS, self.line_number, what)
