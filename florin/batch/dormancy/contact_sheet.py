"""The contact list as a table for spreadsheets, with how to reach everybody on it."""

from datetime import datetime
from typing import IO, Final
from uuid import UUID

from florin.clearing.answers import instant
from florin.clearing.dormancy.member_contacts import CALLERS, contact_list
from florin.clearing.house import ClearingHouse
from florin.crypto.envelope import Envelope
from florin.documents.sheets import Cell, SheetForm, open_sheet
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.members.member_contacts import MemberToCall, record_opening

COLUMNS: Final = (
    "member", "user_name", "mobile", "mail", "stage", "reason", "last_activity_at", "balance", "currency",
    "last_contact_at", "channel", "outcome", "next_on",
)  # fmt: skip
PAGE: Final = 1000

_NOBODY: Final = UUID(int=0)


async def write_contact_sheet(
    house: ClearingHouse, actor: Actor, programme_id: UUID, form: SheetForm, file: IO[bytes], now: datetime
) -> int | Decline:
    """Write everybody who is to be called and return how many; ``role_required``, ``programme_not_found``.

    Each page is on record, with how many it opened, before it is written.
    """
    if not actor.has(*CALLERS):
        return Decline.ROLE_REQUIRED
    after: UUID | None = _NOBODY
    written = 0
    with open_sheet(form, file, "contacts", COLUMNS) as sheet:
        while after is not None:
            page = await contact_list(house, actor, programme_id, after, PAGE, now)
            if isinstance(page, Decline):
                return page
            author, members = Author(actor.session_id, now), len(page.items)
            if members:
                await record_opening(house.pool, "contact.list_exported", programme_id, author, members)
                sheet.add(_row(house, each) for each in page.items)
            written, after = written + members, page.next_after
    return written


def _row(house: ClearingHouse, each: MemberToCall) -> tuple[Cell, ...]:
    vault, last = house.vault, each.last_contact
    contact: tuple[Cell, ...] = (None, None, None, None)
    if last is not None:
        next_on = None if last.next_on is None else last.next_on.isoformat()
        contact = (instant(last.at), last.channel.value, last.outcome.value, next_on)
    return (
        wire_id("member", each.member_id),
        each.user_name,
        _opened(vault.mobiles, each.mobile_encrypted, each.member_id),
        _opened(vault.mails, each.mail_encrypted, each.member_id),
        each.stage,
        each.reason,
        instant(each.last_activity_at),
        format_minor(each.balance_minor, each.unit),
        each.unit,
        *contact,
    )


def _opened(envelope: Envelope, sealed: bytes | None, member_id: UUID) -> str | None:
    return None if sealed is None else envelope.open(sealed, member_id.bytes).decode()
