"""Documents for people: PDF pages in a font that has Chinese characters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from pylopdf_fonts_zh_cn import sans_path

FONT: Final = "Noto Sans SC"
BODY_POINTS: Final = 9
TITLE_POINTS: Final = 16
LINE_MM: Final = 6

# The font has one weight, so headings stand out by their ground.
_HEADINGS: Final = FontFace(fill_color=(230, 230, 230))


class Document(FPDF):
    """A document on A4 with a title; every page says which it is. Only the characters that are used are embedded."""

    def __init__(self, title: str, made_at: datetime, orientation: str = "portrait") -> None:
        """Begin the first page. ``made_at`` is the time that the document says it is from."""
        super().__init__(orientation=orientation, unit="mm", format="A4")
        self.add_font(FONT, fname=str(sans_path()))
        self.set_title(title)
        self.set_creation_date(made_at)
        self.alias_nb_pages()
        self.add_page()
        self.set_font(FONT, size=TITLE_POINTS)
        self.line_of_text(title, LINE_MM * 2)
        self.set_font(FONT, size=BODY_POINTS)

    def footer(self) -> None:
        """Number the page."""
        self.set_y(-3 * LINE_MM)
        self.set_font(FONT, size=BODY_POINTS)
        self.cell(0, LINE_MM, f"{self.page_no()} / {{nb}}", align="C")

    def line_of_text(self, text: str, height_mm: int = LINE_MM) -> None:
        """Write a text, in as many lines as it needs."""
        self.multi_cell(0, height_mm, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write what is told of the document's subject, a line each: its name, and what it is."""
        for name, value in facts:
            self.line_of_text(f"{name}: {value}")
        self.ln(LINE_MM)

    def table_of(self, columns: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; widths are shares of the page's. The headings are repeated on every page."""
        with self.table(
            col_widths=tuple(widths), line_height=LINE_MM, text_align="LEFT", headings_style=_HEADINGS
        ) as table:
            for row in (columns, *rows):
                table.row(row)
        self.ln(LINE_MM)

    def content(self) -> bytes:
        """The finished document."""
        return bytes(self.output())
