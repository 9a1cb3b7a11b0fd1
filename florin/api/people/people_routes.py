"""The people who work with Florin, the operator's own and those of customers, and their logins.

Those of a customer are listed and added at the customer; each login is then kept under its id, whoever's it is.
"""

from typing import Final
from uuid import UUID

from florin.api.asking import Asking, ThePerson, proof_of
from florin.api.callers import people
from florin.api.fields import CustomerId, LoginId
from florin.api.given import PageWanted, ThePage
from florin.api.management_examples import page_of
from florin.api.people import people_examples as examples
from florin.api.people.people_bodies import (
    AddedLoginView,
    ConfirmedLoginReasonFields,
    LoginPage,
    LoginReasonFields,
    LoginRolesFields,
    LoginView,
    NewCustomersPersonFields,
    NewPersonFields,
    PersonsIdentityFields,
    ResetLoginView,
    login_view,
)
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import page_by_id
from florin.clearing.house import ClearingHouse
from florin.clearing.people import block_login as blocking
from florin.clearing.people.add_person_login import AddPersonLogin, add_person_login
from florin.clearing.people.list_people import list_people, read_login
from florin.clearing.people.person_given import PersonGiven
from florin.clearing.people.record_person_identity import record_person_identity
from florin.clearing.people.release_login import release_login
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.rights import CHANGERS, READERS, RELEASERS
from florin.clearing.people.set_login_roles import set_login_roles
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.people import Actor

ROUTES = Routes("People")

_ADDING: Final = (*STEP_UP_PROBLEMS, Decline.PERSON_MISMATCH, Decline.SAME_PERSON, Decline.USER_NAME_TAKEN)
_AT_CUSTOMER: Final = (Decline.CUSTOMER_NOT_FOUND, Decline.WORKS_FOR_CUSTOMER)
_KEEPING: Final = (
    Decline.ROLE_REQUIRED, Decline.LOGIN_NOT_FOUND, Decline.SAME_PERSON, Decline.WORKS_FOR_CUSTOMER,
)  # fmt: skip

_OURS: Final = "/v1/people"
_CUSTOMERS: Final = "/v1/customers/{customer_id}/people"
_LOGIN: Final = "/v1/people/{login_id}"


@ROUTES.get(_OURS, allows=people(*READERS.ours), example=page_of(examples.LOGIN))
async def list_our_people(person: ThePerson, page: ThePage) -> LoginPage:
    """List the logins of the operator's own people, the oldest first."""
    return await _page(person, None, page)


@ROUTES.get(
    _CUSTOMERS,
    allows=people(*READERS.customers),
    problems=(Decline.CUSTOMER_NOT_FOUND,),
    example=page_of(examples.CUSTOMERS_LOGIN),
)
async def list_customers_people(customer_id: CustomerId, person: ThePerson, page: ThePage) -> LoginPage:
    """List the logins of a customer's people, the oldest first."""
    return await _page(person, customer_id, page)


@ROUTES.post(_OURS, allows=people(*CHANGERS.ours), status=201, problems=_ADDING, example=examples.LOGIN_ADDED)
async def add_our_person(fields: NewPersonFields, person: ThePerson) -> AddedLoginView:
    """Add a login for one of the operator's own people; the initial password is in this answer and nowhere else.

    It waits until its owner has enrolled and another person has released it.
    """
    return await _added(person, None, fields)


@ROUTES.post(
    _CUSTOMERS,
    allows=people(*CHANGERS.customers),
    status=201,
    problems=(*_AT_CUSTOMER, *_ADDING),
    example=examples.CUSTOMERS_LOGIN_ADDED,
)
async def add_customers_person(
    customer_id: CustomerId, fields: NewCustomersPersonFields, person: ThePerson
) -> AddedLoginView:
    """Add a login for one of a customer's people; the initial password is in this answer and nowhere else.

    It waits until its owner has enrolled and another person of the operator's has released it.
    """
    return await _added(person, customer_id, fields)


@ROUTES.post(
    _LOGIN + "/release",
    allows=people(*RELEASERS.all),
    problems=(*_KEEPING, *STEP_UP_PROBLEMS, Decline.LOGIN_NOT_ENROLLED),
    example={**examples.CUSTOMERS_LOGIN, "status": "active", "enrolled": True},
)
async def release_persons_login(login_id: LoginId, fields: ConfirmedLoginReasonFields, person: ThePerson) -> LoginView:
    """Release a login that another person has set up, after its owner has enrolled and has confirmed that to you."""
    proof = await proof_of(person, fields.totp_code)
    await person.asks(release_login, login_id, fields.reason, proof, person.now)
    return await _shown(person.house, login_id)


