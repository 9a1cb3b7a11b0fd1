"""The two parts in which the cards of an order leave: numbers and PINs, line by line in the same order.

What opens a card is never whole in one part. An e-code opens it alone, without number and PIN, so each part has one
half of it: the other fifty bits nobody guesses at a till. PINs and e-codes are derived and numbers opened a page at a
time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.crypto.ecode import group_ecode
from florin.crypto.vault import Vault
from florin.domain.delivery import DeliveryPart
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.storage.connect import Pool
from florin.storage.corporate.delivered_cards import (
    CardsWanted,
    LineWanted,
    OrderedCardSecrets,
    lines_wanted,
    read_page,
)

PAGE: Final = 1_000
COLUMNS: Final = {
    DeliveryPart.NUMBERS: (
        *("line", "serial", "card", "number", "e_code_begins", "product", "denomination", "currency", "expires"),
    ),
    DeliveryPart.PINS: ("line", "serial", "pin", "e_code_ends"),
}
"""``card`` is the card's id, ``product`` the product's code, ``denomination`` in units; ``expires`` is often set later.

The e-code is ``e_code_begins`` and ``e_code_ends`` one after the other; both stay empty where the card has none.
"""


@dataclass(frozen=True, slots=True)
class CardTexts:
    """What the cards of a programme have in common in print: its currency, and the codes of its products by id."""

    unit: str
    products: Mapping[UUID, str]


class PartPages:
    """The lines of a part, page by page."""

    def __init__(self, pool: Pool, vault: Vault, part: DeliveryPart, wanted: CardsWanted, texts: CardTexts) -> None:
        self.cards = 0
        self._pool = pool
        self._wanted = wanted
        self._header = _line(*COLUMNS[part])
        self._line_of = _LINES[part](vault, texts)
        self._lines: list[LineWanted] | None = None
        self._last = 0

    async def read(self) -> list[OrderedCardSecrets]:
        """The cards of the next page, still sealed; none after the last card."""
        if self._lines is None:
            self._lines = await lines_wanted(self._pool, self._wanted)
        while self._lines:
            page = await read_page(self._pool, self._wanted, self._lines[0], self._last, PAGE)
            if page:
                self._last = page[-1].serial
                self.cards += len(page)
                return page
            self._lines, self._last = self._lines[1:], 0
        return []

    def texts(self, next_cards: Callable[[], list[OrderedCardSecrets]]) -> Iterator[bytes]:
        """The part as it is written: the header, then each page of cards that ``next_cards`` returns."""
        yield self._header
        while page := next_cards():
            yield b"".join([self._line_of(card) for card in page])


def _number_lines(vault: Vault, texts: CardTexts) -> Callable[[OrderedCardSecrets], bytes]:
    def line(card: OrderedCardSecrets) -> bytes:
        number = vault.card_numbers.open(card.number_encrypted, card.id.bytes).decode()
        begins, _ = _halves(vault, card)
        face = format_minor(card.denomination_minor, texts.unit)
        expires = "" if card.expires_on is None else card.expires_on.isoformat()
        product = texts.products[card.product_id]
        return _line(*_place(card), wire_id("card", card.id), number, begins, product, face, texts.unit, expires)

    return line


def _pin_lines(vault: Vault, _: CardTexts) -> Callable[[OrderedCardSecrets], bytes]:
    def line(card: OrderedCardSecrets) -> bytes:
        _, ends = _halves(vault, card)
        return _line(*_place(card), vault.cards.derive_pin(card.key_id, card.id.bytes), ends)

    return line


_LINES: Final = {DeliveryPart.NUMBERS: _number_lines, DeliveryPart.PINS: _pin_lines}


def _place(card: OrderedCardSecrets) -> tuple[str, str]:
    return str(card.line), str(card.serial)


def _halves(vault: Vault, card: OrderedCardSecrets) -> tuple[str, str]:
    if not card.has_ecode:
        return "", ""
    code = group_ecode(vault.cards.derive_ecode(card.key_id, card.id.bytes))
    return code[: len(code) // 2], code[len(code) // 2 :]


def _line(*values: str) -> bytes:
    # Digits, letters, hyphens, underscores and full stops only, with no sign before a digit: nothing to quote, and
    # nothing that a spreadsheet would take for a formula. A second half begins with a letter or digit of the code.
    return (",".join(values) + "\r\n").encode()
