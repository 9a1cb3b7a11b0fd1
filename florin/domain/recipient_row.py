"""One row of a recipients' file: what may stand in its cells, and everything that is wrong with them.

The texts of findings never repeat what is personal: only a product, a denomination and the kind of a document are
quoted.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.identity import DocumentKind, Identity
from florin.domain.invalid_field import InvalidField
from florin.domain.money import InvalidAmount, format_minor, parse_decimal
from florin.domain.names import LONGEST_NAME
from florin.domain.recipient import Recipient
from florin.domain.recipient_columns import Cell, Column, NotText
from florin.domain.sign_in_names import normalise_mail, normalise_mobile

LONGEST_EMPLOYEE_NUMBER: Final = 64
_LONGEST_QUOTATION: Final = 40

_MAINLAND_MOBILE: Final = re.compile(r"(?:\+86)?(1[3-9][0-9]{9})")
"""MIIT's numbering plan (电信网编号计划, 2017): mobile numbers have 11 digits and begin with 13 to 19."""

_SEPARATORS: Final = str.maketrans("", "", " -")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@")
_LINE_SPACES: Final = frozenset("\u00a0\u2007\u202f\u3000")
_QUOTED: Final = frozenset({Column.PRODUCT, Column.DENOMINATION, Column.ID_TYPE})

_DOCUMENTS: Final[Mapping[str, DocumentKind]] = {
    **{each.value: each for each in DocumentKind},
    "居民身份证": DocumentKind.RESIDENT_ID,
    "身份证": DocumentKind.RESIDENT_ID,
    "护照": DocumentKind.PASSPORT,
    "港澳居民来往内地通行证": DocumentKind.HOME_RETURN_PERMIT,
    "台湾居民来往大陆通行证": DocumentKind.TAIWAN_PERMIT,
    "外国人永久居留身份证": DocumentKind.PERMANENT_RESIDENCE,
}


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A card product that may be ordered: its denominations in minor units, and whether its cards bear a name."""

    id: UUID
    denominations_minor: tuple[int, ...]
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What a programme offers: its currency, and its products by code."""

    unit: str
    products: Mapping[str, OfferedProduct]


class RecipientRow(NamedTuple):
    """A good row: which card (face in minor units), and for whom."""

    product_id: UUID
    denomination_minor: int
    recipient: Recipient


class CellFinding(NamedTuple):
    """What is wrong with one cell; ``found`` quotes it where it holds nothing personal."""

    column: Column
    reason: str
    found: str | None = None


class BadRow(NamedTuple):
    """A row with at least one finding, and what of it must not come twice, where that could be read."""

    findings: list[CellFinding]
    contact: str | None
    employee_number: str | None


def read_row(offer: Offer, cells: Mapping[Column, Cell]) -> RecipientRow | BadRow:
    """The recipient of a row and the card that the row asks for, or all that is wrong with it."""
    return _Row(offer, cells).read()


