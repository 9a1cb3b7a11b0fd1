"""Card files over HTTP: written to disk whole and encrypted, then sent.

A file that fails half-way is a refusal then and not a torn download, and neither a slow client nor a large issue takes
memory. The file has no name any more when its first byte is sent, so nothing is left behind, whatever happens.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from uuid import UUID

from florin.batch.card_file import CardFile, ExportCards, export_cards
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author


@dataclass(frozen=True, slots=True)
class SealedFile:
    """An encrypted file that is ready to be sent, once."""

    length_bytes: int
    content: IO[bytes]


async def sealed_card_file(
    house: ClearingHouse, issue_id: UUID, recipient: str, author: Author
) -> SealedFile | Decline:
    """The unsold cards of an issue for the holder of a key, with an audit row; the declines of `export_cards`."""
    with TemporaryDirectory(prefix="florin-") as directory:
        command = ExportCards(issue_id, recipient, Path(directory) / "cards.age")
        written = await export_cards(house.pool, house.vault, command, author)
        if not isinstance(written, CardFile):
            return written
        return SealedFile(written.path.stat().st_size, written.path.open("rb"))
