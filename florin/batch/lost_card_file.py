"""The card file of a lost card's successor: one line, sealed to whoever prints it. Each export is recorded."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from florin.batch.card_file import card_line, header_line, require_file_recipient
from florin.clearing.house import ClearingHouse
from florin.clearing.loss.replace_lost_card import WHO_MAY
from florin.crypto.recipient_file import encrypt_pages
from florin.domain.declines import Decline
from florin.domain.loss import LossStatus
from florin.domain.money import format_minor
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.cards.losses import find_loss, read_successor
from florin.storage.people.logins import CodeProof, spend_code_at_once


@dataclass(frozen=True, slots=True)
class ExportSuccessor:
    """The card in the place of a lost one, for the holder of an age identity. `InvalidField` for a bad key."""

    loss_id: UUID
    recipient: str

    def __post_init__(self) -> None:
        """Refuse a recipient that could not read the file."""
        require_file_recipient(self.recipient)


async def export_successor(
    house: ClearingHouse, actor: Actor, command: ExportSuccessor, proof: CodeProof, now: datetime
) -> bytes | Decline:
    """The encrypted file; the one-time code is spent by it.

    Declines: ``role_required``, ``loss_not_found``, ``loss_not_in_state`` before the card is replaced,
    ``totp_code_incorrect``.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    loss = await find_loss(house.pool, command.loss_id)
    if loss is None:
        return Decline.LOSS_NOT_FOUND
    if loss.status is not LossStatus.REPLACED or loss.successor_id is None:
        return Decline.LOSS_NOT_IN_STATE
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    author = Author(actor.session_id, now)
    card, face_minor = await read_successor(house.pool, loss.successor_id, command.recipient, author)
    unit = (await house.engine.current_catalogue()).programmes[loss.programme_id].unit
    pages = iter((header_line() + card_line(house.vault, card, f"{format_minor(face_minor, unit)},{unit}"), b""))
    sealed = BytesIO()
    encrypt_pages(lambda: next(pages), sealed, command.recipient)
    return sealed.getvalue()
