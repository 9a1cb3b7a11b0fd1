"""Contacts: whom customer service is to call, how they are reached, and what came of it."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.asking import Asking, ThePerson
from florin.api.callers import people
from florin.api.examples import MEMBER_ID, cny
from florin.api.fair_turns import FairTurns
from florin.api.fields import Choice, ContactId, LoginId, MemberId, PrivateFields, ProgrammeId
from florin.api.files import answers_file, attachment, parts_of, written_whole
from florin.api.given import ThePage
from florin.api.management_examples import Json, page_of
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, listed
from florin.batch.dormancy.contact_sheet import COLUMNS, write_contact_sheet
from florin.clearing.dormancy.member_contacts import (
    CALLERS,
    READERS,
    OpenedContact,
    Reachable,
    RecordContact,
    contact_list,
    open_contacts,
    record_contact,
)
from florin.documents.sheets import MEDIA_TYPES, SheetForm
from florin.domain.declines import Decline
from florin.domain.dormancy import DormancyReason, DormancyStage
from florin.domain.identifiers import wire_id
from florin.domain.member_contact import LONGEST_NOTES, ContactChannel, ContactOutcome
from florin.domain.people import Actor
from florin.storage.members.member_contacts import MemberToCall

ROUTES = Routes("Contacts")

_LIST: Final = "contact_list"
_PROGRAMME: Final = "/v1/programmes/{programme_id}"
_WRITING: Final = FairTurns("other contact lists are being written")

_NEW: Final[Json] = {
    "channel": "phone",
    "outcome": "not_reached",
    "notes": "Rang twice in the morning.",
    "next_on": "2026-11-25",
}
_HEX: Final = MEMBER_ID.removeprefix("mbr_")
_CONTACT: Final[Json] = {
    "id": f"ctc_{_HEX}",
    "member_id": MEMBER_ID,
    **_NEW,
    "login_id": f"lgn_{_HEX}",
    "at": "2026-11-22T08:30:00Z",
}
_LAST: Final[Json] = {
    "at": "2026-11-22T08:30:00Z",
    "channel": "phone",
    "outcome": "not_reached",
    "next_on": "2026-11-25",
}
_TO_CALL: Final[Json] = {
    "member_id": MEMBER_ID,
    "user_name": "anna",
    "stage": "inactive",
    "reason": "low_balance",
    "last_activity_at": "2026-10-01T08:30:00Z",
    "balance": cny(1_250),
    "last_contact": _LAST,
}
_REACHABLE: Final[Json] = {
    "member_id": MEMBER_ID,
    "user_name": "anna",
    "mail": "anna@example.org",
    "mobile": "+8613800138000",
    "contacts": [_CONTACT],
}


class ContactFields(PrivateFields, example=_NEW):
    """How a member was spoken or written to, what came of it, and when to try again."""

    channel: Annotated[ContactChannel, Choice]
    outcome: Annotated[ContactOutcome, Choice]
    notes: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTES)] | None = None
    next_on: Annotated[date, Choice] | None = None


class MemberContactView(View):
    """A contact with a member; `login_id` is whose it was."""

    id: ContactId
    member_id: MemberId
    channel: ContactChannel
    outcome: ContactOutcome
    notes: str | None
    next_on: date | None
    login_id: LoginId
    at: datetime


class LastContactView(View):
    """The latest contact with a member, without its notes."""

    at: datetime
    channel: ContactChannel
    outcome: ContactOutcome
    next_on: date | None


class MemberToCallView(View):
    """A member who is to be called. A `stage` of `normal` has had the notice before `inactive`."""

    member_id: MemberId
    user_name: str
    stage: DormancyStage
    reason: DormancyReason
    last_activity_at: datetime
    balance: AmountView
    last_contact: LastContactView | None


class ContactListPage(View):
    """Some members to call, and the cursor of the next page."""

    items: list[MemberToCallView]
    next_cursor: str | None


class ReachableView(View):
    """How a member is reached, and the latest contacts, the last one first."""

    member_id: MemberId
    user_name: str
    mail: str | None
    mobile: str | None
    contacts: list[MemberContactView]


@ROUTES.get(
    _PROGRAMME + "/contact-list",
    allows=people(*READERS),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=page_of(_TO_CALL),
)
async def list_members_to_call(programme_id: ProgrammeId, person: ThePerson, page: ThePage) -> ContactListPage:
    """List the members whom it is time to call, because they have used nothing for so long."""
    after = page.last_seen(_LIST) or UUID(int=0)
    found = await person.asks(contact_list, programme_id, after, page.limit, person.now)
    return ContactListPage(**listed(_LIST, found, _to_call))


@ROUTES.get(
    _PROGRAMME + "/contact-list.csv",
    allows=people(*CALLERS),
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.BUSY),
    **answers_file({MEDIA_TYPES[SheetForm.CSV]: ",".join(COLUMNS)}),
)
async def read_contact_list_csv(programme_id: ProgrammeId, request: Request, person: ThePerson) -> Response:
    """Fetch the list with everybody's mobile number and mail address, as CSV. That it was fetched is on record."""
    return await _sheet(request, person, programme_id, SheetForm.CSV)


