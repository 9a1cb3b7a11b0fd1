"""A programme's notices: its terms, its own texts, a preview, a sample to look at; and what a member was told."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from florin.api.fields import Choice, Fields, MemberId, NoticeId, PrivateFields, ProgrammeId, WallClock, time_of
from florin.api.given import TheAuthor, TheHouse, ThePage
from florin.api.management_examples import page_of
from florin.api.members.served_member import SERVING, served
from florin.api.notices import notice_examples as examples
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View, listed
from florin.clearing.notices.programme_texts import (
    TextInUse,
    preview,
    remove_text,
    send_sample,
    set_terms,
    set_text,
    text_in_use,
)
from florin.domain.declines import Decline
from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template
from florin.domain.scopes import Scope
from florin.storage.notices.notice_texts import NoticeTerms, TextPlace, read_terms
from florin.storage.notices.told_notices import list_notices

ROUTES = Routes("Notices")

_PROGRAMME = "/v1/programmes/{programme_id}"
_TEXT = _PROGRAMME + "/notice-texts/{kind}/{channel}/{language}"
_NOT_FOUND = (Decline.PROGRAMME_NOT_FOUND,)

SentOver = Literal["mail", "sms"]


class NoticeTermsFields(Fields, example=examples.TERMS):
    """When and of which days members are told; times are by the programme's clock."""

    language: Annotated[Language, Choice]
    quiet_from: WallClock | None = None
    quiet_until: WallClock | None = None
    member_day: Annotated[int, Field(ge=1, le=31)] | None = None
    birthdays: bool = True
    expiry_days: Annotated[int, Field(ge=0, le=366)] = 30


class NoticeTermsView(View):
    """When and of which days members are told."""

    language: Language
    quiet_from: str | None
    quiet_until: str | None
    member_day: int | None
    birthdays: bool
    expiry_days: int


class NoticeTextFields(Fields, example=examples.TEXT):
    """A text with places for values, as `{{ balance | money }}`; mail has a subject, a short message has none."""

    subject: Annotated[str, Field(max_length=200)] | None = None
    body: Annotated[str, Field(max_length=10_000)]
    html: Annotated[str, Field(max_length=50_000)] | None = None


class NoticeTextView(View):
    """A text in use, and whether it is the programme's own."""

    subject: str | None
    body: str
    html: str | None
    is_own: bool


class FilledTextView(View):
    """A text with a sample in its places."""

    subject: str | None
    body: str
    html: str | None


class SampleFields(PrivateFields, example=examples.SAMPLE):
    """A kind of notice, and where a sample of it goes: a mail address or mobile number.

    `language` null: the programme's.
    """

    kind: Annotated[NoticeKind, Choice]
    address: Annotated[str, Field(min_length=3, max_length=254)]
    language: Annotated[Language, Choice] | None = None


class SampleSentView(View):
    """The id of the notice that is on its way."""

    id: NoticeId


class NoticeSendingView(View):
    """What has become of a notice on a channel: waiting (until `due_at`), sent, failed or dropped, and why."""

    channel: str
    status: str
    attempts: int
    failure: str | None
    due_at: datetime | None
    ended_at: datetime | None


class ToldNoticeView(View):
    """A notice, and what has become of it on each channel; without one nobody wanted to hear of it."""

    id: NoticeId
    kind: str
    made_at: datetime
    sendings: list[NoticeSendingView]


class ToldNoticePage(View):
    """Some notices, and the cursor of the next page."""

    items: list[ToldNoticeView]
    next_cursor: str | None


@ROUTES.get(_PROGRAMME + "/notice-terms", allows=Scope.NOTICES_WRITE, problems=_NOT_FOUND, example=examples.TERMS)
async def read_notice_terms(
    programme_id: ProgrammeId, configuration: TheConfiguration, house: TheHouse
) -> NoticeTermsView:
    """Show when and of which days a programme's members are told."""
    return _terms_view(await read_terms(house.pool, configuration.programme(programme_id).id))


@ROUTES.put(_PROGRAMME + "/notice-terms", allows=Scope.NOTICES_WRITE, problems=_NOT_FOUND, example=examples.TERMS)
async def set_notice_terms(
    programme_id: ProgrammeId,
    fields: NoticeTermsFields,
    configuration: TheConfiguration,
    house: TheHouse,
    author: TheAuthor,
) -> NoticeTermsView:
    """Set when and of which days a programme's members are told."""
    given = {name: getattr(fields, name) for name in NoticeTermsFields.model_fields}
    quiet = {name: None if given[name] is None else time_of(given[name]) for name in ("quiet_from", "quiet_until")}
    terms = NoticeTerms(**{**given, **quiet})
    return _terms_view(await set_terms(house, configuration.programme(programme_id).id, terms, author))


