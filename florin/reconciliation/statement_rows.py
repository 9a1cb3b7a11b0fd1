"""From what a file says to the rows that are written of it: whose statement each is, and what of a line is sealed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import msgspec

from florin.crypto.envelope import Envelope
from florin.domain.counterparty import Counterparty, CounterpartyKind, names_account
from florin.domain.mentions import mentions_in
from florin.domain.statement_file import (
    BANK_FORMATS,
    BASIS,
    FileFormat,
    FileProblem,
    ProblemCode,
    StatementOpened,
)
from florin.domain.statement_line import StatementLine
from florin.domain.statement_totals import Footed, StatementFooted
from florin.storage.fresh_ids import FreshIds
from florin.storage.reconciliation.statement_files import StatementFile
from florin.storage.reconciliation.statement_lines import LineRow, StatementRow

OF_ONE_DAY: Final = frozenset({FileFormat.WECHAT_TRADE, FileFormat.WECHAT_FUND_FLOW, FileFormat.ALIPAY_TRADE})
"""Bills of which a provider makes one a day."""

_LONGEST_KEY: Final = 200
_encode: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Batch:
    """Some lines, and the statements that have ended among them."""

    lines: list[LineRow] = field(default_factory=list)
    statements: list[StatementRow] = field(default_factory=list)


class StatementRows:
    """The rows of one file, some pieces of it at a time; each batch may be made in a thread of its own."""

    def __init__(
        self,
        file: StatementFile,
        counterparties: Sequence[Counterparty],
        seal: Envelope,
        now: datetime,
    ) -> None:
        """Rows of ``file``; of the counterparties the first is the one whose file it is, the others are banks."""
        given = counterparties[0]
        self._file = file
        self._counterparties = counterparties
        self._seal = seal
        self._now = now
        self._basis = BASIS[file.format]
        self._opened: StatementOpened | None = None
        self._counterparty = given
        self._statement_id = file.id
        self._ids = FreshIds()
        self.statements = self.lines = 0

    def of(self, pieces: Iterable[Footed]) -> Batch:
        """The rows of what stands next in the file.

        Raises:
            FileProblem: why none of the file's rows counts.
        """
        batch = Batch()
        self._ids = FreshIds()
        for piece in pieces:
            if isinstance(piece, StatementLine):
                batch.lines.append(self._line(piece))
            elif isinstance(piece, StatementOpened):
                self._opened, self._counterparty = piece, self._whose(piece)
                self._statement_id = self._ids()
                self.statements += 1
            else:
                batch.statements.append(self._statement(piece))
        return batch

    def _whose(self, opened: StatementOpened) -> Counterparty:
        """The counterparty whose account a statement names; a file without names is about whose it is."""
        given = self._counterparties[0]
        found = given
        if opened.account is not None and not self._is_of(given, opened):
            others = [each for each in self._counterparties[1:] if self._is_of(each, opened)]
            if given.kind is CounterpartyKind.PROVIDER or not others:
                end = opened.account.strip()[-4:]
                what = f"it is about the account ...{end} in {opened.currency}, which is none of ours"
                raise FileProblem(ProblemCode.ACCOUNT_UNKNOWN, None, what)
            found = others[0]
        if opened.currency != found.currency:
            what = f"it is in {opened.currency}, and {found.code} is in {found.currency}"
            raise FileProblem(ProblemCode.CURRENCY_REFUSED, None, what)
        return found

    @staticmethod
    def _is_of(counterparty: Counterparty, opened: StatementOpened) -> bool:
        if counterparty.account_number is None:
            return True
        same = opened.account is not None and names_account(opened.account, counterparty.account_number)
        return same and (counterparty.kind is CounterpartyKind.PROVIDER or counterparty.currency == opened.currency)

    def _line(self, line: StatementLine) -> LineRow:
        self.lines += 1
        line_id = self._ids()
        details, mentions = line.details, list[str]()
        sealed = None
        if details is not None:
            sealed = self._seal.seal(_encode(details), line_id.bytes)
            if self._file.format in BANK_FORMATS and details.text:
                mentions = list(mentions_in(details.text))
        return LineRow(
            id=line_id,
            file_id=self._file.id,
            statement_id=self._statement_id,
            counterparty_id=self._counterparty.id,
            position=self.lines,
            line_number=line.line_number,
            basis=self._basis,
            kind=line.kind,
            direction=line.direction,
            amount_minor=line.amount_minor,
            fee_minor=line.fee_minor,
            currency=line.currency,
            booked_on=line.booked_on,
            value_on=line.value_on,
            event_at=line.event_at,
            key=_key(line.key),
            origin_key=_key(line.origin_key),
            other_key=_key(line.other_key),
            payout_key=_key(line.payout_key),
            mentions=mentions,
            details_encrypted=sealed,
            status=line.status,
            their_type=line.their_type[:_LONGEST_KEY],
        )

    def _statement(self, footed: StatementFooted) -> StatementRow:
        opened, self._opened = self._opened, None
        if opened is None:
            raise TypeError("a statement ends after it has begun")
        from_on, to_on = self._days(footed)
        return StatementRow(
            id=self._statement_id,
            file_id=self._file.id,
            position=self.statements,
            counterparty_id=self._counterparty.id,
            basis=self._basis,
            reference=opened.reference,
            sequence=opened.sequence,
            page=opened.page,
            is_last_page=footed.is_last_page,
            currency=opened.currency,
            from_on=from_on,
            to_on=to_on,
            opening_minor=footed.opening_minor,
            closing_minor=footed.closing_minor,
            lines=footed.lines,
            in_minor=footed.in_minor,
            out_minor=footed.out_minor,
            taken_in_at=self._now,
        )

    def _days(self, footed: StatementFooted) -> tuple[date, date]:
        """The days of a statement: its own, else the file's. A bill must be of the day that it is said to be of."""
        day = self._file.day
        from_on, to_on = footed.from_on or day, footed.to_on or day
        if from_on is None or to_on is None:
            what = "nothing tells of which day it is: say it when you hand it in"
            raise FileProblem(ProblemCode.FIELD_MISSING, None, what)
        if day is not None and self._file.format in OF_ONE_DAY and (from_on, to_on) != (day, day):
            what = f"it is said to be of {day}, and is of {from_on} to {to_on}"
            raise FileProblem(ProblemCode.FIELD_UNREADABLE, None, what)
        return from_on, to_on


def _key(text: str | None) -> str | None:
    """A reference as it is compared; of one that is longer than any reference nothing is kept."""
    return text if text is not None and len(text) <= _LONGEST_KEY else None
