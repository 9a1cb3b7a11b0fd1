"""A member's tier, points and vouchers as they are shown: to the member, and to customer service."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from florin.api.fields import Choice, JournalId, VoucherId
from florin.api.given import PageWanted
from florin.api.problems.document import Refused
from florin.api.views import AmountView, View, amount_view, next_cursor
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.paging import decode_sequence
from florin.domain.points import end_of_month
from florin.domain.vouchers import Voucher, VoucherStatus
from florin.storage.book.statements import statement
from florin.storage.loyalty.personal_tiers import tier_of_member
from florin.storage.loyalty.points import earned_by_member, points_of
from florin.storage.loyalty.vouchers import vouchers_of

_STATEMENT: Final = "my-points"
_VOUCHERS: Final = "my-vouchers"


class MemberTierView(View):
    """The member's tier (null: none), what it pays of a price, and what it has paid and not got back."""

    name: str | None
    price_basis_points: int
    spent: AmountView


class PointsView(View):
    """How many points the member has, and what this month's and this year's closed days have earned."""

    balance: int
    this_month: int
    this_year: int


class PointsLineView(View):
    """One change of a member's points, negative where points went. `sequence` has no gaps."""

    sequence: int
    event: Annotated[Event, Choice]
    points: int
    balance_after: int
    posted_at: datetime
    journal_id: JournalId


class PointsPage(View):
    """Some lines, and the cursor of the older ones."""

    items: list[PointsLineView]
    next_cursor: str | None


class VoucherView(View):
    """A voucher: `cause` says what it was granted for, `expires_on` is the last day on which it is used."""

    id: VoucherId
    cause: str
    face: AmountView
    status: Annotated[VoucherStatus, Choice]
    expires_on: date
    granted_at: datetime
    ended_at: datetime | None


class VoucherPage(View):
    """Some vouchers, and the cursor of the older ones."""

    items: list[VoucherView]
    next_cursor: str | None


async def tier_view(house: ClearingHouse, member_id: UUID, programme_id: UUID) -> MemberTierView:
    """A member's tier and what it is reached by; `Refused` when there is no such member."""
    found = await tier_of_member(house.pool, member_id)
    if found is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    unit = (await house.engine.current_catalogue()).programmes[programme_id].unit
    return MemberTierView(
        name=found.name,
        price_basis_points=found.price_basis_points,
        spent=amount_view(found.spent_minor, unit),
    )


async def points_view(house: ClearingHouse, member_id: UUID, programme_id: UUID, now: datetime) -> PointsView:
    """How many points a member has."""
    catalogue = await house.engine.current_catalogue()
    today = catalogue.programmes[programme_id].business_date(now)
    month, year = today.replace(day=1), date(today.year, 1, 1)
    return PointsView(
        balance=await points_of(house.pool, member_id),
        this_month=await earned_by_member(house.pool, member_id, month, end_of_month(today)),
        this_year=await earned_by_member(house.pool, member_id, year, date(today.year, 12, 31)),
    )


async def points_page(house: ClearingHouse, member_id: UUID, page: PageWanted) -> PointsPage:
    """How a member's points came and went, the latest first."""
    after = None if page.cursor is None else decode_sequence(_STATEMENT, page.cursor)
    found = await statement(house.pool, member_id, AccountCode.POINTS, page.limit, after)
    items = [
        PointsLineView(
            sequence=each.sequence,
            event=Event(each.event),
            points=each.amount_minor,
            balance_after=each.balance_after_minor,
            posted_at=each.posted_at,
            journal_id=each.journal_id,
        )
        for each in found.items
    ]
    return PointsPage(items=items, next_cursor=next_cursor(_STATEMENT, found.next_after))


async def vouchers_page(house: ClearingHouse, member_id: UUID, programme_id: UUID, page: PageWanted) -> VoucherPage:
    """A member's vouchers, the latest first."""
    unit = (await house.engine.current_catalogue()).programmes[programme_id].unit
    found = await vouchers_of(house.pool, member_id, page.limit, page.last_seen(_VOUCHERS))
    items = [_view(each, unit) for each in found.items]
    return VoucherPage(items=items, next_cursor=next_cursor(_VOUCHERS, found.next_after))


def _view(voucher: Voucher, unit: str) -> VoucherView:
    return VoucherView(
        id=voucher.id,
        cause=voucher.cause,
        face=amount_view(voucher.face_minor, unit),
        status=voucher.status,
        expires_on=voucher.expires_on,
        granted_at=voucher.granted_at,
        ended_at=voucher.ended_at,
    )