@ROUTES.get(_TEXT, allows=Scope.NOTICES_WRITE, problems=_NOT_FOUND, example=examples.TEXT_IN_USE)
async def read_notice_text(
    programme_id: ProgrammeId,
    kind: NoticeKind,
    channel: SentOver,
    language: Language,
    configuration: TheConfiguration,
    house: TheHouse,
) -> NoticeTextView:
    """Show the text that a kind of notice has."""
    programme = configuration.programme(programme_id)
    return _text_view(await text_in_use(house, programme.id, (kind, Channel(channel), language)))


@ROUTES.put(_TEXT, allows=Scope.NOTICES_WRITE, problems=_NOT_FOUND, example=examples.TEXT_IN_USE)
async def set_notice_text(
    programme_id: ProgrammeId,
    kind: NoticeKind,
    channel: SentOver,
    language: Language,
    fields: NoticeTextFields,
    configuration: TheConfiguration,
    house: TheHouse,
    author: TheAuthor,
) -> NoticeTextView:
    """Set a programme's own text; one that could not be filled in is refused."""
    programme, place = configuration.programme(programme_id), (kind, Channel(channel), language)
    return _text_view(await set_text(house, programme.id, place, _template(fields), author))


@ROUTES.delete(_TEXT, allows=Scope.NOTICES_WRITE, status=204, problems=_NOT_FOUND)
async def remove_notice_text(
    programme_id: ProgrammeId,
    kind: NoticeKind,
    channel: SentOver,
    language: Language,
    configuration: TheConfiguration,
    house: TheHouse,
    author: TheAuthor,
) -> None:
    """Go back to the text that comes with Florin."""
    programme = configuration.programme(programme_id)
    await remove_text(house, programme.id, (kind, Channel(channel), language), author)


@ROUTES.post(_TEXT + "/preview", allows=Scope.NOTICES_WRITE, problems=_NOT_FOUND, example=examples.FILLED)
async def preview_notice_text(
    programme_id: ProgrammeId,
    kind: NoticeKind,
    channel: SentOver,
    language: Language,
    fields: NoticeTextFields,
    configuration: TheConfiguration,
) -> FilledTextView:
    """Show a text with a sample in its places; nothing is kept."""
    place: TextPlace = (kind, Channel(channel), language)
    return FilledTextView.model_validate(preview(configuration.programme(programme_id), place, _template(fields)))


@ROUTES.post(
    _PROGRAMME + "/notice-samples", allows=Scope.NOTICES_WRITE, status=201, problems=_NOT_FOUND, example=examples.SENT
)
async def send_notice_sample(
    programme_id: ProgrammeId,
    fields: SampleFields,
    configuration: TheConfiguration,
    house: TheHouse,
    author: TheAuthor,
) -> SampleSentView:
    """Send a notice with a sample in its places, to see how it arrives; at once, in quiet hours too."""
    programme = configuration.programme(programme_id)
    return SampleSentView(id=await send_sample(house, programme, fields.kind, fields.address, author, fields.language))


@ROUTES.get(
    "/v1/members/{member_id}/notices",
    allows=SERVING,
    problems=(Decline.MEMBER_NOT_FOUND,),
    example=page_of(examples.NOTICE),
)
async def list_member_notices(member_id: MemberId, house: TheHouse, page: ThePage) -> ToldNoticePage:
    """List what a member was told, the newest first, and what has become of it; never the texts."""
    await served(house, member_id)
    after = page.last_seen("notices")
    found = await list_notices(house.pool, member_id, after, page.limit)
    return ToldNoticePage(**listed("notices", found, ToldNoticeView.model_validate))


def _template(fields: NoticeTextFields) -> Template:
    return Template(fields.body, fields.subject, fields.html)


def _text_view(text: TextInUse) -> NoticeTextView:
    template = text.template
    return NoticeTextView(subject=template.subject, body=template.body, html=template.html, is_own=text.is_own)


def _terms_view(terms: NoticeTerms) -> NoticeTermsView:
    return NoticeTermsView(
        language=Language(terms.language),
        quiet_from=None if terms.quiet_from is None else terms.quiet_from.isoformat("minutes"),
        quiet_until=None if terms.quiet_until is None else terms.quiet_until.isoformat("minutes"),
        member_day=terms.member_day,
        birthdays=terms.birthdays,
        expiry_days=terms.expiry_days,
    )
