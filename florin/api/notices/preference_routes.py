"""What the signed-in member wants to be told of, over which channel and in which language."""

from typing import Annotated, Literal

from pydantic import Field

from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import Choice, Fields, PrivateFields
from florin.api.given import TheAuthor, accepted
from florin.api.notices import notice_examples as examples
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.notices.preferences import choices, set_preferences
from florin.domain.declines import Decline
from florin.domain.notice import Channel, Language, NoticeKind
from florin.storage.notices.notice_preferences import Preferences, read_preferences

ROUTES = Routes("The member's own")

_PATH = "/v1/me/notice-preferences"


class WishField(Fields):
    """Whether notices of a kind are wanted over a channel."""

    kind: Annotated[NoticeKind, Choice]
    channel: Literal["mail", "sms"]
    wanted: bool


class PreferencesFields(PrivateFields, example=examples.PREFERENCES):
    """All wishes; about what is left out nothing is said, so it goes by mail, or by SMS where there is no address."""

    language: Annotated[Language, Choice] | None = None
    birthday: Annotated[str, Field(pattern="^(0[1-9]|1[0-2])-[0-3][0-9]$")] | None = None
    wishes: Annotated[list[WishField], Field(max_length=100)] = Field(default_factory=list)


class ChoiceView(View):
    """How a kind of notice goes out; null where nothing was said, and `by_default` is what happens then."""

    kind: NoticeKind
    mail: bool | None
    sms: bool | None
    by_default: bool


class PreferencesView(View):
    """The member's language, birthday (month and day) and wishes about every notice that can be switched off."""

    language: Language | None
    birthday: str | None
    notices: list[ChoiceView]


@ROUTES.get(_PATH, allows=Audience.MEMBER, example=examples.PREFERENCES_SEEN)
async def read_my_preferences(member: TheMember) -> PreferencesView:
    """Show what the member wants to be told of."""
    return _view(await read_preferences(member.house.pool, member.who.member_id))


@ROUTES.put(_PATH, allows=Audience.MEMBER, problems=(Decline.NOTICE_ALWAYS_SENT,), example=examples.PREFERENCES_SEEN)
async def set_my_preferences(fields: PreferencesFields, member: TheMember, author: TheAuthor) -> PreferencesView:
    """Set what the member wants to be told of; one-time codes and what the law asks for are always sent."""
    wishes = {(each.kind, Channel(each.channel)): each.wanted for each in fields.wishes}
    birthday = None if fields.birthday is None else int(fields.birthday.replace("-", ""))
    preferences = Preferences(wishes, fields.language, birthday)
    return _view(accepted(await set_preferences(member.house, member.who.member_id, preferences, author)))


def _view(preferences: Preferences) -> PreferencesView:
    birthday = preferences.birthday
    return PreferencesView(
        language=preferences.language,
        birthday=None if birthday is None else "{:02}-{:02}".format(*divmod(birthday, 100)),
        notices=[ChoiceView(**each._asdict()) for each in choices(preferences)],
    )
