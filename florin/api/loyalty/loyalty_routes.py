"""The signed-in member's tier, points and vouchers."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from florin.api.callers import Audience
from florin.api.fields import Choice, Fields, JournalId, VoucherId
from florin.api.given import Now, TheHouse, ThePage, TheSession, TheVisitor
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered
from florin.api.loyalty import loyalty_examples as examples
from florin.api.loyalty.loyalty_answers import PointsExchanged, VoucherUsed
from florin.api.management_examples import page_of
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, next_cursor
from florin.clearing.loyalty.exchange_points import ExchangePoints, exchange_points
from florin.clearing.loyalty.use_voucher import UseVoucher, use_voucher
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import terms_on
from florin.domain.paging import decode_sequence
from florin.domain.points import MOST_POINTS, end_of_month
from florin.domain.vouchers import Voucher, VoucherStatus
from florin.storage.book.statements import statement
from florin.storage.loyalty.loyalty_terms import terms_of_programme
from florin.storage.loyalty.personal_tiers import tier_of_member
from florin.storage.loyalty.points import earned_by_member, points_of
from florin.storage.loyalty.vouchers import vouchers_of

ROUTES = Routes("The member's own")

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


class ExchangeFields(Fields, example=examples.EXCHANGE):
    """How many points are given; the programme's terms say for what."""

    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]


class VoucherUseFields(Fields, example=examples.USE):
    """Which voucher becomes bonus."""

    voucher_id: VoucherId


@ROUTES.get("/v1/me/tier", allows=Audience.MEMBER, problems=(Decline.MEMBER_NOT_FOUND,), example=examples.TIER)
async def read_my_tier(session: TheSession, house: TheHouse) -> MemberTierView:
    """Show the member's tier and what it is reached by."""
    found = await tier_of_member(house.pool, session.member_id)
    if found is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    unit = (await house.engine.current_catalogue()).programmes[session.programme_id].unit
    return MemberTierView(
        name=found.name,
        price_basis_points=found.price_basis_points,
        spent=amount_view(found.spent_minor, unit),
    )


@ROUTES.get("/v1/me/points", allows=Audience.MEMBER, example=examples.POINTS)
async def read_my_points(session: TheSession, house: TheHouse, now: Now) -> PointsView:
    """Show how many points the member has."""
    catalogue = await house.engine.current_catalogue()
    today = catalogue.programmes[session.programme_id].business_date(now)
    month, year = today.replace(day=1), date(today.year, 1, 1)
    return PointsView(
        balance=await points_of(house.pool, session.member_id),
        this_month=await earned_by_member(house.pool, session.member_id, month, end_of_month(today)),
        this_year=await earned_by_member(house.pool, session.member_id, year, date(today.year, 12, 31)),
    )


@ROUTES.get("/v1/me/points/statement", allows=Audience.MEMBER, example=page_of(examples.POINTS_LINE))
async def read_points_statement(session: TheSession, house: TheHouse, page: ThePage) -> PointsPage:
    """List how the member's points came and went, the latest first."""
    after = None if page.cursor is None else decode_sequence(_STATEMENT, page.cursor)
    found = await statement(house.pool, session.member_id, AccountCode.POINTS, page.limit, after)
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


@ROUTES.post(
    "/v1/me/points/exchanges",
    allows=Audience.MEMBER,
    status=201,
    problems=(*KEY_PROBLEMS, Decline.MEMBER_NOT_ACTIVE, Decline.LOYALTY_NOT_OFFERED, Decline.POINTS_NOT_ENOUGH),
    answers=PointsExchanged,
    example=examples.EXCHANGED,
)
async def exchange(
    fields: ExchangeFields, session: TheSession, visitor: TheVisitor, house: TheHouse, now: Now, key: TheKey
) -> Response:
    """Exchange points for the voucher that the programme offers for just so many."""
    programme = (await house.engine.current_catalogue()).programmes[session.programme_id]
    terms = terms_on(await terms_of_programme(house.pool, programme.id), programme.business_date(now))
    request = exchange_points(house, visitor.caller, key, ExchangePoints(fields.points), terms)
    return answered(await house.engine.submit(request), 201)


@ROUTES.get("/v1/me/vouchers", allows=Audience.MEMBER, example=page_of(examples.VOUCHER))
async def list_my_vouchers(session: TheSession, house: TheHouse, page: ThePage) -> VoucherPage:
    """List the member's vouchers, the latest first."""
    unit = (await house.engine.current_catalogue()).programmes[session.programme_id].unit
    after = page.last_seen(_VOUCHERS)
    found = await vouchers_of(house.pool, session.member_id, page.limit, after)
    return VoucherPage(
        items=[_view(each, unit) for each in found.items], next_cursor=next_cursor(_VOUCHERS, found.next_after)
    )


@ROUTES.post(
    "/v1/me/vouchers/uses",
    allows=Audience.MEMBER,
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.VOUCHER_NOT_FOUND,
        Decline.VOUCHER_NOT_USABLE,
        Decline.LIMIT_EXCEEDED,
        Decline.REAL_NAME_REQUIRED,
    ),
    answers=VoucherUsed,
    example=examples.USED,
)
async def use(fields: VoucherUseFields, visitor: TheVisitor, house: TheHouse, key: TheKey) -> Response:
    """Turn a voucher into bonus in the wallet, whole and once."""
    request = use_voucher(house, visitor.caller, key, UseVoucher(fields.voucher_id))
    return answered(await house.engine.submit(request), 201)


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