@ROUTES.get(
    _PROGRAMME + "/contact-list.xlsx",
    allows=people(*CALLERS),
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.BUSY),
    **answers_file({MEDIA_TYPES[SheetForm.XLSX]: "PK..."}),
)
async def read_contact_list_xlsx(programme_id: ProgrammeId, request: Request, person: ThePerson) -> Response:
    """Fetch the same as a workbook."""
    return await _sheet(request, person, programme_id, SheetForm.XLSX)


@ROUTES.get(
    "/v1/members/{member_id}/contacts",
    allows=people(*CALLERS),
    problems=(Decline.MEMBER_NOT_FOUND,),
    example=_REACHABLE,
)
async def open_members_contacts(member_id: MemberId, person: ThePerson) -> ReachableView:
    """Show how a member is reached, and the contacts so far. That somebody looked is on record."""
    found: Reachable = await person.asks(open_contacts, member_id, person.now)
    contacts = [MemberContactView.model_validate(each) for each in found.contacts]
    return ReachableView(
        member_id=found.member_id,
        user_name=found.user_name,
        mail=found.mail,
        mobile=found.mobile,
        contacts=contacts,
    )


@ROUTES.post(
    "/v1/members/{member_id}/contacts",
    allows=people(*CALLERS),
    status=201,
    problems=(Decline.MEMBER_NOT_FOUND,),
    example=_CONTACT,
)
async def record_members_contact(member_id: MemberId, fields: ContactFields, person: ThePerson) -> MemberContactView:
    """Record a contact with a member."""
    command = RecordContact(member_id, fields.channel, fields.outcome, fields.notes, fields.next_on)
    recorded: OpenedContact = await person.asks(record_contact, command, person.now)
    return MemberContactView.model_validate(recorded)


def _to_call(each: MemberToCall) -> MemberToCallView:
    last = each.last_contact
    return MemberToCallView(
        member_id=each.member_id,
        user_name=each.user_name,
        stage=DormancyStage(each.stage),
        reason=DormancyReason(each.reason),
        last_activity_at=each.last_activity_at,
        balance=amount_view(each.balance_minor, each.unit),
        last_contact=None if last is None else LastContactView.model_validate(last),
    )


async def _sheet(request: Request, person: Asking[Actor], programme_id: UUID, form: SheetForm) -> Response:
    async with written_whole() as file, _WRITING.turn(person.who, request):
        await person.asks(write_contact_sheet, programme_id, form, file, person.now)
    name = f"{wire_id('programme', programme_id)}-contacts.{form}"
    return StreamingResponse(parts_of(file), media_type=MEDIA_TYPES[form], headers=attachment(name))
