"""Reports: which there are, and each of any programme and business day, as JSON, workbook or pages."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.callers import People
from florin.api.fair_turns import FairTurns
from florin.api.fields import Choice, Day, ProgrammeId
from florin.api.files import answers_file, attachment, parts_of, written_whole
from florin.api.given import TheHouse, TheVisitor
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.reports import answers, examples
from florin.api.routes import Routes
from florin.documents.pages import MEDIA_TYPE as PDF
from florin.documents.report_json import report_value
from florin.documents.report_pages import report_pages
from florin.documents.report_sheet import report_workbook
from florin.documents.sheets import MEDIA_TYPES, SheetForm
from florin.domain.declines import Decline
from florin.domain.people import READERS_OF_MONEY, Actor
from florin.domain.report import Report
from florin.domain.scopes import Scope
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, asked_days
from florin.reconciliation.reports.journal_export import write_journals
from florin.reconciliation.reports.registry import REPORTS, kinds_view, read_report
from florin.storage.connect import Pool

ROUTES = Routes("Reports")

READERS: Final = People(READERS_OF_MONEY, scope=Scope.LEDGER_READ)

_READING: Final = FairTurns("other reports are being read")
"""A report can read every account of a programme."""


class ReportFile(StrEnum):
    """As which file a report is fetched."""

    XLSX = auto()
    PDF = auto()


_WRITERS: Final[Mapping[ReportFile, tuple[Callable[[Report], bytes], str]]] = {
    ReportFile.XLSX: (report_workbook, MEDIA_TYPES[SheetForm.XLSX]),
    ReportFile.PDF: (report_pages, PDF),
}

OfProgramme = Annotated[ProgrammeId, Query(description="Whose book.")]
Through = Annotated[Day, Query(description="The last business day that counts, or any day of the quarter.")]
Since = Annotated[
    Day | None, Query(description="The first business day that counts, of a report of days; all when absent.")
]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which report, of whom and of which days; and the report, read when it is one's turn."""

    kind: ReportKind
    asked: Asked
    pool: Pool
    who: Actor | UUID
    request: Request

    async def answer(self) -> Report:
        """The report, from one snapshot of the book."""
        async with _READING.turn(self.who, self.request):
            return await read_report(self.pool, self.kind, self.asked)


async def _question(
    report: Annotated[ReportName, Choice],
    request: Request,
    visitor: TheVisitor,
    house: TheHouse,
    configuration: TheConfiguration,
    programme_id: OfProgramme,
    through: Through,
    since: Since = None,
) -> Question:
    kind = REPORTS[report]
    asked = kind.asked(configuration.programme(programme_id), since, through)
    return Question(kind, asked, house.pool, visitor.actor or visitor.caller.id, request)


TheQuestion = Annotated[Question, Depends(_question)]


@ROUTES.get("/v1/reports", allows=READERS, answers=answers.ReportKinds, example={"items": [examples.KIND]})
async def list_reports() -> dict[str, Any]:
    """List the reports that there are."""
    return {"items": kinds_view()}


@ROUTES.get(
    "/v1/reports/{report}",
    allows=READERS,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    answers=answers.ReportAnswer,
    example=examples.REPORT,
)
async def show_report(question: TheQuestion) -> dict[str, Any]:
    """Show a report, with the checks by which it ties to the book."""
    return report_value(await question.answer())


@ROUTES.get(
    "/v1/journal-export",
    allows=READERS,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    **answers_file({MEDIA_TYPES[SheetForm.CSV]: "business_date,journal,line,event,..."}),
)
async def export_journals(
    request: Request,
    visitor: TheVisitor,
    house: TheHouse,
    configuration: TheConfiguration,
    programme_id: OfProgramme,
    through: Through,
    since: Since = None,
) -> StreamingResponse:
    """Export the journals of some business days for an ERP: one line a side of each transfer, in columns that stay."""
    programme = configuration.programme(programme_id)
    asked = asked_days(programme, since, through)
    async with written_whole() as file, _READING.turn(visitor.actor or visitor.caller.id, request):
        await write_journals(house.pool, asked, file)
    headers = attachment(f"{programme.code}-journals-{asked.through}.csv")
    return StreamingResponse(parts_of(file), media_type=MEDIA_TYPES[SheetForm.CSV], headers=headers)


@ROUTES.get(
    "/v1/reports/{report}/{form}",
    allows=READERS,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    **answers_file({MEDIA_TYPES[SheetForm.XLSX]: "PK...", PDF: "%PDF-1.7 ..."}),
)
async def fetch_report(question: TheQuestion, form: Annotated[ReportFile, Choice]) -> Response:
    """Fetch a report as a workbook or as pages in Chinese and English; the same book gives the same bytes."""
    write, media_type = _WRITERS[form]
    content = await asyncio.to_thread(write, await question.answer())
    asked = question.asked
    headers = attachment(f"{asked.programme.code}-{question.kind.name}-{asked.through}.{form}")
    return Response(content, media_type=media_type, headers=headers)
