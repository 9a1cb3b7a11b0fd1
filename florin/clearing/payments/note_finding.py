"""Note: finance writes what it has found out about a finding, and closes it with the last word.

A finding itself never changes: it is what a provider has said. That it is closed says only that somebody has looked
into it; money is moved by the payment's own verbs.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.read_payments import READERS
from florin.crypto.vault import Vault
from florin.domain.case_life import read_text
from florin.domain.declines import Decline
from florin.domain.payment_finding import FindingNote, PaymentFinding
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.payment_findings import SealedNote, add_note, find_finding, notes_of

WHO_MAY_NOTE: Final = frozenset({Role.FINANCE})


@dataclass(frozen=True, slots=True)
class NoteFinding:
    """What is written to a finding, and whether that closes it. `InvalidField` for no text, or too much."""

    finding_id: UUID
    text: str = field(repr=False)
    closes: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no text."""
        read_text(self.text)


@dataclass(frozen=True, slots=True)
class FindingHistory:
    """A finding and what was written to it, in the order of time."""

    finding: PaymentFinding
    notes: tuple[FindingNote, ...]


async def read_finding(house: ClearingHouse, actor: Actor, finding_id: UUID) -> FindingHistory | Decline:
    """A finding with its notes. Declines: ``role_required``, ``payment_finding_not_found``."""
    return await _history(house, finding_id) if actor.has(*READERS) else Decline.ROLE_REQUIRED


async def note_finding(
    house: ClearingHouse, actor: Actor, command: NoteFinding, now: datetime
) -> FindingHistory | Decline:
    """Write it down and return the finding as it is then.

    Declines: ``role_required``, ``payment_finding_not_found``, ``payment_finding_closed``.
    """
    if not actor.has(*WHO_MAY_NOTE):
        return Decline.ROLE_REQUIRED
    if await find_finding(house.pool, command.finding_id) is None:
        return Decline.PAYMENT_FINDING_NOT_FOUND
    note_id = fresh_id()
    sealed = house.vault.finding_texts.seal(read_text(command.text).encode(), note_id.bytes)
    note = SealedNote(note_id, command.closes, sealed, actor.login_id, now)
    if not await add_note(house.pool, command.finding_id, note, Author(actor.session_id, now)):
        return Decline.PAYMENT_FINDING_CLOSED
    return await _history(house, command.finding_id)


async def _history(house: ClearingHouse, finding_id: UUID) -> FindingHistory | Decline:
    finding = await find_finding(house.pool, finding_id)
    if finding is None:
        return Decline.PAYMENT_FINDING_NOT_FOUND
    notes = await notes_of(house.pool, finding_id)
    return FindingHistory(finding, tuple(_opened(house.vault, each) for each in notes))


def _opened(vault: Vault, note: SealedNote) -> FindingNote:
    sealed = note.text_encrypted
    text = None if sealed is None else vault.finding_texts.open(sealed, note.id.bytes).decode()
    return FindingNote(note.id, note.closes, text, note.login_id, note.at)