@ROUTES.post(
    _LOGIN + "/block",
    allows=people(*CHANGERS.all),
    problems=_KEEPING,
    example={**examples.CUSTOMERS_LOGIN, "status": "blocked"},
)
async def block_login(login_id: LoginId, fields: LoginReasonFields, person: ThePerson) -> LoginView:
    """Block a login; its sessions end at once."""
    await person.asks(blocking.block_login, login_id, fields.reason, person.now)
    return await _shown(person.house, login_id)


@ROUTES.post(
    _LOGIN + "/unblock",
    allows=people(*CHANGERS.all),
    problems=(*_KEEPING, *STEP_UP_PROBLEMS),
    example={**examples.CUSTOMERS_LOGIN, "status": "active", "enrolled": True},
)
async def unblock_login(login_id: LoginId, fields: ConfirmedLoginReasonFields, person: ThePerson) -> LoginView:
    """Lift the block of a login; one that waits to be released goes on waiting."""
    proof = await proof_of(person, fields.totp_code)
    await person.asks(blocking.unblock_login, login_id, fields.reason, proof, person.now)
    return await _shown(person.house, login_id)


@ROUTES.post(
    _LOGIN + "/reset",
    allows=people(*CHANGERS.all),
    problems=(*_KEEPING, *STEP_UP_PROBLEMS, Decline.LOGIN_WAITS),
    example=examples.RESET,
)
async def reset_persons_login(
    login_id: LoginId, fields: ConfirmedLoginReasonFields, person: ThePerson
) -> ResetLoginView:
    """Give somebody who has lost password or authenticator a new initial password; the codes are enrolled anew.

    It waits as a new login does.
    """
    proof = await proof_of(person, fields.totp_code)
    return ResetLoginView(initial_password=await person.asks(reset_login, login_id, fields.reason, proof, person.now))


@ROUTES.put(
    _LOGIN + "/roles",
    allows=people(*CHANGERS.all),
    problems=(*_KEEPING, *STEP_UP_PROBLEMS, Decline.LOGIN_WAITS),
    example=examples.CUSTOMERS_LOGIN,
)
async def set_persons_roles(login_id: LoginId, fields: LoginRolesFields, person: ThePerson) -> LoginView:
    """Set the roles of a login; one that is given more than it had waits until another person has released it."""
    proof = await proof_of(person, fields.totp_code)
    await person.asks(set_login_roles, login_id, frozenset(fields.roles), fields.reason, proof, person.now)
    return await _shown(person.house, login_id)


@ROUTES.put(
    _LOGIN + "/identity",
    allows=people(*CHANGERS.all),
    problems=(*_KEEPING, *STEP_UP_PROBLEMS, Decline.IDENTITY_ON_RECORD, Decline.PERSON_MISMATCH),
    example=examples.CUSTOMERS_LOGIN,
)
async def record_persons_document(login_id: LoginId, fields: PersonsIdentityFields, person: ThePerson) -> LoginView:
    """Record the identity document of a login's person, once and for good."""
    identity = Identity.read(fields.name, fields.document.kind, fields.document.number)
    proof = await proof_of(person, fields.totp_code)
    await person.asks(record_person_identity, login_id, identity, proof, person.now)
    return await _shown(person.house, login_id)


async def _page(person: Asking[Actor], customer_id: UUID | None, page: PageWanted) -> LoginPage:
    found = await person.asks(list_people, customer_id)
    shown, cursor = page_by_id("people", found, page)
    return LoginPage(items=[login_view(each) for each in shown], next_cursor=cursor)


async def _added(person: Asking[Actor], customer_id: UUID | None, fields: NewPersonFields) -> AddedLoginView:
    document = None if fields.document is None else (fields.document.kind, fields.document.number)
    command = AddPersonLogin(
        user_name=fields.user_name,
        person=PersonGiven.read(fields.name, fields.mobile, document),
        roles=frozenset(fields.roles),
        customer_id=customer_id,
    )
    proof = await proof_of(person, fields.totp_code)
    added = await person.asks(add_person_login, command, proof, person.now)
    return AddedLoginView(
        login=await _shown(person.house, added.login_id),
        person_was_known=added.was_known,
        initial_password=added.initial_password,
    )


async def _shown(house: ClearingHouse, login_id: UUID) -> LoginView:
    found = await read_login(house, login_id)
    if found is None:
        raise Refused(Decline.LOGIN_NOT_FOUND)
    return login_view(found)
