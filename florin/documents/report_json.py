"""A report as JSON: names for programs, amounts in minor units with their unit, ratios in whole basis points.

The same report is always the same bytes.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from florin.domain.report import Cell, Check, Column, Money, Report, Row, Section

MEDIA_TYPE: Final = "application/json"


def report_json(report: Report) -> bytes:
    """The report as it stands in a file of its own."""
    return json.dumps(report_value(report), ensure_ascii=False, indent=1).encode() + b"\n"


def report_value(report: Report) -> dict[str, Any]:
    """The report as JSON knows values."""
    return {
        "report": report.name,
        "title": report.title,
        "programme": report.programme,
        "currency": report.currency,
        "since": _plain(report.since),
        "through": report.through.isoformat(),
        "facts": [{**_column(column), "value": _plain(cell)} for column, cell in report.facts],
        "sections": [_section(each) for each in report.sections],
        "checks": [_check(each) for each in report.checks],
        "holds": report.holds,
        "alarms": list(report.alarms),
        "notes": list(report.notes),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.heading,
        "columns": [_column(each) for each in section.columns],
        "rows": [_row(section, each) for each in section.rows],
        "totals": [_row(section, each) for each in section.totals],
    }


def _row(section: Section, row: Row) -> Mapping[str, Any]:
    return {column.name: _plain(cell) for column, cell in zip(section.columns, row, strict=True)}


def _column(column: Column) -> dict[str, Any]:
    return {"name": column.name, "title": column.heading, "kind": column.kind}


def _check(check: Check) -> dict[str, Any]:
    return {
        "says": check.says,
        "expected": _plain(check.expected),
        "found": _plain(check.found),
        "holds": check.holds,
    }


def _plain(cell: Cell) -> Any:  # noqa: ANN401 (as above)
    match cell:
        case Money(amount_minor, unit):
            return {"amount": amount_minor, "currency": unit}
        case date():
            return cell.isoformat()
        case _:
            return cell