class _Row:
    """A row that is being read; a bad cell leaves a finding and the reading goes on, so that all of them are told."""

    def __init__(self, offer: Offer, cells: Mapping[Column, Cell]) -> None:
        self._offer = offer
        self._cells = cells
        self._findings: list[CellFinding] = []

    def read(self) -> RecipientRow | BadRow:
        name = self._name()
        contact = self._contact()
        employee_number = self._employee_number()
        product = self._product()
        denomination_minor = self._denomination(product)
        identity = self._identity(name, needed=product is not None and product.is_registered)
        if self._findings or product is None:
            return BadRow(self._findings, contact or None, employee_number)
        return RecipientRow(product.id, denomination_minor, Recipient(name, contact, employee_number, identity))

    def _find(self, column: Column, reason: str) -> None:
        found = None
        cell = self._cells.get(column, "")
        if column in _QUOTED and isinstance(cell, str) and cell.strip():
            found = "".join(sign if sign.isprintable() else "\ufffd" for sign in cell[:_LONGEST_QUOTATION])
        self._findings.append(CellFinding(column, reason, found))

    def _text(self, column: Column, *, may_begin_as_a_formula: bool = False) -> str | None:
        """The text of a cell with single spaces; empty where there is none, None where a finding says why."""
        cell = self._cells.get(column, "")
        if isinstance(cell, NotText):
            self._find(column, cell.value)
            return None
        if not cell.isprintable() and not all(sign.isprintable() or sign in _LINE_SPACES for sign in cell):
            self._find(column, "a tab, a line break or another character that cannot be seen")
            return None
        text = " ".join((cell if cell.isascii() else unicodedata.normalize("NFC", cell)).split())
        if text.startswith(_FORMULA_SIGNS) and not may_begin_as_a_formula:
            self._find(column, "begins with =, +, - or @, which spreadsheet programs take for a formula")
            return None
        return text

    def _needed(self, column: Column, *, may_begin_as_a_formula: bool = False) -> str | None:
        text = self._text(column, may_begin_as_a_formula=may_begin_as_a_formula)
        if text == "":
            self._find(column, "missing")
            return None
        return text

    def _name(self) -> str:
        name = self._needed(Column.NAME) or ""
        if len(name) > LONGEST_NAME:
            self._find(Column.NAME, f"longer than {LONGEST_NAME} characters")
        return name

    def _contact(self) -> str:
        # The plus sign of a telephone number is no formula: what is kept is a number in its canonical form.
        text = self._needed(Column.CONTACT, may_begin_as_a_formula=True)
        if text is None:
            return ""
        try:
            if "@" in text[1:]:
                return normalise_mail(text)
            mobile = _MAINLAND_MOBILE.fullmatch(text.translate(_SEPARATORS))
            if mobile is not None:
                return normalise_mobile("+86" + mobile[1])
        except InvalidField:
            pass
        self._find(Column.CONTACT, "neither a mobile number of mainland China (11 digits) nor a mail address")
        return ""

    def _employee_number(self) -> str | None:
        text = self._text(Column.EMPLOYEE_NUMBER)
        if text is not None and len(text) > LONGEST_EMPLOYEE_NUMBER:
            self._find(Column.EMPLOYEE_NUMBER, f"longer than {LONGEST_EMPLOYEE_NUMBER} characters")
        return text or None

    def _product(self) -> OfferedProduct | None:
        code = self._needed(Column.PRODUCT)
        product = None if code is None else self._offer.products.get(code)
        if code is not None and product is None:
            self._find(Column.PRODUCT, "not the code of a card product of the programme")
        return product

    def _denomination(self, product: OfferedProduct | None) -> int:
        text = self._needed(Column.DENOMINATION)
        if text is None:
            return 0
        try:
            denomination_minor = parse_decimal(text, self._offer.unit)
        except InvalidAmount as error:
            self._find(Column.DENOMINATION, str(error))
            return 0
        if product is not None and denomination_minor not in product.denominations_minor:
            offered = ", ".join(format_minor(each, self._offer.unit) for each in product.denominations_minor)
            self._find(Column.DENOMINATION, f"the product is issued in {offered} only")
        return denomination_minor

    def _identity(self, name: str, *, needed: bool) -> Identity | None:
        if not (needed or self._cells.get(Column.ID_TYPE) or self._cells.get(Column.ID_NUMBER)):
            return None
        kind_text, number = self._text(Column.ID_TYPE), self._text(Column.ID_NUMBER)
        if kind_text is None or number is None:
            return None
        if not kind_text and not number and not needed:
            return None
        # The resident identity card is what nearly everybody shows, so it goes without saying.
        kind = _DOCUMENTS.get(kind_text.casefold()) if kind_text else DocumentKind.RESIDENT_ID
        if kind is None:
            self._find(Column.ID_TYPE, f"one of {', '.join(DocumentKind)}")
            return None
        if not number:
            self._find(
                Column.ID_NUMBER,
                "missing: a card of this product is registered in its recipient's name"
                if needed
                else "missing, although its kind is given",
            )
            return None
        try:
            # A bad name has its finding already.
            return Identity.read(name or "?", kind, number)
        except InvalidField as error:
            self._find(Column.ID_NUMBER, error.reason)
            return None
