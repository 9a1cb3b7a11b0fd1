"""A member's tier, points and vouchers for customer service."""

from typing import Final

from florin.api.fields import MemberId
from florin.api.given import Now, TheHouse, ThePage
from florin.api.loyalty import loyalty_examples as examples
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
from florin.api.members.served_member import SERVING, served
from florin.api.routes import Routes
from florin.domain.declines import Decline

ROUTES = Routes("Members")

_MEMBER: Final = "/v1/members/{member_id}"
_NOT_FOUND: Final = (Decline.MEMBER_NOT_FOUND,)


@ROUTES.get(_MEMBER + "/tier", allows=SERVING, problems=_NOT_FOUND, example=examples.TIER)
async def read_members_tier(member_id: MemberId, house: TheHouse) -> MemberTierView:
    """Show a member's tier and what it is reached by."""
    return await tier_view(house, member_id, (await served(house, member_id)).programme_id)


@ROUTES.get(_MEMBER + "/points", allows=SERVING, problems=_NOT_FOUND, example=examples.POINTS)
async def read_members_points(member_id: MemberId, house: TheHouse, now: Now) -> PointsView:
    """Show how many points a member has."""
    return await points_view(house, member_id, (await served(house, member_id)).programme_id, now)


@ROUTES.get(_MEMBER + "/points/statement", allows=SERVING, problems=_NOT_FOUND, example=page_of(examples.POINTS_LINE))
async def read_members_points_statement(member_id: MemberId, house: TheHouse, page: ThePage) -> PointsPage:
    """List how a member's points came and went, the latest first."""
    await served(house, member_id)
    return await points_page(house, member_id, page)


@ROUTES.get(_MEMBER + "/vouchers", allows=SERVING, problems=_NOT_FOUND, example=page_of(examples.VOUCHER))
async def list_members_vouchers(member_id: MemberId, house: TheHouse, page: ThePage) -> VoucherPage:
    """List a member's vouchers, the latest first."""
    return await vouchers_page(house, member_id, (await served(house, member_id)).programme_id, page)
