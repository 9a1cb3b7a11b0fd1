"""A bank account of ours, what its statements say, and what stands in the book once they have been looked at."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from florin.clearing.banking.book_bank_lines import BookedLines, book_bank_lines
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.statement_file import FileFormat, FileState
from florin.reconciliation.counterparties import RegisterCounterparty, register_counterparty
from florin.reconciliation.take_in import hand_in, read_received
from tests.clearing.customers.cashier import Cashier
from tests.clearing.settlement.settling import Settling
from tests.reconciliation.files.written import plain
from tests.world import NOON, TODAY

NUMBER: Final = "110907654321098"
PAYER: Final = "6222021001234567"

_numbers: Final = itertools.count(1)


@dataclass
class Entry:
    """A movement on our account; what came in is above zero. ``account`` is that of the other side."""

    signed_minor: int
    text: str = ""
    key: str | None = None
    reference: str | None = field(default_factory=lambda: f"BANK-{next(_numbers):06}")
    party: str | None = "Honeynut 有限公司"
    account: str | None = PAYER
    is_reversal: bool = False
    code: str = "RCDT"


def camt053(entries: Sequence[Entry], day: date) -> bytes:
    """A statement of the entries as a bank writes it."""
    number, closing = next(_numbers), sum(each.signed_minor for each in entries)
    head = (
        f"<Id>S{number}</Id><Acct><Id><Othr><Id>{NUMBER}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
        f"{_balance('OPBD', 1_000_000_00, day)}{_balance('CLBD', 1_000_000_00 + closing, day)}"
    )
    body = "".join(_entry(each, day) for each in entries)
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<Stmt>{head}{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def mt940(entries: Sequence[Entry], day: date) -> bytes:
    """The same in SWIFT's form, with the subfields of German banks."""
    number, closing = next(_numbers), 1_000_000_00 + sum(each.signed_minor for each in entries)
    rows = "".join(
        f":61:{day:%y%m%d}{day:%m%d}{'C' if each.signed_minor > 0 else 'D'}{_comma(abs(each.signed_minor))}NTRF"
        f"{(each.key or 'NONREF')[:16]}//{each.reference}\r\n"
        f":86:166?00TRANSFER?20EREF+{each.key or 'NOTPROVIDED'}?21SVWZ+{each.text}?30BANK?31{each.account}"
        "?32Honeynut\r\n"
        for each in entries
    )
    ends = f"{day:%y%m%d}CNY"
    return (
        f":20:S{number}\r\n:25:{NUMBER}\r\n:28C:{number}/1\r\n:60F:C{ends}{_comma(1_000_000_00)}\r\n{rows}"
        f":62F:C{ends}{_comma(closing)}\r\n-\r\n"
    ).encode()


WRITERS: Final = {FileFormat.CAMT_053: camt053, FileFormat.MT_940: mt940}


@dataclass
class BankDesk(Settling):
    """Finance with a bank account, a customer, and a merchant that is settled."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bank_account()
        self.cashier = Cashier(self.house, self.corporate)

    async def register(self, kind: CounterpartyKind, code: str, formats: FileFormat, **terms: Any) -> Counterparty:  # noqa: ANN401
        """A counterparty of the home programme."""
        number = NUMBER if kind is CounterpartyKind.BANK else None
        every = frozenset({formats, FileFormat.MT_940} if number else {formats})
        command = RegisterCounterparty(
            kind=kind, code=code, programme_id=self.world.home, account_number=number, currency="CNY",
            terms=CounterpartyTerms(name=code, formats=every, **terms),
        )  # fmt: skip
        made = await register_counterparty(self.house, self.corporate.finance, command, NOON)
        assert isinstance(made, Counterparty), made
        return made

    async def opened(self) -> "BankDesk":
        """With its bank account registered."""
        self.bank = await self.register(CounterpartyKind.BANK, "icbc", FileFormat.CAMT_053)
        return self

    async def take_in(
        self, *entries: Entry, form: FileFormat = FileFormat.CAMT_053, day: date = TODAY, raw: bytes | None = None
    ) -> UUID:
        """A file of a statement with these entries, taken in and not looked at; its id."""
        content = WRITERS[form](entries, day) if raw is None else raw
        finance = self.corporate.finance
        kept = await hand_in(self.house, finance, self.bank.id, form, "statement", BytesIO(content), self.now)
        file = await read_received(self.house, kept.id, self.now)  # type: ignore[union-attr]  # (fails loudly)
        assert file is not None
        assert file.state is FileState.TAKEN_IN, (file.problem, file.problem_detail)
        return file.id

    async def look(self, now: datetime | None = None) -> dict[str, int]:
        """Look at what is new; what it has done, by how often."""
        done = await book_bank_lines(self.house, now or self.now)
        assert isinstance(done, BookedLines)
        waiting = {"waiting": done.waiting} if done.waiting else {}
        return {str(name): count for name, count in done.outcomes.items()} | waiting

    async def shows(self, *entries: Entry, form: FileFormat = FileFormat.CAMT_053, day: date = TODAY) -> dict[str, int]:
        """The bank's statement comes, and is looked at."""
        await self.take_in(*entries, form=form, day=day)
        return await self.look()

    def reasons(self) -> Counter[str]:
        """Why lines did nothing, and why money is in suspense."""
        rows = self.world.rows(
            "SELECT reason FROM booked_line WHERE reason IS NOT NULL UNION ALL SELECT reason FROM suspense_item"
        )
        return Counter(reason for (reason,) in rows)

    @property
    def shop_reference(self) -> str:
        """What the shop names when it pays for cards."""
        (reference,) = self.world.one("SELECT payment_reference FROM merchant WHERE id = %s", self.merchant)
        return str(reference)

    @property
    def suspense(self) -> int:
        """What stands in suspense of the account."""
        return self.standing(2070, self.bank.id)

    @property
    def at_bank(self) -> int:
        """What the book says is on the account."""
        return -self.standing(1010)


def _entry(entry: Entry, day: date) -> str:
    is_in = entry.signed_minor > 0
    role = "Dbtr" if is_in else "Cdtr"
    party = f"<{role}><Nm>{entry.party}</Nm></{role}>" if entry.party else ""
    account = f"<{role}Acct><Id><Othr><Id>{entry.account}</Id></Othr></Id></{role}Acct>" if entry.account else ""
    key = f"<EndToEndId>{entry.key}</EndToEndId>" if entry.key else ""
    reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
    reversal = "<RvslInd>true</RvslInd>" if entry.is_reversal else ""
    text = f"<RmtInf><Ustrd>{entry.text}</Ustrd></RmtInf>" if entry.text else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{plain(abs(entry.signed_minor))}</Amt><CdtDbtInd>{"CRDT" if is_in else "DBIT"}'
        f"</CdtDbtInd>{reversal}<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{reference}"
        f"<BkTxCd><Prtry><Cd>{entry.code}</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs>{key}</Refs>"
        f"<RltdPties>{party}{account}</RltdPties>{text}</TxDtls></NtryDtls></Ntry>"
    )


def _balance(code: str, minor: int, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{plain(minor)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _comma(minor: int) -> str:
    return plain(minor).replace(".", ",")
