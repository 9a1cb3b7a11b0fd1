"""What people write to a case: sealed, and opened for those whose case it is and those who work on it."""

from datetime import datetime
from uuid import UUID

from florin.crypto.vault import Vault
from florin.domain.case_life import CaseNote, CaseOperation, CaseStatus, Side
from florin.storage.cases import SealedNote
from florin.storage.fresh_ids import fresh_id


def sealed_note(
    vault: Vault,
    text: str,
    side: Side,
    author_id: UUID,
    now: datetime,
    status: CaseStatus,
    operation: CaseOperation | None,
    *,
    is_internal: bool = False,
) -> SealedNote:
    """A note as the database keeps it; ``status`` is the case's after the step."""
    note_id = fresh_id()
    sealed = vault.case_texts.seal(text.encode(), note_id.bytes)
    step = None if operation is None else operation.value
    return SealedNote(note_id, step, status.value, side.value, author_id, is_internal, sealed, now)


def opened_note(vault: Vault, note: SealedNote) -> CaseNote:
    """A note as people read it."""
    sealed = note.text_encrypted
    return CaseNote(
        note.id,
        None if note.operation is None else CaseOperation(note.operation),
        CaseStatus(note.status),
        Side(note.side),
        note.author_id,
        note.is_internal,
        None if sealed is None else vault.case_texts.open(sealed, note.id.bytes).decode(),
        note.at,
    )
