"""A report as pages for people, in Chinese and English; the same report is always the same bytes."""

from datetime import UTC, datetime
from typing import Final

from florin.documents.pages import Document
from florin.documents.report_cells import check_row, told
from florin.domain.report import Kind, Report, Section

MOST_ROWS: Final = 200
"""Nobody reads more of a table on paper: how many there are is said, and the other forms have them all."""

_UPRIGHT_COLUMNS: Final = 5
_WORDS: Final = 3
_FIGURES: Final = 2


def report_pages(report: Report) -> bytes:
    """The report as a PDF."""
    made_at = datetime.combine(report.through, datetime.min.time(), UTC)
    widest = max((len(each.columns) for each in report.sections), default=0)
    document = Document(report.title, made_at, landscape=widest > _UPRIGHT_COLUMNS)
    since = [] if report.since is None else [("自 Since", report.since.isoformat())]
    document.facts(
        [
            ("项目 Programme", report.programme),
            *since,
            ("至 Through", report.through.isoformat()),
            *((column.heading, told(column.kind, cell, report.currency)) for column, cell in report.facts),
        ]
    )
    if report.alarms:
        document.facts([("警示 Alarm", each) for each in report.alarms])
    for section in report.sections:
        _table(document, section, report.currency)
    if report.checks:
        document.heading("核对 Checks")
        rows = [check_row(each, report.currency) for each in report.checks]
        document.columns(
            ["核对 check", "应为 expected", "实为 found", "结果 result"],
            (6, 3, 3, 2),
            ("LEFT", "RIGHT", "RIGHT", "LEFT"),
            rows,
        )
    document.notes(report.notes)
    return document.content()


def _table(document: Document, section: Section, currency: str) -> None:
    document.heading(section.heading)
    kinds = [each.kind for each in section.columns]
    rows = [
        [told(kind, cell, currency) for kind, cell in zip(kinds, row, strict=True)]
        for row in (*section.rows[:MOST_ROWS], *section.totals)
    ]
    widths = tuple(_WORDS if kind is Kind.TEXT else _FIGURES for kind in kinds)
    sides = tuple("LEFT" if kind is Kind.TEXT else "RIGHT" for kind in kinds)
    document.columns([each.heading for each in section.columns], widths, sides, rows)
    left = len(section.rows) - MOST_ROWS
    if left > 0:
        document.notes([f"另有 {left} 行见电子表格。 {left} more rows are in the other forms."])
