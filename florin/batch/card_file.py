"""Card files: the only way in which numbers, PINs and e-codes leave, and only encrypted to a recipient's key.

A file holds the cards of one issue that are still unsold: from its sale on, a card's secrets are its holder's. PINs and
e-codes are derived and numbers opened a page at a time, while the file is written; nothing readable touches the disk.
"""

import asyncio
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from florin.crypto.ecode import group_ecode
from florin.crypto.recipient_file import RecipientMalformed, decrypt_file, encrypt_pages, require_recipient
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.money import format_minor
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue, StockedCard, find_issue, read_page, record_export
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool

PAGE: Final = 1_000
COLUMNS: Final = ("serial", "number", "pin", "e_code", "denomination", "currency", "expires")
"""``serial`` is the card's id and no secret, ``denomination`` is in units; ``expires`` stays empty until activation."""


def require_file_recipient(recipient: str) -> None:
    """Refuse (`InvalidField`) what is not the public key of an age identity."""
    try:
        require_recipient(recipient)
    except RecipientMalformed as error:
        raise InvalidField("recipient", str(error)) from None


@dataclass(frozen=True, slots=True)
class ExportCards:
    """The unsold cards of an issue, to a new file, for the holder of an age identity. `InvalidField` for a bad key."""

    issue_id: UUID
    recipient: str
    path: Path

    def __post_init__(self) -> None:
        """Refuse a recipient that could not read the file."""
        require_file_recipient(self.recipient)


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card file that has been written, and how many cards are in it."""

    path: Path
    cards: int


async def export_cards(pool: Pool, vault: Vault, command: ExportCards, author: Author) -> CardFile | Decline:
    """Write the file; `ISSUE_NOT_FOUND`, or `ISSUE_NOT_READY` as long as cards are missing.

    Cards that are made for a corporate order leave to its customer only, by its deliveries, and those that are sold
    online to their buyers only: here is no such issue.
    The audit row is written first, so that no number leaves without one. A file that a kill cuts short does not open.

    Raises:
        FileExistsError: there is such a file already; it was not touched.
        OSError: the file cannot be written.
    """
    issue = await find_issue(pool, command.issue_id)
    if issue is None or issue.sold_to is not None or issue.sold_online:
        return Decline.ISSUE_NOT_FOUND
    if not issue.is_ready:
        return Decline.ISSUE_NOT_READY
    unit = (await read_catalogue(pool)).programmes[issue.programme_id].unit
    pages = _Pages(pool, vault, issue, unit)
    with command.path.open("xb") as sealed:
        try:
            await record_export(pool, issue, command.recipient, author)
            await _encrypt(pages, sealed, command.recipient)
        except BaseException:
            command.path.unlink()
            raise
    return CardFile(command.path, pages.cards)


async def _encrypt(pages: "_Pages", sealed: IO[bytes], recipient: str) -> None:
    # Encryption is one long call of a library, so it gets a thread, and asks this thread's loop for every page.
    loop = asyncio.get_running_loop()

    def next_page() -> bytes:
        return asyncio.run_coroutine_threadsafe(pages.next(), loop).result()

    await asyncio.to_thread(encrypt_pages, next_page, sealed, recipient)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A line of a card file, as its recipient reads it."""

    serial: str
    number: str
    pin: str
    ecode: str
    denomination: str
    currency: str
    expires: str


def read_card_file(path: Path, identity: str) -> list[PrintedCard]:
    """All cards of a file, for a recipient such as the demo; in memory, unlike the writing.

    Raises:
        FileNotForUs: the file was altered, cut, or made for another identity.
    """
    plain = BytesIO()
    with path.open("rb") as sealed:
        decrypt_file(sealed, plain, identity)
    _, *lines = plain.getvalue().decode().splitlines()
    return [PrintedCard(*line.split(",")) for line in lines]


class _Pages:
    """The lines of the file, page by page: the header first, nothing after the last card."""

    def __init__(self, pool: Pool, vault: Vault, issue: CardIssue, unit: str) -> None:
        self.cards = 0
        self._pool = pool
        self._vault = vault
        self._issue = issue
        self._value = f"{format_minor(issue.denomination_minor, unit)},{unit}"
        self._has_begun = False
        self._last = 0

    async def next(self) -> bytes:
        if not self._has_begun:
            self._has_begun = True
            return header_line()
        page = await read_page(self._pool, self._issue.id, self._last, PAGE)
        if page:
            self._last = page[-1].serial
            self.cards += len(page)
        return b"".join([card_line(self._vault, card, self._value) for card in page])


def header_line() -> bytes:
    """The first line of every card file."""
    return _line(*COLUMNS)


def card_line(vault: Vault, card: StockedCard, value: str) -> bytes:
    """The line of a card; ``value`` is its denomination in units and the currency, as two columns."""
    row_id = card.id.bytes
    number = vault.card_numbers.open(card.number_encrypted, row_id).decode()
    pin = vault.cards.derive_pin(card.key_id, row_id)
    ecode = group_ecode(vault.cards.derive_ecode(card.key_id, row_id)) if card.has_ecode else ""
    expires = "" if card.expires_on is None else card.expires_on.isoformat()
    return _line(wire_id("card", card.id), number, pin, ecode, value, expires)


def _line(*values: str) -> bytes:
    # Digits, hyphens, hexadecimal and upper-case letters only: nothing to quote, and nothing that a spreadsheet
    # would take for a formula.
    return (",".join(values) + "\r\n").encode()
