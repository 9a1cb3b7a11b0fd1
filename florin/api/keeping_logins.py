"""What the routes for the operator's own people and those for customers' people have in common.

Each step raises `Refused` with what the verb declines, or with what is wrong with the one-time code.
"""

from datetime import datetime
from uuid import UUID

from florin.api.given import PageWanted, accepted
from florin.api.people_bodies import (
    AddedLoginView,
    ConfirmedLoginReasonFields,
    LoginPage,
    LoginView,
    NewPersonFields,
    PersonsIdentityFields,
    ResetLoginView,
    login_view,
)
from florin.api.problems.document import Refused
from florin.api.views import page_by_id
from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import AddPersonLogin, add_person_login
from florin.clearing.people.block_login import block_login, unblock_login
from florin.clearing.people.list_people import list_people, read_login
from florin.clearing.people.person_given import PersonGiven
from florin.clearing.people.record_person_identity import record_person_identity
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.rights import LoginAt
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.people import Actor

CODE: tuple[Decline, ...] = (Decline.TOTP_CODE_INCORRECT, Decline.RATE_LIMITED)
ADDING = (*CODE, Decline.PERSON_MISMATCH, Decline.SAME_PERSON, Decline.USER_NAME_TAKEN)
KEEPING = (Decline.LOGIN_NOT_FOUND, Decline.SAME_PERSON)
NAMING = (*KEEPING, *CODE, Decline.IDENTITY_ON_RECORD, Decline.PERSON_MISMATCH)
"""What each step may decline, customers' own declines apart."""


async def page_of_people(house: ClearingHouse, actor: Actor, customer_id: UUID | None, page: PageWanted) -> LoginPage:
    """A page of the list."""
    found = accepted(await list_people(house, actor, customer_id))
    shown, cursor = page_by_id("people", found, page)
    return LoginPage(items=[login_view(each) for each in shown], next_cursor=cursor)


async def added_login(
    house: ClearingHouse, actor: Actor, customer_id: UUID | None, fields: NewPersonFields, now: datetime
) -> AddedLoginView:
    """The login that was added, with its initial password."""
    document = None if fields.document is None else (fields.document.kind, fields.document.number)
    command = AddPersonLogin(
        user_name=fields.user_name,
        person=PersonGiven.read(fields.name, fields.mobile, document),
        roles=frozenset(fields.roles),
        customer_id=customer_id,
    )
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    added = accepted(await add_person_login(house, actor, command, proof, now))
    return AddedLoginView(
        login=await _shown(house, added.login_id),
        person_was_known=added.was_known,
        initial_password=added.initial_password,
    )


async def blocked_login(house: ClearingHouse, actor: Actor, at: LoginAt, reason: str, now: datetime) -> LoginView:
    """The login, blocked."""
    accepted(await block_login(house, actor, at, reason, now))
    return await _shown(house, at.login_id)


async def unblocked_login(
    house: ClearingHouse, actor: Actor, at: LoginAt, fields: ConfirmedLoginReasonFields, now: datetime
) -> LoginView:
    """The login, which may sign in again."""
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    accepted(await unblock_login(house, actor, at, fields.reason, proof, now))
    return await _shown(house, at.login_id)


async def reset_password(
    house: ClearingHouse, actor: Actor, at: LoginAt, fields: ConfirmedLoginReasonFields, now: datetime
) -> ResetLoginView:
    """The new initial password of the login."""
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    return ResetLoginView(initial_password=accepted(await reset_login(house, actor, at, fields.reason, proof, now)))


async def named_login(
    house: ClearingHouse, actor: Actor, at: LoginAt, fields: PersonsIdentityFields, now: datetime
) -> LoginView:
    """The login, whose person's document is on record."""
    identity = Identity.read(fields.name, fields.document.kind, fields.document.number)
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    accepted(await record_person_identity(house, actor, at, identity, proof, now))
    return await _shown(house, at.login_id)


async def _shown(house: ClearingHouse, login_id: UUID) -> LoginView:
    found = await read_login(house, login_id)
    if found is None:
        raise Refused(Decline.LOGIN_NOT_FOUND)
    return login_view(found)
