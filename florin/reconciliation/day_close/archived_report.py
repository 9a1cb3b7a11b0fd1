"""Reading a report of a closed day as it was archived: the very bytes, of the latest edition or of an earlier one."""

from datetime import date
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.documents.report_json import MEDIA_TYPE as JSON
from florin.documents.sheets import MEDIA_TYPES, SheetForm
from florin.domain.declines import Decline
from florin.storage.day_close.day_reports import DayReport, content_of, reports_of_day

XLSX: Final = MEDIA_TYPES[SheetForm.XLSX]


def media_type_of(report: DayReport) -> str:
    """What the bytes of an archived report are."""
    return XLSX if report.name.endswith(f".{SheetForm.XLSX}") else JSON


async def archived_report(
    house: ClearingHouse, programme_id: UUID, business_date: date, name: str, edition: int | None
) -> tuple[DayReport, bytes] | Decline:
    """An archived report with its bytes; without ``edition`` the latest that there is. ``day_report_not_found``."""
    for report in await reports_of_day(house.pool, programme_id, business_date):
        if report.name == name and edition in (None, report.edition):
            return report, await content_of(house.pool, house.vault.day_reports, report)
    return Decline.DAY_REPORT_NOT_FOUND
