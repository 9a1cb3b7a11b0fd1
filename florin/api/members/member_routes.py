"""Members for their operator: finding one, and stopping, freeing and closing the account.

Contacts, names and documents stay sealed here: whoever serves a member by telephone does not need them on the screen.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from florin.api import management_examples as examples
from florin.api.callers import Visitor
from florin.api.fields import Fields, Line, MemberId, ProgrammeId
from florin.api.given import Now, TheHouse, ThePage, TheVisitor, posted
from florin.api.ledger.balance_views import required
from florin.api.ledger.statement_views import StatementPage, TheLot, statement_page
from florin.api.members.served_member import served
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.clearing.change_member import ChangeMemberCommand, change_member
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation, MemberStatus
from florin.domain.purchase import OwnerKind
from florin.domain.scopes import Scope
from florin.domain.sign_in_names import normalise_user_name
from florin.storage.book.statements import balances_of
from florin.storage.members.members import SealedProfile, member_named

ROUTES = Routes("Members")

_NOT_FOUND = (Decline.MEMBER_NOT_FOUND,)
_LIFE = (*_NOT_FOUND, Decline.MEMBER_NOT_ACTIVE)


class MemberReasonFields(Fields, example=examples.REASON):
    """Why; it is kept."""

    reason: Line


class MemberView(View):
    """A member as an operator sees it."""

    id: MemberId
    programme_id: ProgrammeId
    user_name: str
    status: MemberStatus
    real_name_on_record: bool
    agreement_version: str
    totp_on: bool
    created_at: datetime
    balance: AmountView
    available: AmountView


class MemberPage(View):
    """The members that were found."""

    items: list[MemberView]
    next_cursor: str | None


class MemberStatusView(View):
    """Where a member's account stands now."""

    id: MemberId
    status: MemberStatus


@ROUTES.get("/v1/members", allows=Scope.MEMBERS_READ, example=examples.page_of(examples.MEMBER))
async def find_members(
    house: TheHouse,
    now: Now,
    programme_id: Annotated[ProgrammeId, Query(description="Whose member.")],
    user_name: Annotated[str, Query(min_length=1, max_length=100, description="The member's user name.")],
) -> MemberPage:
    """Find a programme's member by user name: a list of one, or an empty one."""
    member_id = await member_named(house.pool, programme_id, normalise_user_name(user_name))
    items = [] if member_id is None else [await _member_view(house, await served(house, member_id), now)]
    return MemberPage(items=items, next_cursor=None)


@ROUTES.get("/v1/members/{member_id}", allows=Scope.MEMBERS_READ, problems=_NOT_FOUND, example=examples.MEMBER)
async def read_member(member_id: MemberId, house: TheHouse, now: Now) -> MemberView:
    """Show a member and what the wallet holds."""
    return await _member_view(house, await served(house, member_id), now)


@ROUTES.get(
    "/v1/members/{member_id}/statement",
    allows=Scope.MEMBERS_READ,
    problems=_NOT_FOUND,
    example=examples.page_of(examples.STATEMENT_LINE),
)
async def read_member_statement(
    member_id: MemberId, house: TheHouse, page: ThePage, lot: TheLot = "principal"
) -> StatementPage:
    """List what came into a member's wallet and went from it, the latest first."""
    await served(house, member_id)
    return await statement_page(house.pool, OwnerKind.MEMBER, member_id, lot, page)


@ROUTES.post(
    "/v1/members/{member_id}/block",
    allows=Scope.MEMBERS_BLOCK,
    problems=_LIFE,
    response_model=MemberStatusView,
    example=examples.MEMBER_BLOCKED,
)
async def block_member(
    member_id: MemberId, fields: MemberReasonFields, visitor: TheVisitor, house: TheHouse
) -> Response:
    """Stop a member's account; its sessions end and its payment code is withdrawn."""
    return await _change(house, visitor, member_id, MemberOperation.BLOCK, fields.reason)


@ROUTES.post(
    "/v1/members/{member_id}/unblock",
    allows=Scope.MEMBERS_BLOCK,
    problems=_LIFE,
    response_model=MemberStatusView,
    example={**examples.MEMBER_BLOCKED, "status": "active"},
)
async def unblock_member(
    member_id: MemberId, fields: MemberReasonFields, visitor: TheVisitor, house: TheHouse
) -> Response:
    """Let a blocked account go on where it stood before; the member signs in anew."""
    return await _change(house, visitor, member_id, MemberOperation.UNBLOCK, fields.reason)


@ROUTES.post(
    "/v1/members/{member_id}/close",
    allows=Scope.MEMBERS_BLOCK,
    problems=(*_LIFE, Decline.BALANCE_REMAINS),
    response_model=MemberStatusView,
    example={**examples.MEMBER_BLOCKED, "status": "closed"},
)
async def close_member(
    member_id: MemberId, fields: MemberReasonFields, visitor: TheVisitor, house: TheHouse
) -> Response:
    """Close an account in which nothing is left, for good."""
    return await _change(house, visitor, member_id, MemberOperation.CLOSE, fields.reason)


async def _change(
    house: ClearingHouse, visitor: Visitor, member_id: UUID, operation: MemberOperation, reason: str
) -> Response:
    await served(house, member_id)
    command = ChangeMemberCommand(member_id, operation, reason)
    return await posted(house, change_member(house, visitor.caller, command))


async def _member_view(house: ClearingHouse, profile: SealedProfile, now: datetime) -> MemberView:
    balances = required(await balances_of(house.pool, profile.id, now))
    return MemberView(
        id=profile.id,
        programme_id=profile.programme_id,
        user_name=profile.user_name,
        status=profile.status,
        real_name_on_record=profile.identity_encrypted is not None,
        agreement_version=profile.agreement_version,
        totp_on=profile.totp_on,
        created_at=profile.created_at,
        balance=amount_view(balances.balance_minor, balances.unit),
        available=amount_view(balances.available_minor, balances.unit),
    )
