"""The operator's own people and their logins."""

from florin.api import people_examples as examples
from florin.api.callers import people
from florin.api.fields import LoginId
from florin.api.given import Now, TheActor, TheHouse, ThePage
from florin.api.keeping_logins import (
    ADDING,
    CODE,
    KEEPING,
    NAMING,
    added_login,
    blocked_login,
    named_login,
    page_of_people,
    reset_password,
    unblocked_login,
)
from florin.api.management_examples import page_of
from florin.api.people_bodies import (
    AddedLoginView,
    ConfirmedLoginReasonFields,
    LoginPage,
    LoginReasonFields,
    LoginView,
    NewPersonFields,
    PersonsIdentityFields,
    ResetLoginView,
)
from florin.api.routes import Routes
from florin.clearing.people.rights import CHANGERS, READERS, RESETTERS, LoginAt

ROUTES = Routes("People")

_OURS = "/v1/people"


@ROUTES.get(_OURS, allows=people(*READERS.ours), example=page_of(examples.LOGIN))
async def list_our_people(actor: TheActor, house: TheHouse, page: ThePage) -> LoginPage:
    """List the logins of the operator's own people, the oldest first."""
    return await page_of_people(house, actor, None, page)


@ROUTES.post(_OURS, allows=people(*CHANGERS.ours), status=201, problems=ADDING, example=examples.LOGIN_ADDED)
async def add_our_person(fields: NewPersonFields, actor: TheActor, house: TheHouse, now: Now) -> AddedLoginView:
    """Add a login for one of the operator's own people; the initial password is in this answer and nowhere else."""
    return await added_login(house, actor, None, fields, now)


@ROUTES.post(_OURS + "/{login_id}/block", allows=people(*CHANGERS.ours), problems=KEEPING, example=examples.LOGIN)
async def block_our_login(
    login_id: LoginId, fields: LoginReasonFields, actor: TheActor, house: TheHouse, now: Now
) -> LoginView:
    """Block a login; its sessions end at once."""
    return await blocked_login(house, actor, LoginAt(None, login_id), fields.reason, now)


@ROUTES.post(
    _OURS + "/{login_id}/unblock", allows=people(*CHANGERS.ours), problems=(*KEEPING, *CODE), example=examples.LOGIN
)
async def unblock_our_login(
    login_id: LoginId, fields: ConfirmedLoginReasonFields, actor: TheActor, house: TheHouse, now: Now
) -> LoginView:
    """Let a blocked login sign in again."""
    return await unblocked_login(house, actor, LoginAt(None, login_id), fields, now)


@ROUTES.post(
    _OURS + "/{login_id}/reset", allows=people(*RESETTERS.ours), problems=(*KEEPING, *CODE), example=examples.RESET
)
async def reset_our_login(
    login_id: LoginId, fields: ConfirmedLoginReasonFields, actor: TheActor, house: TheHouse, now: Now
) -> ResetLoginView:
    """Give somebody who has lost password or authenticator a new initial password; the codes are enrolled anew."""
    return await reset_password(house, actor, LoginAt(None, login_id), fields, now)


@ROUTES.put(_OURS + "/{login_id}/identity", allows=people(*CHANGERS.ours), problems=NAMING, example=examples.LOGIN)
async def record_our_identity(
    login_id: LoginId, fields: PersonsIdentityFields, actor: TheActor, house: TheHouse, now: Now
) -> LoginView:
    """Record the identity document of a login's person, once and for good."""
    return await named_login(house, actor, LoginAt(None, login_id), fields, now)
