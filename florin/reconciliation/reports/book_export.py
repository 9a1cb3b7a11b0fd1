"""The book as plain-text accounting: all journals for Beancount or hledger, and what each account must come to.

The journals are the transfers; the balances that the file asserts are read elsewhere, from the counters of strict
accounts and the sealed totals of the others. So whichever program reads the file proves the book once more.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import IO, Final
from uuid import UUID

from florin.domain.chart import CHART, AccountCode
from florin.domain.identifiers import wire_id
from florin.domain.money import in_digits
from florin.domain.programme import Programme
from florin.domain.report import digits_of
from florin.reconciliation.reports.asked import FIRST_DAY
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.reports.account_balances import AccountBalance, stream_balances
from florin.storage.reports.journal_lines import JournalTransfer, stream_transfers

_ROOTS: Final = {1: "Assets", 2: "Liabilities", 4: "Income", 5: "Expenses"}
_ONE_DAY: Final = timedelta(days=1)
_THOUSANDS: Final = 1_000


class BookForm(StrEnum):
    """Which program is to read the file."""

    BEANCOUNT = auto()
    HLEDGER = auto()


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How a program wants it: the head of a file, an account, a journal, and what an account comes to."""

    head: Callable[[Programme], Iterable[str]]
    account: Callable[[str, int], str]
    journal: Callable[[JournalTransfer], str]
    balance: Callable[[str, str, str, date], str]


def account_of(code: int, owner_id: UUID) -> str:
    """The account's name in the file: its class, its code and its owner, in letters that both programs take."""
    return f"{_ROOTS[code // _THOUSANDS]}:{code}:{owner_id.hex.upper()}"


async def export_book(pool: Pool, programme: Programme, through: date, form: BookForm, file: IO[bytes]) -> int:
    """Write a programme's whole book up to the end of a business day, in bounded memory; returns how many transfers."""
    grammar = _GRAMMARS[form]
    transfers = 0

    def write(lines: Iterable[str]) -> None:
        file.writelines(f"{line}\n".encode() for line in lines)

    write(grammar.head(programme))
    async with one_snapshot(pool) as connection:
        async for each in stream_balances(connection, programme.id, through):
            write([grammar.account(account_of(each.code, each.owner_id), each.code)])
        journal: UUID | None = None
        async for transfer in stream_transfers(connection, programme.id, FIRST_DAY, through):
            if transfer.journal_id != journal:
                journal = transfer.journal_id
                write(["", grammar.journal(transfer)])
            write(_postings(transfer, programme.unit))
            transfers += 1
        write([""])
        async for each in stream_balances(connection, programme.id, through):
            write([_balance(grammar, each, programme.unit, through)])
    return transfers


def _postings(each: JournalTransfer, currency: str) -> Iterator[str]:
    amount = in_digits(each.amount_minor, digits_of(each.unit, currency))
    yield f"  {account_of(each.debit_code, each.debit_owner)}  {amount} {each.unit}"
    yield f"  {account_of(each.credit_code, each.credit_owner)}  -{amount} {each.unit}"


def _balance(grammar: _Grammar, each: AccountBalance, currency: str, through: date) -> str:
    amount = in_digits(each.debit_minor, digits_of(each.unit, currency))
    return grammar.balance(account_of(each.code, each.owner_id), amount, each.unit, through)


def _beancount_head(programme: Programme) -> Iterator[str]:
    yield f'option "title" "{programme.code}"'
    yield f'option "operating_currency" "{programme.unit}"'


def _hledger_head(programme: Programme) -> Iterator[str]:
    yield f"; {programme.code}"
    yield "decimal-mark ."


# A balance of Beancount's is that of the morning, so the day after; without "~ 0" it would let a hundredth pass.
_BEANCOUNT: Final = _Grammar(
    head=_beancount_head,
    account=lambda name, _: f"{FIRST_DAY} open {name}",
    journal=lambda each: f'{each.business_date} * "{each.event}" "{wire_id("journal", each.journal_id)}"',
    balance=lambda name, amount, unit, on: f"{on + _ONE_DAY} balance {name}  {amount} ~ 0 {unit}",
)
_HLEDGER: Final = _Grammar(
    head=_hledger_head,
    account=lambda name, code: f"account {name}  ; {CHART[AccountCode(code)].name}",
    journal=lambda each: f"{each.business_date} * ({wire_id('journal', each.journal_id)}) {each.event}",
    balance=lambda name, amount, unit, on: f"{on} * balance\n  {name}  0 {unit} = {amount} {unit}",
)
_GRAMMARS: Final = {BookForm.BEANCOUNT: _BEANCOUNT, BookForm.HLEDGER: _HLEDGER}
