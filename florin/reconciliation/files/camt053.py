"""camt.053, the bank-to-customer statement of ISO 20022, in every version from 2 to 13.

The file is taken element by element, and of each statement no more than one entry is in memory. Source: ISO 20022,
message definition report "Bank-to-Customer Cash Management".
"""

from collections.abc import Iterator
from typing import IO, Final

from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.camt053_entry import entry_lines
from florin.reconciliation.files.fields import amount_in, day_in, missing, unreadable
from florin.reconciliation.files.xml_element import Element, read_elements

_ROOT: Final = "BkToCstmrStmt"
_KEPT: Final = frozenset({"Bal", "Ntry", "Id", "Acct", "ElctrncSeqNb", "LglSeqNb", "StmtPgntn", "FrToDt", "TxsSummry"})
"""The parts of a statement that tell something to us."""

_OPENING, _CLOSING = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")


def read_camt053(stream: IO[bytes]) -> Iterator[Piece]:
    """The statements of a file with their booked entries; entries with several details are a line for each.

    Raises:
        FileProblem: no such XML, or a statement without balances, or an entry that cannot be understood.
    """
    statement: _Statement | None = None
    is_camt = False
    for element in read_elements(stream, "Stmt", _ROOT, _KEPT):
        if element.tag == _ROOT:
            is_camt = True
        elif element.tag == "Stmt":
            if statement is None:
                raise missing(element.line_number, "a statement's content")
            yield from statement.close(element)
            statement = None
        else:
            statement = statement or _Statement()
            yield from statement.take(element)
    if not is_camt:
        raise FileProblem(ProblemCode.UNREADABLE, None, f"not a camt.053: there is no {_ROOT} in it")


class _Statement:
    """The statement that is being read: its heading until the first entry, then what its entries come to."""

    def __init__(self) -> None:
        self._heading: dict[str, Element] = {}
        self._balances: list[Element] = []
        self._opened: StatementOpened | None = None
        self._entries = 0
        self._sum_minor = 0

    def take(self, element: Element) -> Iterator[Piece]:
        if element.tag == "Ntry":
            if self._opened is None:
                self._opened = self._open(element.line_number)
                yield self._opened
            self._entries += 1
            self._sum_minor += _amount(element)[0]
            yield from entry_lines(element)
        elif element.tag == "Bal":
            self._balances.append(element)
        else:
            self._heading.setdefault(element.tag, element)

    def close(self, end: Element) -> Iterator[Piece]:
        if self._opened is None:
            self._opened = self._open(end.line_number)
            yield self._opened
        closing = self._balance(_CLOSING, end.line_number, last=True)
        closing_minor, currency = _signed(closing)
        if currency != self._opened.currency:
            what = f"opens in {self._opened.currency} and closes in {currency}"
            raise FileProblem(ProblemCode.CURRENCY_REFUSED, closing.line_number, what)
        self._require_summary(currency)
        pages = self._heading.get("StmtPgntn")
        yield StatementClosed(
            from_on=None,
            to_on=day_in(closing.text_at("Dt/Dt", "Dt/DtTm")[:10], "%Y-%m-%d", closing.line_number, "Bal/Dt"),
            closing_minor=closing_minor,
            is_last_page=pages is None or pages.text_at("LastPgInd") != "false",
        )

    def _open(self, line_number: int) -> StatementOpened:
        opening_minor, currency = _signed(self._balance(_OPENING, line_number, last=False))
        account, pages = self._heading.get("Acct"), self._heading.get("StmtPgntn")
        reference = self._heading.get("Id")
        return StatementOpened(
            currency=currency,
            account=None if account is None else account.text_at("Id/IBAN", "Id/Othr/Id") or None,
            reference=None if reference is None else reference.text or None,
            sequence=_number(self._heading.get("ElctrncSeqNb") or self._heading.get("LglSeqNb")),
            page=None if pages is None else _number(pages.child("PgNb")),
            opening_minor=opening_minor,
        )

    def _balance(self, codes: tuple[str, ...], line_number: int, *, last: bool) -> Element:
        """The first balance of the first code that there is; of several on a page that goes on the last one closes."""
        for code in codes:
            found = [each for each in self._balances if each.text_at("Tp/CdOrPrtry/Cd") == code]
            if found:
                return found[-1 if last else 0]
        raise missing(line_number, f"the balance {' or '.join(codes)}")

    def _require_summary(self, currency: str) -> None:
        """`FileProblem` unless the entries are what the summary says, where there is one."""
        summary = self._heading.get("TxsSummry")
        total = None if summary is None else summary.child("TtlNtries")
        if total is None:
            return
        count, amount = total.text_at("NbOfNtries"), total.text_at("Sum")
        if count and count != str(self._entries):
            what = f"NbOfNtries is {count}, and there are {self._entries} entries"
            raise FileProblem(ProblemCode.TOTALS_DIFFER, total.line_number, what)
        if amount and amount_in(amount, currency, total.line_number, "Sum") != self._sum_minor:
            raise FileProblem(ProblemCode.TOTALS_DIFFER, total.line_number, f"the entries do not come to {amount}")


def _signed(balance: Element) -> tuple[int, str]:
    amount_minor, currency = _amount(balance)
    side = balance.text_at("CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise unreadable(balance.line_number, "CdtDbtInd", side, "neither CRDT nor DBIT")
    return (amount_minor if side == "CRDT" else -amount_minor), currency


def _amount(parent: Element) -> tuple[int, str]:
    amount = parent.child("Amt")
    if amount is None:
        raise missing(parent.line_number, f"{parent.tag}/Amt")
    currency = amount.attributes.get("Ccy", "")
    return amount_in(amount.text, currency, amount.line_number, f"{parent.tag}/Amt"), currency


def _number(element: Element | None) -> int | None:
    if element is None or not (element.text.isascii() and element.text.isdecimal() and len(element.text) <= 18):  # noqa: PLR2004 (of 64 bits)
        return None
    return int(element.text)
