"""The signed-in member's own profile: contacts, real name, password and one-time codes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import Choice, MemberId, PrivateFields, ProgrammeId, TotpCode
from florin.api.given import TheAuthor, accepted
from florin.api.members.registration_routes import Mail, Mobile, NewPassword, Typed
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.membership.change_contacts import change_contacts
from florin.clearing.membership.change_password import change_password
from florin.clearing.membership.confirm_totp import confirm_totp
from florin.clearing.membership.contacts import Contacts
from florin.clearing.membership.enrol_totp import enrol_totp
from florin.clearing.membership.read_profile import Profile, read_profile
from florin.clearing.membership.record_identity import record_identity
from florin.clearing.membership.remove_totp import remove_totp
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.member_life import MemberStatus

ROUTES = Routes("The member's own")

_SHOWN_DIGITS = 4
_PASSWORD_PROBLEMS = (Decline.PASSWORD_INCORRECT, Decline.RATE_LIMITED)
_CONFIRMATION_PROBLEMS = (*_PASSWORD_PROBLEMS, Decline.TOTP_CODE_INCORRECT)


class IdentityFields(PrivateFields, example=examples.IDENTITY):
    """The member's real name, and the document that shows it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    document_kind: Annotated[DocumentKind, Choice]
    document_number: Annotated[str, Field(min_length=1, max_length=40)]


class PasswordFields(PrivateFields, example=examples.PASSWORD_AGAIN):
    """The password, asked for again."""

    password: Typed


class ConfirmationFields(PasswordFields, example=examples.CONFIRMATION):
    """The password, asked for again, and a fresh one-time code where those are on."""

    totp_code: TotpCode | None = None


class ContactsFields(ConfirmationFields, example=examples.CONTACTS):
    """How the member is reached from now on, confirmed by the member; what is left out is removed."""

    mail: Mail | None = None
    mobile: Mobile | None = None


class NewPasswordFields(ConfirmationFields, example=examples.NEW_PASSWORD):
    """The member's confirmation, and the password's successor."""

    new_password: NewPassword


class TotpCodeFields(PrivateFields, example=examples.TOTP_CODE):
    """A one-time code."""

    code: TotpCode


class IdentityView(View):
    """The real name on record; of the document's number, the end."""

    name: str
    document_kind: DocumentKind
    document_number_ends: str


class ProfileView(View):
    """A member as the member sees it."""

    id: MemberId
    programme_id: ProgrammeId
    user_name: str
    status: MemberStatus
    mail: str | None
    mobile: str | None
    identity: IdentityView | None
    agreement_version: str
    agreed_at: datetime
    totp_on: bool
    created_at: datetime


class TotpSecretView(View):
    """The secret for the member's authenticator, and its address to be shown as a QR code; shown this once."""

    secret: str
    uri: str


@ROUTES.get("/v1/me", allows=Audience.MEMBER, problems=(Decline.MEMBER_NOT_FOUND,), example=examples.PROFILE)
async def read_me(member: TheMember) -> ProfileView:
    """Show the member's profile."""
    profile = await read_profile(member.house, member.who.member_id)
    if profile is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    return _profile_view(profile)


@ROUTES.put(
    "/v1/me/contacts",
    allows=Audience.MEMBER,
    status=204,
    problems=(*_CONFIRMATION_PROBLEMS, Decline.CONTACT_TAKEN, Decline.MEMBER_NOT_ACTIVE),
)
async def set_contacts(fields: ContactsFields, member: TheMember) -> None:
    """Replace mail address and mobile number.

    Both are names to sign in with, so the password is asked for, and a fresh one-time code where those are on.
    """
    contacts = Contacts.read(fields.mail, fields.mobile)
    await member.asks(change_contacts, fields.password, fields.totp_code, contacts, member.now)


@ROUTES.put(
    "/v1/me/identity",
    allows=Audience.MEMBER,
    status=204,
    problems=(Decline.IDENTITY_ON_RECORD, Decline.MEMBER_NOT_ACTIVE),
)
async def set_identity(fields: IdentityFields, member: TheMember, author: TheAuthor) -> None:
    """Record the member's real name, once and for good."""
    identity = Identity.read(fields.name, fields.document_kind, fields.document_number)
    accepted(await record_identity(member.house, member.who.member_id, identity, author))


@ROUTES.put("/v1/me/password", allows=Audience.MEMBER, status=204, problems=_CONFIRMATION_PROBLEMS)
async def set_password(fields: NewPasswordFields, member: TheMember) -> None:
    """Change the password; every other session of the member ends."""
    await member.asks(change_password, fields.password, fields.totp_code, fields.new_password, member.now)


@ROUTES.post(
    "/v1/me/totp",
    allows=Audience.MEMBER,
    status=201,
    problems=(*_PASSWORD_PROBLEMS, Decline.TOTP_ALREADY_ON, Decline.MEMBER_NOT_ACTIVE),
    example=examples.TOTP_SECRET,
)
async def begin_totp(fields: PasswordFields, member: TheMember) -> TotpSecretView:
    """Begin with one-time codes; they are asked for once a first code has been confirmed."""
    programme = (await member.house.engine.current_catalogue()).programmes[member.who.programme_id]
    enrolment = await member.asks(enrol_totp, fields.password, programme.name, member.now)
    return TotpSecretView(secret=enrolment.secret, uri=enrolment.uri)


@ROUTES.post("/v1/me/totp/confirm", allows=Audience.MEMBER, status=204, problems=(Decline.TOTP_CODE_INCORRECT,))
async def turn_on_totp(fields: TotpCodeFields, member: TheMember) -> None:
    """Turn one-time codes on with a first code."""
    await member.asks(confirm_totp, fields.code, member.now)


@ROUTES.post(
    "/v1/me/totp/remove",
    allows=Audience.MEMBER,
    status=204,
    problems=(*_CONFIRMATION_PROBLEMS, Decline.MEMBER_NOT_ACTIVE),
)
async def turn_off_totp(fields: ConfirmationFields, member: TheMember) -> None:
    """Turn one-time codes off; the password alone opens the account from then on."""
    await member.asks(remove_totp, fields.password, fields.totp_code, member.now)


def _profile_view(profile: Profile) -> ProfileView:
    identity = profile.identity
    return ProfileView(
        id=profile.member_id,
        programme_id=profile.programme_id,
        user_name=profile.user_name,
        status=profile.status,
        mail=profile.mail,
        mobile=profile.mobile,
        identity=None if identity is None else _identity_view(identity),
        agreement_version=profile.agreement_version,
        agreed_at=profile.agreed_at,
        totp_on=profile.totp_on,
        created_at=profile.created_at,
    )


def _identity_view(identity: Identity) -> IdentityView:
    return IdentityView(
        name=identity.name,
        document_kind=identity.document_kind,
        document_number_ends=identity.document_number[-_SHOWN_DIGITS:],
    )
