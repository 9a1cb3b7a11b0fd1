"""The bank where the programme has its account: it books what others pay in and out, and tells of each day in camt.053.

It is a stranger to the book. What it says comes from its own entries, so it can be wrong where the story wants it to.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from florin.domain.bank_account import BankAccount
from florin.domain.counterparty import Counterparty
from florin.domain.money import format_minor

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

_CHARGES: Final = "CHRG"
_TRANSFER: Final = "DMCT"


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement on the account: ``amount_minor`` is positive when money came, negative when it left.

    ``end_to_end`` is the reference that whoever paid gave it, ``text`` what they wrote; ``other_account`` is not always
    told.
    """

    amount_minor: int
    other_party: str
    text: str
    end_to_end: str | None = None
    other_account: str | None = None
    code: str = _TRANSFER


@dataclass(slots=True)
class Bank:
    """One account, its balance in minor units, and the entries of the day that is not told of yet."""

    account: BankAccount
    unit: str
    balance_minor: int = 0
    entries: list[Entry] = field(default_factory=list)
    statements: int = 0

    def book(self, entry: Entry) -> None:
        """Book a transfer."""
        self.entries.append(entry)

    def charge(self, amount_minor: int, text: str) -> None:
        """Keep something for the account itself."""
        self.entries.append(Entry(-amount_minor, self.account.bank, text, code=_CHARGES))

    def statement(self, day: date) -> bytes:
        """The statement of a day, which ends it: what is booked afterwards stands on the next."""
        self.statements += 1
        opening_minor = self.balance_minor
        self.balance_minor += sum(each.amount_minor for each in self.entries)
        parts = [
            f"<Id>{day:%Y%m%d}-{self.statements}</Id><ElctrncSeqNb>{self.statements}</ElctrncSeqNb>",
            f"<Acct><Id><Othr><Id>{self.account.number}</Id></Othr></Id><Ccy>{self.unit}</Ccy></Acct>",
            self._balance("OPBD", opening_minor, day),
            self._balance("CLBD", self.balance_minor, day),
            *(self._entry(each, number, day) for number, each in enumerate(self.entries, 1)),
        ]
        self.entries.clear()
        content = "\n".join(parts)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><Stmt>\n'
            f"{content}\n</Stmt></BkToCstmrStmt></Document>\n"
        ).encode()

    def _balance(self, kind: str, amount_minor: int, day: date) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{self._amount(amount_minor)}"
            f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    def _entry(self, entry: Entry, number: int, day: date) -> str:
        role = "Dbtr" if entry.amount_minor > 0 else "Cdtr"
        named = f"<EndToEndId>{escape(entry.end_to_end)}</EndToEndId>" if entry.end_to_end else ""
        other = f"<{role}Acct><Id><Othr><Id>{entry.other_account}</Id></Othr></Id></{role}Acct>"
        account = other if entry.other_account else ""
        party = f"<RltdPties><{role}><Pty><Nm>{escape(entry.other_party)}</Nm></Pty></{role}>{account}</RltdPties>"
        family = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>MCOP</Cd><SubFmlyCd>{entry.code}</SubFmlyCd></Fmly></Domn>"
        return (
            f"<Ntry>{self._amount(entry.amount_minor)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<AcctSvcrRef>B{day:%Y%m%d}{number:04}</AcctSvcrRef><BkTxCd>{family}</BkTxCd>"
            f"<NtryDtls><TxDtls><Refs>{named}</Refs>{party}"
            f"<RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    def _amount(self, amount_minor: int) -> str:
        side = "CRDT" if amount_minor >= 0 else "DBIT"
        amount = format_minor(abs(amount_minor), self.unit)
        return f'<Amt Ccy="{self.unit}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


@dataclass(slots=True)
class Outside:
    """The bank, and our account there as a counterparty; its statements are ``written``, then ``waiting`` for us.

    ``planted`` has what the bank's books say more than ours, in minor units, by what was done.
    """

    bank: Bank
    account: Counterparty
    written: list[tuple[date, bytes]] = field(default_factory=list)
    waiting: list[tuple[date, bytes]] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
