"""The reports of closed days as they were archived with the close: with their digests, and byte for byte."""

from typing import Annotated, Final

from fastapi import Path, Query
from starlette.responses import Response

from florin.api import management_examples as examples
from florin.api.fields import ProgrammeId
from florin.api.files import answers_file, attachment
from florin.api.given import TheHouse, accepted
from florin.api.ledger.day_close_routes import READERS, TheDay, day_of
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View
from florin.domain.declines import Decline
from florin.reconciliation.day_close.archived_report import XLSX, archived_report, media_type_of
from florin.reconciliation.day_close.views import report_view
from florin.storage.day_close.day_reports import reports_of_day

ROUTES = Routes("Reports")

_REPORTS: Final = "/v1/programmes/{programme_id}/days/{business_date}/reports"
_LATEST_EDITION: Final = 2**15 - 1  # of a smallint

TheName = Annotated[str, Path(pattern=r"^[a-z_]{1,60}\.(json|xlsx)$", description="As the list has it.")]
TheEdition = Annotated[
    int | None, Query(ge=1, le=_LATEST_EDITION, description="Which edition of a reopened day; the latest when absent.")
]


class DayReportView(View):
    """An archived report: its edition is one more than how often the day had been reopened; SHA-256 in hexadecimal."""

    name: str
    edition: int
    media_type: str
    size_bytes: int
    sha256: str


class DayReportsView(View):
    """What is archived of a day, the latest edition first; nothing before the day is sealed."""

    items: list[DayReportView]


@ROUTES.get(_REPORTS, allows=READERS, problems=(Decline.PROGRAMME_NOT_FOUND,), example=examples.DAY_REPORTS)
async def list_day_reports(
    programme_id: ProgrammeId, business_date: TheDay, house: TheHouse, configuration: TheConfiguration
) -> DayReportsView:
    """List the reports that were archived when a day was closed, with their digests."""
    programme = configuration.programme(programme_id)
    found = await reports_of_day(house.pool, programme.id, day_of(business_date))
    return DayReportsView(items=[DayReportView(**report_view(each)) for each in found])


@ROUTES.get(
    _REPORTS + "/{report_name}",
    allows=READERS,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.DAY_REPORT_NOT_FOUND),
    **answers_file({"application/json": '{"report": "trial_balance", ...}', XLSX: "PK..."}),
)
async def fetch_day_report(
    programme_id: ProgrammeId,
    business_date: TheDay,
    report_name: TheName,
    house: TheHouse,
    configuration: TheConfiguration,
    edition: TheEdition = None,
) -> Response:
    """Fetch a report as it was archived: the bytes whose digest the list has, whatever the book says since."""
    programme = configuration.programme(programme_id)
    day = day_of(business_date)
    report, content = accepted(await archived_report(house, programme.id, day, report_name, edition))
    headers = attachment(f"{programme.code}-{day}-{report.edition}-{report.name}")
    return Response(content, media_type=media_type_of(report), headers=headers)
