"""A book and statements of others that disagree, for tests: what differs, who of ours does what about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, LiteralString
from uuid import UUID

from florin.clearing.breaks.decide_endings import ApproveEnding, RejectEnding, approve_endings, reject_endings
from florin.clearing.breaks.each_break import BreakAnswer, Clerk
from florin.clearing.breaks.propose_endings import ProposeEnding, propose_endings
from florin.clearing.breaks.read_breaks import ToldStory, breaks_page, read_break_story
from florin.domain.break_proposal import ProposalKind, details_hash
from florin.domain.break_record import Break, BreakReason
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.reconciliation.breaks import BreakInHand, WhichBreaks
from florin.storage.reconciliation.match_runs import run_matching
from florin.storage.reconciliation.matches import Match, WhichMatches, list_matches
from tests.clearing.desk import Desk
from tests.reconciliation.statements import Line, Statements
from tests.till import fresh
from tests.world import TODAY

LATE: Final = TODAY + timedelta(days=9)
"""A day on which everything of today is overdue."""
DIFFERENCES: Final = AccountCode.RECONCILIATION_DIFFERENCES

Answers = list[BreakAnswer] | Decline


@dataclass
class Disagreeing(Desk):
    """A provider, a bank, and the people of ours who look into what differs."""

    statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self.statements = Statements(self.world, self.world.home, self.world.home)
        self.auditor = self.corporate.person(Role.AUDITOR)

    def terms(self, *, limit_minor: int = 0, amount_minor: int = 0, fee_minor: int = 0) -> None:
        """What may be written off, and what is tolerated."""
        self.world.connection.execute(
            "UPDATE counterparty SET write_off_limit_minor = %s, amount_tolerance_minor = %s, fee_tolerance_minor = %s",
            (limit_minor, amount_minor, fee_minor),
        )

    def top_up(self, amount_minor: int) -> str:
        """A member has paid through the provider; the reference that the provider has."""
        member = self.world.member(principal_minor=amount_minor)
        (payment_id,) = self.world.one("SELECT id FROM payment WHERE member_id = %s", member.id)
        return str(payment_id.hex)

    def says(self, *lines: Line, day: date = TODAY, bank: bool = False) -> None:
        """The provider's statement of a day, or the bank's."""
        self.statements.says(self.statements.bank if bank else self.statements.provider, *lines, day=day)

    async def match(self, today: date = LATE) -> None:
        await run_matching(self.house.pool, today, self.now)

    async def differs(self, *lines: Line, bank: bool = False) -> list[Break]:
        """Matching finds these lines to be in no book, or to be what differs from it; what is alive then."""
        self.says(*lines, bank=bank)
        await self.match()
        return [each.known for each in await self.alive()]

    # What our people do -----------------------------------------------------------------------------------------------

    def clerk(self, actor: Actor | None = None, key: str | None = None) -> Clerk:
        return Clerk(actor or self.corporate.finance, key or fresh("key"))

    async def propose(
        self,
        *breaks: Break,
        kind: ProposalKind = ProposalKind.ADJUST,
        reason: BreakReason = BreakReason.THEIR_ERROR,
        account: AccountCode = DIFFERENCES,
        by: Actor | None = None,
    ) -> Answers:
        commands = [ProposeEnding(each.id, kind, reason, "looked into", account) for each in breaks]
        return await propose_endings(self.house, self.clerk(by), commands)

    async def approve(self, *breaks: Break, by: Actor | None = None, key: str | None = None) -> Answers:
        """A manager approves what stands there now."""
        actor = by or self.corporate.manager
        looked_at = [await self.in_hand(each.id) for each in breaks]
        commands = [ApproveEnding(each.known.id, details_hash(each.known, each.waiting)) for each in looked_at]
        return await approve_endings(self.house, self.clerk(actor, key), commands, self.proof(actor))

    async def reject(self, *breaks: Break, by: Actor | None = None) -> Answers:
        commands = [RejectEnding(each.id, "look again") for each in breaks]
        return await reject_endings(self.house, self.clerk(by or self.corporate.manager), commands)

    # What is there ----------------------------------------------------------------------------------------------------

    async def alive(self, which: WhichBreaks | None = None) -> list[BreakInHand]:
        page = await breaks_page(self.house, self.auditor, which or WhichBreaks(), self.now, None, 100)
        assert not isinstance(page, Decline)
        return [each.in_hand for each in page.items]

    async def in_hand(self, break_id: UUID) -> BreakInHand:
        (found,) = [each for each in await self.alive(WhichBreaks(alive=False)) if each.known.id == break_id]
        return found

    async def story(self, known: Break) -> ToldStory:
        told = await read_break_story(self.house, self.auditor, known.id, self.now)
        assert not isinstance(told, Decline)
        return told

    async def matches(self, which: WhichMatches | None = None) -> list[Match]:
        """What belongs together, read in pages of one."""
        found: list[Match] = []
        after = None
        while True:
            page = await list_matches(self.house.pool, which or WhichMatches(), after, 1)
            found += page.items
            after = page.next_after
            if after is None:
                return found

    @contextmanager
    def tampered(self, statement: LiteralString) -> Iterator[None]:
        """For the while, what somebody who owns the database has changed of breaks and proposals."""
        connection = self.world.connection
        connection.execute("SET session_replication_role = replica")
        for table in ("break", "break_proposal"):
            connection.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
        connection.execute(statement)
        yield
        for table in ("break", "break_proposal"):
            connection.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE kept_{table}")  # noqa: S608 (as above)
            connection.execute(f"DROP TABLE kept_{table}")
        connection.execute("RESET session_replication_role")

    def left_over(self) -> list[tuple[object, ...]]:
        """Lines and entries that nothing was matched with, and matches that do not come to nothing."""
        return self.world.rows(
            """SELECT 'line', id FROM line_for_the_book l
               WHERE NOT EXISTS (SELECT FROM matched m WHERE m.relation = 'book' AND m.line_id = l.id)
               UNION ALL
               SELECT 'entry', journal_id FROM book_item i
               WHERE NOT EXISTS (SELECT FROM matched m WHERE m.journal_id = i.journal_id)
               UNION ALL
               SELECT 'match', match_id FROM matched GROUP BY match_id HAVING sum(difference_minor) <> 0"""
        )


def why_not(answers: Answers) -> Decline | list[Decline | None] | None:
    """Why something was refused: of all together, or each; of one alone just its own."""
    if isinstance(answers, Decline):
        return answers
    said = [each if isinstance(each, Decline) else each.decline for _, each in answers]
    return said[0] if len(said) == 1 else said
