"""Every report that there is, and the doors' one way to them."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from florin.documents.report_json import report_json
from florin.documents.report_sheet import report_workbook
from florin.domain.programme import Programme
from florin.domain.report import Report, words
from florin.reconciliation.reports import (
    break_ageing,
    breakage_estimate,
    custody_ratio,
    liability_roll_forward,
    merchant_ageing,
    outstanding,
    quarterly_return,
    trial_balance,
)
from florin.reconciliation.reports.asked import Asked, ReportKind, Span
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot

_ALL: Final = (
    trial_balance.KIND,
    liability_roll_forward.KIND,
    outstanding.KIND,
    custody_ratio.KIND,
    quarterly_return.KIND,
    merchant_ageing.KIND,
    break_ageing.KIND,
    breakage_estimate.KIND,
)
REPORTS: Final[Mapping[str, ReportKind]] = MappingProxyType({each.name: each for each in _ALL})
"""By name, in the order in which they are listed."""


def kinds_view() -> list[dict[str, Any]]:
    """The reports that there are, as they are shown."""
    return [
        {
            "name": each.name,
            "title": f"{each.chinese} {words(each.name)}",
            "says": each.says,
            "span": each.span,
            "each_day": each.each_day,
        }
        for each in _ALL
    ]


async def read_report(pool: Pool, kind: ReportKind, asked: Asked) -> Report:
    """One report, read from one snapshot of the book. ``asked`` comes from ``kind.asked``."""
    async with one_snapshot(pool) as connection:
        return await kind.read(connection, asked)


async def day_reports(pool: Pool, programme: Programme, business_date: date) -> tuple[tuple[str, bytes], ...]:
    """The reports that are kept with the close of a day: names of files and their bytes, all from one snapshot.

    The same book gives the same bytes. What happened is told of that day alone, how things stand of its end.
    """
    async with one_snapshot(pool) as connection:
        reports = [
            await kind.read(connection, Asked(programme, business_date, _since(kind, business_date)))
            for kind in _ALL
            if kind.each_day
        ]
    return tuple(
        file
        for report in reports
        for file in ((f"{report.name}.json", report_json(report)), (f"{report.name}.xlsx", report_workbook(report)))
    )


def _since(kind: ReportKind, business_date: date) -> date | None:
    return business_date if kind.span is Span.DAYS else None
