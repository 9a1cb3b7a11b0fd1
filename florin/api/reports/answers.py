"""A report as it is answered: figures by the names that its columns have."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart
from florin.domain.report import Kind
from florin.reconciliation.reports.asked import ReportName, Span


class Figure(AnswerPart):
    """An amount in minor units, in the programme's currency or in a unit of its own: `XPO` points, `XVO` vouchers."""

    amount: int
    currency: str


ReportCell = Figure | int | str | None
"""Dates are texts, as everywhere; ratios are whole basis points."""


class ReportColumn(AnswerPart):
    """A column: its name in the rows, its heading, and what its cells are."""

    name: str
    title: str
    kind: Kind


class ReportFact(ReportColumn):
    """A single figure of a report."""

    value: ReportCell


class ReportSection(AnswerPart):
    """A table of a report; `totals` are rows as well."""

    name: str
    title: str
    columns: list[ReportColumn]
    rows: list[dict[str, ReportCell]]
    totals: list[dict[str, ReportCell]]


class ReportCheck(AnswerPart):
    """Two figures from different places of the book that must be the same."""

    says: str
    expected: Figure | int
    found: Figure | int
    holds: bool


class ReportAnswer(AnswerPart):
    """A report. `since` is null where it tells how things stood at the end of `through`, or all from the first day."""

    report: ReportName
    title: str
    programme: str
    currency: str
    since: date | None
    through: date
    facts: list[ReportFact]
    sections: list[ReportSection]
    checks: list[ReportCheck]
    holds: Annotated[bool, Meta(description="Whether all checks do.")]
    alarms: Annotated[list[str], Meta(description="What somebody has to act on.")]
    notes: list[str]


class ReportKindAnswer(AnswerPart):
    """A report that can be asked for. `each_day`: it is kept with every close."""

    name: ReportName
    title: str
    says: str
    span: Span
    each_day: bool


class ReportKinds(AnswerPart):
    """All reports that there are."""

    items: list[ReportKindAnswer]
