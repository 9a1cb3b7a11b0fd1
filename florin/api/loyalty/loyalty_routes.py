"""The signed-in member's tier, points and vouchers."""

from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from florin.api.asking import TheMember, TheMemberOnce
from florin.api.callers import Audience
from florin.api.fields import Fields, VoucherId
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered
from florin.api.loyalty import loyalty_examples as examples
from florin.api.loyalty.loyalty_answers import PointsExchanged, VoucherUsed
from florin.api.loyalty.loyalty_views import (
    MemberTierView,
    PointsPage,
    PointsView,
    VoucherPage,
    points_page,
    points_view,
    tier_view,
    vouchers_page,
)
from florin.api.management_examples import page_of
from florin.api.routes import Routes
from florin.clearing.loyalty.exchange_points import ExchangePoints, exchange_points
from florin.clearing.loyalty.use_voucher import UseVoucher, use_voucher
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import terms_on
from florin.domain.points import MOST_POINTS
from florin.storage.loyalty.loyalty_terms import terms_of_programme

ROUTES = Routes("The member's own")

_STATEMENT: Final = "my-points"
_VOUCHERS: Final = "my-vouchers"


class ExchangeFields(Fields, example=examples.EXCHANGE):
    """How many points are given; the programme's terms say for what."""

    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]


class VoucherUseFields(Fields, example=examples.USE):
    """Which voucher becomes bonus."""

    voucher_id: VoucherId


@ROUTES.get("/v1/me/tier", allows=Audience.MEMBER, problems=(Decline.MEMBER_NOT_FOUND,), example=examples.TIER)
async def read_my_tier(member: TheMember) -> MemberTierView:
    """Show the member's tier and what it is reached by."""
    return await tier_view(member.house, member.who.member_id, member.who.programme_id)


@ROUTES.get("/v1/me/points", allows=Audience.MEMBER, example=examples.POINTS)
async def read_my_points(member: TheMember) -> PointsView:
    """Show how many points the member has."""
    return await points_view(member.house, member.who.member_id, member.who.programme_id, member.now)


@ROUTES.get("/v1/me/points/statement", allows=Audience.MEMBER, example=page_of(examples.POINTS_LINE))
async def read_points_statement(member: TheMember, page: ThePage) -> PointsPage:
    """List how the member's points came and went, the latest first."""
    return await points_page(member.house, member.who.member_id, page)


@ROUTES.post(
    "/v1/me/points/exchanges",
    allows=Audience.MEMBER,
    status=201,
    problems=(*KEY_PROBLEMS, Decline.MEMBER_NOT_ACTIVE, Decline.LOYALTY_NOT_OFFERED, Decline.POINTS_NOT_ENOUGH),
    answers=PointsExchanged,
    example=examples.EXCHANGED,
)
async def exchange(fields: ExchangeFields, member: TheMemberOnce, visitor: TheVisitor) -> Response:
    """Exchange points for the voucher that the programme offers for just so many."""
    programme = (await member.house.engine.current_catalogue()).programmes[member.who.programme_id]
    terms = terms_on(await terms_of_programme(member.house.pool, programme.id), programme.business_date(member.now))
    request = exchange_points(member.house, visitor.caller, member.key, ExchangePoints(fields.points), terms)
    return answered(await member.house.engine.submit(request), 201)


@ROUTES.get("/v1/me/vouchers", allows=Audience.MEMBER, example=page_of(examples.VOUCHER))
async def list_my_vouchers(member: TheMember, page: ThePage) -> VoucherPage:
    """List the member's vouchers, the latest first."""
    return await vouchers_page(member.house, member.who.member_id, member.who.programme_id, page)


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
