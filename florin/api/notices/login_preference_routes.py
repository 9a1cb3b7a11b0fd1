"""What one of a customer's people wants to be told of by mail, and where."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import Choice, Fields, PrivateFields
from florin.api.given import TheAuthor
from florin.api.notices import notice_examples as examples
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.notices.login_preferences import OwnNotices, read_own_notices, set_own_notices
from florin.domain.notice import Language, NoticeKind
from florin.domain.people import CUSTOMER_ROLES

ROUTES = Routes("The desk")

_PATH: Final = "/v1/desk/notice-preferences"


class LoginWishField(Fields):
    """Whether notices of a kind are wanted."""

    kind: Annotated[NoticeKind, Choice]
    wanted: bool


class LoginNoticesFields(PrivateFields):
    """The own mail address (null: nothing is told), language, and wishes; a kind that is left out is wanted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LOGIN_NOTICES]})

    mail: Annotated[str, Field(min_length=3, max_length=254)] | None = None
    language: Annotated[Language, Choice] | None = None
    wishes: Annotated[list[LoginWishField], Field(max_length=50)] = Field(default_factory=list)


class LoginWishView(View):
    """Whether notices of a kind are wanted."""

    kind: NoticeKind
    wanted: bool


class LoginNoticesView(View):
    """The own mail address and language, and every kind of notice that somebody in these roles is told of."""

    mail: str | None
    language: Language | None
    notices: list[LoginWishView]


@ROUTES.get(_PATH, allows=people(*CUSTOMER_ROLES), example=examples.LOGIN_NOTICES_SEEN)
async def read_own_notice_preferences(person: ThePerson) -> LoginNoticesView:
    """Show what the signed-in buyer or approver is told of, and where."""
    return _view(await person.asks(read_own_notices))


@ROUTES.put(_PATH, allows=people(*CUSTOMER_ROLES), example=examples.LOGIN_NOTICES_SEEN)
async def set_own_notice_preferences(
    fields: LoginNoticesFields, person: ThePerson, author: TheAuthor
) -> LoginNoticesView:
    """Set where the signed-in buyer or approver is told of orders and money, and of what not."""
    given = OwnNotices(fields.mail, fields.language, {each.kind: each.wanted for each in fields.wishes})
    return _view(await person.asks(set_own_notices, given, author))


def _view(notices: OwnNotices) -> LoginNoticesView:
    wishes = [LoginWishView(kind=kind, wanted=wanted) for kind, wanted in notices.wanted.items()]
    return LoginNoticesView(mail=notices.mail, language=notices.language, notices=wishes)
