"""Business days: closing and sealing them, and the seals."""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Path

from florin.api import management_examples as examples
from florin.api.failures import invalid_field
from florin.api.fields import ProgrammeId
from florin.api.given import TheAuthor, TheHouse, ThePage
from florin.api.ledger.ledger_routes import PROVING
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View, next_cursor
from florin.domain.declines import Decline
from florin.domain.paging import decode_sequence
from florin.domain.scopes import Scope
from florin.reconciliation.seal_day import BookNotProvenError, DayNotOverError, close_and_seal
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


class SealedDayView(View):
    """A day that was sealed just now."""

    business_date: date
    transfers: int
    seal: str


class DayCloseView(View):
    """The days that were closed and sealed now; fewer, or none, when an earlier close got so far already."""

    closed: list[date]
    sealed: list[SealedDayView]


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
    return ClosedDayPage(
        items=[_day_view(each) for each in found.items], next_cursor=next_cursor(_LIST, found.next_after)
    )


@ROUTES.post(
    "/v1/programmes/{programme_id}/days/{business_date}/close",
    allows=Scope.DAYS_CLOSE,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.DAY_NOT_OVER, Decline.BOOK_NOT_PROVEN),
    example=examples.DAY_CLOSE,
)
async def close_day(
    programme_id: ProgrammeId,
    business_date: Annotated[str, Path(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$")],
    house: TheHouse,
    configuration: TheConfiguration,
    author: TheAuthor,
) -> DayCloseView:
    """Close every open day up to this one, prove the book, and seal them. A close that failed is simply asked again."""
    programme = configuration.programme(programme_id)
    with PROVING.turn():
        try:
            done = await close_and_seal(house.pool, programme, _date("business_date", business_date), author)
        except DayNotOverError:
            raise Refused(Decline.DAY_NOT_OVER) from None
        except BookNotProvenError:
            raise Refused(Decline.BOOK_NOT_PROVEN) from None
    sealed = [
        SealedDayView(business_date=each.business_date, transfers=each.transfers, seal=each.seal.hex())
        for each in done.sealed
    ]
    return DayCloseView(closed=list(done.closed), sealed=sealed)


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid_field(field, "not a date") from None


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
