"""Business days that are closed, and their seals."""

from datetime import date, datetime
from typing import Final

from florin.api import management_examples as examples
from florin.api.failures import invalid_field
from florin.api.fields import ProgrammeId
from florin.api.given import TheHouse, ThePage
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View, listed
from florin.domain.declines import Decline
from florin.domain.paging import decode_sequence
from florin.domain.scopes import Scope
from florin.storage.book.business_days import ClosedDay, closed_days

ROUTES = Routes("The book")

_LIST: Final = "days"
_LATEST: Final = date(9999, 1, 1)


class ClosedDayView(View):
    """A day that no posting can join any more; its seal is missing until it has been sealed. Hashes in hexadecimal."""

    business_date: date
    closed_at: datetime
    transfers: int | None
    merkle_root: str | None
    previous_seal: str | None
    seal: str | None
    sealed_at: datetime | None


class ClosedDayPage(View):
    """Some closed days, and the cursor of the earlier ones."""

    items: list[ClosedDayView]
    next_cursor: str | None


@ROUTES.get(
    "/v1/programmes/{programme_id}/days",
    allows=Scope.LEDGER_READ,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.page_of(examples.CLOSED_DAY),
)
async def list_days(
    programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration, page: ThePage
) -> ClosedDayPage:
    """List a programme's closed days with their seals, the latest first."""
    programme = configuration.programme(programme_id)
    found = await closed_days(house.pool, programme.id, page.limit, _date_before(page.cursor))
    return ClosedDayPage(**listed(_LIST, found, _day_view))


def _date_before(cursor: str | None) -> date | None:
    if cursor is None:
        return None
    ordinal = decode_sequence(_LIST, cursor)
    if not 1 <= ordinal <= _LATEST.toordinal():
        raise invalid_field("cursor", "not a cursor of this list")
    return date.fromordinal(ordinal)


def _day_view(day: ClosedDay) -> ClosedDayView:
    return ClosedDayView(
        business_date=day.business_date,
        closed_at=day.closed_at,
        transfers=day.transfers,
        merkle_root=_hex(day.merkle_root),
        previous_seal=_hex(day.previous_seal),
        seal=_hex(day.seal),
        sealed_at=day.sealed_at,
    )


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()
