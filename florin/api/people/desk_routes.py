"""The desk: where the people who work with Florin sign in, and keep their own password and one-time codes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from florin.api.asking import ThePerson
from florin.api.callers import ANYBODY_ENROLLING, Audience
from florin.api.fields import Choice, CustomerId, LoginId, PersonId, PrivateFields, TotpCode
from florin.api.given import Now, TheHouse, accepted
from florin.api.members.registration_routes import NewPassword, Typed, address_of
from florin.api.people import people_examples as examples
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.house import ClearingHouse
from florin.clearing.people.list_people import read_login
from florin.clearing.people.own_password import change_own_password
from florin.clearing.people.own_totp import confirm_own_totp, enrol_own_totp
from florin.clearing.people.sign_in import SignInToWork, sign_in_to_work
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.people.login_sessions import close_login

ROUTES = Routes("The desk")

_PASSWORD_PROBLEMS = (Decline.PASSWORD_INCORRECT, Decline.RATE_LIMITED)


class DeskSignInFields(PrivateFields, example=examples.SIGN_IN):
    """User name and password, and the one-time code: only who has not enrolled yet has none."""

    user_name: Typed
    password: Typed
    totp_code: TotpCode | None = None


class OwnPasswordFields(PrivateFields, example=examples.NEW_PASSWORD):
    """The own password, its successor, and a fresh one-time code where those are on."""

    password: Typed
    new_password: NewPassword
    totp_code: TotpCode | None = None


class OwnPasswordAgainFields(PrivateFields, example=examples.PASSWORD_AGAIN):
    """The own password, asked for again."""

    password: Typed


class FirstCodeFields(PrivateFields, example=examples.FIRST_CODE):
    """The first code of an authenticator."""

    code: TotpCode


class OwnLoginView(View):
    """Who has signed in. Until none of the three `must_` is true, only the routes of the desk are open."""

    id: LoginId
    person_id: PersonId
    customer_id: CustomerId | None
    user_name: str
    name: str
    roles: list[Annotated[Role, Choice]]
    must_change_password: bool
    must_enrol_totp: bool
    must_be_released: bool


class DeskSessionView(View):
    """A new session; its token is shown this once."""

    token: Annotated[str, Field(repr=False)]
    expires_at: datetime
    login: OwnLoginView


class OwnTotpView(View):
    """The secret for the own authenticator, and its address to be shown as a QR code; shown this once."""

    secret: Annotated[str, Field(repr=False)]
    uri: Annotated[str, Field(repr=False)]


@ROUTES.post(
    "/v1/desk/sessions",
    allows=Audience.PUBLIC,
    status=201,
    problems=(Decline.SIGN_IN_REFUSED, Decline.RATE_LIMITED),
    example=examples.SESSION,
)
async def sign_in_at_desk(fields: DeskSignInFields, house: TheHouse, now: Now, request: Request) -> DeskSessionView:
    """Sign in to work; whatever is wrong gets one answer, and failures are limited by name, by address and in total."""
    command = SignInToWork(**dict(fields), address=address_of(request))
    opened = accepted(await sign_in_to_work(house, command, now))
    own = await _own_login(house, opened.login.actor)
    return DeskSessionView(token=opened.token, expires_at=opened.login.expires_at, login=own)


@ROUTES.delete("/v1/desk/sessions/current", allows=ANYBODY_ENROLLING, status=204)
async def sign_out_at_desk(person: ThePerson) -> None:
    """Sign out: the session ends at once."""
    await close_login(person.house.pool, person.who.session_id, person.now)


@ROUTES.get("/v1/desk/me", allows=ANYBODY_ENROLLING, example=examples.OWN_LOGIN)
async def read_own_login(person: ThePerson) -> OwnLoginView:
    """Show who has signed in, and what is still to be done before anything else."""
    return await _own_login(person.house, person.who)


@ROUTES.put(
    "/v1/desk/password",
    allows=ANYBODY_ENROLLING,
    status=204,
    problems=(*_PASSWORD_PROBLEMS, Decline.TOTP_CODE_INCORRECT),
)
async def set_own_password(fields: OwnPasswordFields, person: ThePerson) -> None:
    """Change the own password; every other session of the login ends."""
    await person.asks(change_own_password, fields.password, fields.totp_code, fields.new_password, person.now)


@ROUTES.post(
    "/v1/desk/totp",
    allows=ANYBODY_ENROLLING,
    status=201,
    problems=(*_PASSWORD_PROBLEMS, Decline.TOTP_ALREADY_ON),
    example=examples.TOTP_SECRET,
)
async def begin_own_totp(fields: OwnPasswordAgainFields, person: ThePerson) -> OwnTotpView:
    """Begin with one-time codes; they are asked for once a first code has been confirmed."""
    enrolment = await person.asks(enrol_own_totp, fields.password, person.now)
    return OwnTotpView(secret=enrolment.secret, uri=enrolment.uri)


@ROUTES.post("/v1/desk/totp/confirm", allows=ANYBODY_ENROLLING, status=204, problems=(Decline.TOTP_CODE_INCORRECT,))
async def turn_on_own_totp(fields: FirstCodeFields, person: ThePerson) -> None:
    """Turn the own one-time codes on with a first code. Nobody turns their own off."""
    await person.asks(confirm_own_totp, fields.code, person.now)


async def _own_login(house: ClearingHouse, actor: Actor) -> OwnLoginView:
    found = await read_login(house, actor.login_id)
    if found is None:
        # Logins are never deleted.
        raise Refused(DoorProblem.UNAUTHENTICATED)
    login = found.login
    return OwnLoginView(
        id=login.id,
        person_id=login.person_id,
        customer_id=login.customer_id,
        user_name=login.user_name,
        name=found.name,
        roles=sorted(login.roles),
        must_change_password=login.must_change_password,
        must_enrol_totp=not login.totp_on,
        must_be_released=login.waits,
    )
