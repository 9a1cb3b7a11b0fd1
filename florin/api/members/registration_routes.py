"""Registering, signing in and signing out."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from florin.api import management_examples as examples
from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import MemberId, PrivateFields, ProgrammeId
from florin.api.given import Now, TheHouse, accepted
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.membership.register_member import RegisterMember, register_member
from florin.clearing.membership.sign_in import SignIn, sign_in
from florin.clearing.membership.sign_out import sign_out
from florin.domain.declines import Decline

ROUTES = Routes("Registration and sessions")

Typed = Annotated[str, Field(min_length=1, max_length=1_024)]
"""Something secret or personal that somebody types; what it must look like is for the verb to say."""

UserName = Annotated[
    Typed,
    Field(
        description="3 to 32 letters or digits of any script, dots, hyphens and underscores, beginning with a letter. "
        "Neither case nor width matters (NFKC, case-folded)."
    ),
]
NewPassword = Annotated[
    Typed, Field(description="8 to 128 characters of any kind, counted after NFKC, and none of the common passwords.")
]
Mail = Annotated[
    Typed,
    Field(description="An address as name@example.org, in any case: at most 254 characters, 64 of them before the @."),
]
Mobile = Annotated[
    Typed,
    Field(
        description="`+`, country code and number, 7 to 15 digits (E.164); spaces, hyphens, dots, brackets are dropped."
    ),
]


class RegistrationFields(PrivateFields, example=examples.REGISTRATION):
    """Who wants to join: a mail address, a mobile number or both, and the version of the agreement that was shown."""

    programme_id: ProgrammeId
    user_name: UserName
    password: NewPassword
    mail: Mail | None = None
    mobile: Mobile | None = None
    agreement_version: Annotated[str, Field(min_length=1, max_length=32)]
    referrer: Annotated[
        Typed | None, Field(description="User name of the member who brought the new one in, if somebody did.")
    ] = None


class RegisteredView(View):
    """A new member; the user name in its one spelling."""

    id: MemberId
    user_name: str


class SignInFields(PrivateFields, example=examples.SIGN_IN):
    """User name, mail address or mobile number, the password, and the one-time code where those are on."""

    programme_id: ProgrammeId
    name: Typed
    password: Typed
    totp_code: Annotated[str, Field(min_length=1, max_length=16)] | None = None


class SessionView(View):
    """A new session; its token is shown this once."""

    token: str
    member_id: MemberId
    expires_at: datetime


@ROUTES.post(
    "/v1/members",
    allows=Audience.PUBLIC,
    status=201,
    problems=(
        Decline.AGREEMENT_REQUIRED,
        Decline.RATE_LIMITED,
        Decline.LOYALTY_NOT_OFFERED,
        Decline.REFERRER_NOT_FOUND,
        Decline.USER_NAME_TAKEN,
        Decline.CONTACT_TAKEN,
    ),
    example=examples.REGISTERED,
)
async def register(fields: RegistrationFields, house: TheHouse, now: Now, request: Request) -> RegisteredView:
    """Register a member with an empty wallet.

    Refusals are limited by address and in total, because they tell which names are taken.
    """
    command = RegisterMember(**dict(fields), address=address_of(request))
    registered = accepted(await register_member(house, command, now))
    return RegisteredView(id=registered.member_id, user_name=registered.user_name)


@ROUTES.post(
    "/v1/sessions",
    allows=Audience.PUBLIC,
    status=201,
    problems=(Decline.SIGN_IN_REFUSED, Decline.RATE_LIMITED),
    example=examples.SESSION,
)
async def open_session(fields: SignInFields, house: TheHouse, now: Now, request: Request) -> SessionView:
    """Sign in; whatever is wrong gets one answer, and failures are limited by name, by address and in total."""
    opened = accepted(await sign_in(house, SignIn(**dict(fields), address=address_of(request)), now))
    return SessionView(token=opened.token, member_id=opened.member_id, expires_at=opened.expires_at)


@ROUTES.delete("/v1/sessions/current", allows=Audience.MEMBER, status=204)
async def close_session(member: TheMember) -> None:
    """Sign out: the session ends at once."""
    await member.asks(sign_out, member.now)


def address_of(request: Request) -> str:
    """The address that a request comes from, as throttles count it."""
    return request.client.host if request.client else ""
