"""Whom to call, how, and what came of it. Who opens personal data is on record before it opens."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.member_contact import ContactChannel, ContactOutcome, require_next_on, require_notes
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.member_contacts import (
    MemberToCall,
    NewContact,
    add_contact,
    contacts_with,
    members_to_call,
    record_opening,
)
from florin.storage.members.members import profile_of

CALLERS: Final = frozenset({Role.OPERATOR, Role.MANAGER})
"""Who calls members, and therefore sees how they are reached."""
READERS: Final = CALLERS | {Role.AUDITOR}
"""Who sees the list: who has been quiet, for how long, and who was called, without how to reach anybody."""

LATEST: Final = 50


@dataclass(frozen=True, slots=True)
class RecordContact:
    """A contact with a member. `InvalidField` for notes that are too long."""

    member_id: UUID
    channel: ContactChannel
    outcome: ContactOutcome
    notes: str | None = field(repr=False, default=None)
    next_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse what is no note."""
        require_notes(self.notes)


@dataclass(frozen=True, slots=True)
class OpenedContact:
    """A contact with its notes opened."""

    id: UUID
    member_id: UUID
    channel: ContactChannel
    outcome: ContactOutcome
    notes: str | None = field(repr=False)
    next_on: date | None
    login_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Reachable:
    """How a member is reached, and the latest contacts."""

    member_id: UUID
    user_name: str
    mail: str | None = field(repr=False)
    mobile: str | None = field(repr=False)
    contacts: tuple[OpenedContact, ...]


async def contact_list(
    house: ClearingHouse, actor: Actor, programme_id: UUID, after: UUID, limit: int, now: datetime
) -> Page[MemberToCall, UUID] | Decline:
    """A page of the members whom it is time to call; ``programme_not_found``, ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    programme = (await read_catalogue(house.pool)).programmes.get(programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    return await members_to_call(house.pool, programme_id, programme.business_date(now), after, limit)


async def open_contacts(house: ClearingHouse, actor: Actor, member_id: UUID, now: datetime) -> Reachable | Decline:
    """How a member is reached and the contacts so far; ``role_required``, ``member_not_found``. It is on record."""
    if not actor.has(*CALLERS):
        return Decline.ROLE_REQUIRED
    profile = await profile_of(house.pool, member_id)
    if profile is None:
        return Decline.MEMBER_NOT_FOUND
    await record_opening(house.pool, "contact.details_opened", member_id, Author(actor.session_id, now), 1)
    vault, row = house.vault, member_id.bytes
    contacts = tuple(
        OpenedContact(
            each.id,
            each.member_id,
            ContactChannel(each.channel),
            ContactOutcome(each.outcome),
            None if each.notes is None else vault.contact_notes.open(each.notes, each.id.bytes).decode(),
            each.next_on,
            each.login_id,
            each.at,
        )
        for each in await contacts_with(house.pool, member_id, LATEST)
    )
    mail, mobile = profile.mail_encrypted, profile.mobile_encrypted
    return Reachable(
        member_id,
        profile.user_name,
        None if mail is None else vault.mails.open(mail, row).decode(),
        None if mobile is None else vault.mobiles.open(mobile, row).decode(),
        contacts,
    )


async def record_contact(
    house: ClearingHouse, actor: Actor, command: RecordContact, now: datetime
) -> OpenedContact | Decline:
    """Record a contact and return it; ``role_required``, ``member_not_found``.

    Raises:
        InvalidField: the next call lies in the past, or more than a year ahead.
    """
    if not actor.has(*CALLERS):
        return Decline.ROLE_REQUIRED
    profile = await profile_of(house.pool, command.member_id)
    if profile is None:
        return Decline.MEMBER_NOT_FOUND
    programme = (await read_catalogue(house.pool)).programmes[profile.programme_id]
    require_next_on(command.next_on, programme.business_date(now))
    contact_id = fresh_id(shard_of(command.member_id))
    notes = command.notes
    sealed = None if notes is None else house.vault.contact_notes.seal(notes.encode(), contact_id.bytes)
    row = NewContact(
        contact_id, command.member_id, command.channel, command.outcome, sealed, command.next_on, actor.login_id
    )
    await add_contact(house.pool, row, Author(actor.session_id, now))
    return OpenedContact(
        contact_id,
        command.member_id,
        command.channel,
        command.outcome,
        command.notes,
        command.next_on,
        actor.login_id,
        now,
    )
