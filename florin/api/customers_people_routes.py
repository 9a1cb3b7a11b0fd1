"""The people of a corporate customer and their logins, kept by the operator."""

from florin.api import people_examples as examples
from florin.api.callers import people
from florin.api.fields import CustomerId, LoginId
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
    NewCustomersPersonFields,
    PersonsIdentityFields,
    ResetLoginView,
)
from florin.api.routes import Routes
from florin.clearing.people.rights import CHANGERS, READERS, RESETTERS, LoginAt
from florin.domain.declines import Decline

ROUTES = Routes("People")

_CUSTOMERS = "/v1/customers/{customer_id}/people"
_NO_CUSTOMER = (Decline.CUSTOMER_NOT_FOUND,)


@ROUTES.get(
    _CUSTOMERS,
    allows=people(*READERS.customers),
    problems=_NO_CUSTOMER,
    example=page_of(examples.CUSTOMERS_LOGIN),
)
async def list_customers_people(customer_id: CustomerId, actor: TheActor, house: TheHouse, page: ThePage) -> LoginPage:
    """List the logins of a customer's people, the oldest first."""
    return await page_of_people(house, actor, customer_id, page)


@ROUTES.post(
    _CUSTOMERS,
    allows=people(*CHANGERS.customers),
    status=201,
    problems=(*_NO_CUSTOMER, *ADDING),
    example=examples.CUSTOMERS_LOGIN_ADDED,
)
async def add_customers_person(
    customer_id: CustomerId, fields: NewCustomersPersonFields, actor: TheActor, house: TheHouse, now: Now
) -> AddedLoginView:
    """Add a login for one of a customer's people; the initial password is in this answer and nowhere else."""
    return await added_login(house, actor, customer_id, fields, now)


@ROUTES.post(
    _CUSTOMERS + "/{login_id}/block",
    allows=people(*CHANGERS.customers),
    problems=(*_NO_CUSTOMER, *KEEPING),
    example=examples.CUSTOMERS_LOGIN,
)
async def block_customers_login(
    customer_id: CustomerId,
    login_id: LoginId,
    fields: LoginReasonFields,
    actor: TheActor,
    house: TheHouse,
    now: Now,
) -> LoginView:
    """Block a login; its sessions end at once."""
    return await blocked_login(house, actor, LoginAt(customer_id, login_id), fields.reason, now)


@ROUTES.post(
    _CUSTOMERS + "/{login_id}/unblock",
    allows=people(*CHANGERS.customers),
    problems=(*_NO_CUSTOMER, *KEEPING, *CODE),
    example=examples.CUSTOMERS_LOGIN,
)
async def unblock_customers_login(
    customer_id: CustomerId,
    login_id: LoginId,
    fields: ConfirmedLoginReasonFields,
    actor: TheActor,
    house: TheHouse,
    now: Now,
) -> LoginView:
    """Let a blocked login sign in again."""
    return await unblocked_login(house, actor, LoginAt(customer_id, login_id), fields, now)


@ROUTES.post(
    _CUSTOMERS + "/{login_id}/reset",
    allows=people(*RESETTERS.customers),
    problems=(*_NO_CUSTOMER, *KEEPING, *CODE),
    example=examples.RESET,
)
async def reset_customers_login(
    customer_id: CustomerId,
    login_id: LoginId,
    fields: ConfirmedLoginReasonFields,
    actor: TheActor,
    house: TheHouse,
    now: Now,
) -> ResetLoginView:
    """Give somebody who has lost password or authenticator a new initial password; the codes are enrolled anew."""
    return await reset_password(house, actor, LoginAt(customer_id, login_id), fields, now)


@ROUTES.put(
    _CUSTOMERS + "/{login_id}/identity",
    allows=people(*CHANGERS.customers),
    problems=(*_NO_CUSTOMER, *NAMING),
    example=examples.CUSTOMERS_LOGIN,
)
async def record_customers_identity(
    customer_id: CustomerId,
    login_id: LoginId,
    fields: PersonsIdentityFields,
    actor: TheActor,
    house: TheHouse,
    now: Now,
) -> LoginView:
    """Record the identity document of a login's person, once and for good."""
    return await named_login(house, actor, LoginAt(customer_id, login_id), fields, now)
