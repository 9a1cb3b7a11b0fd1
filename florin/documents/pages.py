"""Documents for people: PDF pages on A4 in the one font that has Chinese characters, laid out alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace
from pylopdf_fonts_zh_cn import sans_path

MEDIA_TYPE: Final = "application/pdf"

_FONT: Final = "sans"
_TITLE_PT, _TEXT_PT, _SMALL_PT = 18, 10, 8
_LINE_MM, _GAP_MM, _LABEL_MM = 6, 5, 72
# The font has one weight, so headings stand out by their ground.
_RULED: Final = FontFace(fill_color=(238, 238, 238))


class Document(FPDF):
    """A document with a headline, whose pages are numbered; what does not fit on one goes on the next.

    Only the characters that are used are embedded, which takes about half a second of processor time.
    """

    def __init__(self, title: str, made_at: datetime, *, landscape: bool = False) -> None:
        """Begin the first page; ``made_at`` is when the document says that it was made."""
        super().__init__(orientation="landscape" if landscape else "portrait", format="A4")
        self.set_title(title)
        self.set_creation_date(made_at)
        self.add_font(_FONT, "", sans_path())
        self.add_page()
        self.set_font(_FONT, size=_TITLE_PT)
        self.cell(0, 2 * _LINE_MM, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(_FONT, size=_TEXT_PT)

    def footer(self) -> None:
        """Number the page."""
        self.set_y(-3 * _LINE_MM)
        self.set_font(_FONT, size=_SMALL_PT)
        self.cell(0, _LINE_MM, f"{self.page_no()} / {{nb}}", align="CENTER")

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Labels and what they are for, one below the other."""
        self.ln(_GAP_MM)
        for label, text in facts:
            self.cell(_LABEL_MM, _LINE_MM, label)
            self.multi_cell(0, _LINE_MM, text, align="LEFT", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def heading(self, text: str) -> None:
        """What the next table is about."""
        self.ln(_GAP_MM)
        self.cell(0, _LINE_MM, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def columns(
        self,
        headings: Sequence[str],
        widths: tuple[int, ...],
        alignments: tuple[str, ...],
        rows: Iterable[Sequence[str]],
    ) -> None:
        """A table under headings that every page repeats; widths are shares of the page's."""
        self.ln(_GAP_MM)
        with self.table(
            col_widths=widths,
            text_align=alignments,
            headings_style=_RULED,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=_LINE_MM,
        ) as table:
            for cells in (headings, *rows):
                table.row(cells)

    def notes(self, notes: Iterable[str]) -> None:
        """What else is to be said, in small print."""
        self.ln(_GAP_MM)
        self.set_font(_FONT, size=_SMALL_PT)
        for note in notes:
            self.multi_cell(0, _LINE_MM, note, align="LEFT", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(_FONT, size=_TEXT_PT)

    def content(self) -> bytes:
        """The finished document."""
        return bytes(self.output())
