"""A provider that keeps fees and pays out, a bank that shows it, and a book beside them, for tests."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from florin.domain.statement_file import FileFormat
from florin.reconciliation.match import match_statements
from florin.storage.reconciliation.match_runs import MatchRun
from florin.storage.reconciliation.provider_totals import TOTAL_UP
from tests.clearing.desk import Desk
from tests.reconciliation.statements import Line, Statements
from tests.world import TODAY

FLOW: Final = FileFormat.WECHAT_FUND_FLOW
AFTERWARDS: Final = timedelta(days=9)
"""By then everything of a day is overdue."""


@dataclass
class Settling(Desk):
    """Our book, a provider, and the bank where we have our account."""

    statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self.statements = Statements(self.world, self.world.home, self.world.home)
        self.sends(FileFormat.WECHAT_TRADE, FLOW)

    def sends(self, *forms: FileFormat) -> None:
        """Which files the provider sends."""
        where = (sorted(forms), "{}" if FileFormat.MAPPED_CSV in forms else None, self.statements.provider)
        self.world.connection.execute("UPDATE counterparty SET formats = %s, columns = %s WHERE id = %s", where)

    def top_up(self, amount_minor: int) -> str:
        """A member has paid through the provider; the reference that the provider has."""
        member = self.world.member(principal_minor=amount_minor)
        (payment_id,) = self.world.one("SELECT id FROM payment WHERE member_id = %s", member.id)
        return str(payment_id.hex)

    def provider_says(self, *lines: Line, form: FileFormat = FLOW, day: date = TODAY) -> UUID:
        file_id = self.statements.says(self.statements.provider, *lines, form=form, day=day)
        for total_up in TOTAL_UP:
            self.world.connection.execute(total_up.encode(), {"file_id": file_id})
        return file_id

    def bank_says(self, *lines: Line, day: date = TODAY) -> UUID:
        return self.statements.says(self.statements.bank, *lines, day=day)

    async def match(self, after: timedelta = AFTERWARDS) -> MatchRun:
        """What the duty does, so long after today."""
        run = await match_statements(self.house, None, self.now + after)
        assert isinstance(run, MatchRun)
        return run

    @property
    def in_suspense(self) -> int:
        """What stands in suspense of our bank account."""
        return self.standing(2070, self.statements.bank)

    def journals(self) -> list[tuple[str, int, int, int]]:
        """What is posted of providers: event, debit, credit, minor units."""
        query = "SELECT event, debit_code, credit_code, amount_minor FROM transfer WHERE event LIKE 'provider%'"
        return sorted(self.world.connection.execute(query))


def fee(amount_minor: int, direction: str = "out", key: str = "W-1", payout_key: str | None = None) -> Line:
    """A fee in a fund-flow bill, which names the payment."""
    return Line(amount_minor, key, direction, origin_key=key, kind="fee", payout_key=payout_key)


def payout(amount_minor: int, key: str = "PO-2026-0301", direction: str = "out") -> Line:
    """A payout in a fund-flow bill."""
    return Line(amount_minor, None, direction, other_key=key, payout_key=key, kind="payout")
