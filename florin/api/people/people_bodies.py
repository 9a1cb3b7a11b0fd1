"""The requests and answers about the people who work with Florin.

The mobile number of a person is shown to nobody, and of the document only whether it is on record.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from florin.api.fields import Choice, CustomerId, Fields, Line, LoginId, PersonId, PrivateFields, TotpCode
from florin.api.members.registration_routes import Mobile, UserName
from florin.api.people import people_examples as examples
from florin.api.views import View
from florin.clearing.people.list_people import PersonsLogin
from florin.domain.identity import DocumentKind
from florin.domain.people import Role


class DocumentFields(PrivateFields):
    """An identity document."""

    kind: Annotated[DocumentKind, Choice]
    number: Annotated[str, Field(min_length=1, max_length=40)]


class NewPersonFields(PrivateFields, example=examples.NEW_PERSON):
    """A login to be made, and whose it is: a known mobile number or document makes it a known person's."""

    user_name: UserName
    name: Annotated[str, Field(min_length=1, max_length=100)]
    mobile: Mobile
    document: DocumentFields | None = None
    roles: Annotated[list[Annotated[Role, Choice]], Field(min_length=1, max_length=len(Role))]
    totp_code: TotpCode


class NewCustomersPersonFields(NewPersonFields, example=examples.NEW_CUSTOMERS_PERSON):
    """A login to be made for one of the customer's people."""


class LoginReasonFields(Fields, example=examples.REASON):
    """Why; it is kept."""

    reason: Line


class ConfirmedLoginReasonFields(PrivateFields, example=examples.CONFIRMED_REASON):
    """Why, or how it was made sure who asks; it is kept. With a fresh one-time code of whoever does it."""

    reason: Line
    totp_code: TotpCode


class LoginRolesFields(ConfirmedLoginReasonFields, example=examples.ROLES):
    """All roles that a login is to have."""

    roles: Annotated[list[Annotated[Role, Choice]], Field(min_length=1, max_length=len(Role))]


class PersonsIdentityFields(PrivateFields, example=examples.IDENTITY):
    """The document that a person has shown, and the name on it; with a fresh code of whoever has seen it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    document: DocumentFields
    totp_code: TotpCode


class LoginView(View):
    """A login and its person. `enrolled`: the initial password is changed and one-time codes are on.

    One that is `waiting` has been added or reset, or was given more roles, and nobody else has released it since.
    """

    id: LoginId
    person_id: PersonId
    customer_id: CustomerId | None
    user_name: str
    name: str
    roles: list[Annotated[Role, Choice]]
    status: Literal["active", "waiting", "blocked"]
    enrolled: bool
    identity_on_record: bool
    created_at: datetime


class LoginPage(View):
    """Some logins, and the cursor of the next page."""

    items: list[LoginView]
    next_cursor: str | None


class AddedLoginView(View):
    """A new login; its initial password is shown this once. A person who was known keeps the name on record."""

    login: LoginView
    person_was_known: bool
    initial_password: Annotated[str, Field(repr=False)]


class ResetLoginView(View):
    """The new initial password, shown this once."""

    initial_password: Annotated[str, Field(repr=False)]


def login_view(found: PersonsLogin) -> LoginView:
    """A login with its person's name as its view."""
    login = found.login
    return LoginView(
        id=login.id,
        person_id=login.person_id,
        customer_id=login.customer_id,
        user_name=login.user_name,
        name=found.name,
        roles=sorted(login.roles),
        status=login.status,
        enrolled=login.is_enrolled,
        identity_on_record=login.is_named,
        created_at=login.created_at,
    )
