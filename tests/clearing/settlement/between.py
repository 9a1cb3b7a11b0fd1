"""Two programmes whose cards a shop accepts, for tests; either may pay the shop for both."""

from datetime import date, timedelta
from operator import attrgetter
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.netting.approve_netting import ApproveNetting, approve_netting
from florin.clearing.netting.draft_netting import DraftNetting, draft_netting
from florin.clearing.netting.netting_payouts import NETTING_PAYOUTS, receive_netting_payout
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.clearing.settlement.agree_acceptor import ProposeAcceptor, decide_acceptor, propose_acceptor
from florin.domain.declines import Decline
from florin.domain.merchant_acceptor import DatedAcceptor
from florin.domain.merchant_statement import StatementStatus
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout
from florin.domain.people import Actor
from florin.storage.netting.nettings import list_netting_payouts
from florin.storage.settlement.merchant_acceptors import AgreedAcceptor
from florin.storage.settlement.statements import WhichStatements, list_statements
from tests.clearing.settlement.settling import Said, Settling
from tests.corporate import Corporate
from tests.till import Till, fresh
from tests.world import World


class Between:
    """The settlement of one shop in both programmes, and of its rival in the neighbour."""

    def __init__(self, world: World, house: ClearingHouse) -> None:
        till, corporate = Till(house, world.shop), Corporate(world)
        self.home = Settling(house, till, corporate)
        self.neighbour = Settling(house, till, corporate, programme=world.neighbour(world.shop, world.rival))
        self.rival = Settling(house, till.at(world.rival), corporate, programme=self.neighbour.within)
        for each in self.both:
            each.bank_account()

    @property
    def both(self) -> tuple[Settling, Settling]:
        return self.home, self.neighbour

    async def belongs_to(
        self,
        programme: UUID | None,
        effective_on: date | None = None,
        *,
        merchant: UUID | None = None,
        by: Actor | None = None,
    ) -> AgreedAcceptor | Decline:
        """Who pays the shop from that day on, or from today; proposed by one person and accepted by another."""
        home, corporate = self.home, self.home.corporate
        dated = DatedAcceptor(effective_on or home.day, programme)
        command = ProposeAcceptor(merchant or home.merchant, dated)
        proposed = await propose_acceptor(home.house, corporate.finance, command, home.now)
        if isinstance(proposed, Decline):
            return proposed
        manager = by or corporate.manager
        proof = home.proof(manager)
        return await decide_acceptor(home.house, manager, proposed.id, proof, home.now, accept=True)

    def close_day(self) -> None:
        """The business day of both ends; the next one begins."""
        home, neighbour = self.both
        home.world.close_days(home.day, home.within, neighbour.within)
        home.day = neighbour.day = self.rival.day = home.day + timedelta(days=1)

    async def settle_day(self) -> None:
        """The day ends; what it brought is drawn up and approved in both programmes, for every merchant."""
        self.close_day()
        for each in self.both:
            await each.draft()
            which = WhichStatements(programme_id=each.within, status=StatementStatus.DRAFTED)
            drafted = (await list_statements(each.house.pool, which, None, 500)).items
            for statement in sorted(drafted, key=attrgetter("business_date")):
                assert (await each.approve(statement))[1] is None

    @property
    def due(self) -> tuple[int, int]:
        """What home owes its neighbour, and what the neighbour has coming from it."""
        home, neighbour = self.both
        owed = home.standing(2080, neighbour.within)
        return owed, -neighbour.standing(1040, home.within, neighbour.within)

    # Netting ----------------------------------------------------------------------------------------------------------

    async def draft(self, until: date | None = None) -> NettingStatement | Decline:
        """Finance draws up what the two owe each other."""
        home = self.home
        command = DraftNetting(self.neighbour.within, home.within, until)
        return await draft_netting(home.house, home.corporate.finance, command, home.now)

    async def net(self) -> NettingStatement:
        statement = await self.draft()
        assert isinstance(statement, NettingStatement), statement
        return statement

    async def approve(
        self, statement: NettingStatement, *, by: Actor | None = None, key: str | None = None
    ) -> tuple[Said, Decline | None]:
        """A manager approves what a netting statement says here; the answer, and why not."""
        home = self.home
        actor = by or home.corporate.manager
        command = ApproveNetting(statement.id, statement.details_hash)
        said = await approve_netting(home.house, actor, command, home.proof(actor), key or fresh("key"))
        return said, refusal(said)

    async def payouts(self) -> list[NettingPayout]:
        """What was to be paid between programmes, the earliest first."""
        page = await list_netting_payouts(self.home.house.pool, None, None, 500)
        return list(reversed(page.items))

    async def shown(self, payout_id: UUID) -> Decline | None:
        """The debtor's bank statement shows the payment; why not."""
        house, finance = self.home.house, self.home.corporate.finance
        command = SettlePayout(payout_id, fresh("bank"))
        return refusal(await settle_payout(house, finance, NETTING_PAYOUTS, command, fresh("key")))

    async def received(self, payout_id: UUID) -> Decline | None:
        """The creditor's does."""
        house, finance = self.home.house, self.home.corporate.finance
        command = SettlePayout(payout_id, fresh("bank"))
        return refusal(await receive_netting_payout(house, finance, command, fresh("key")))

    async def sent_back(self, payout_id: UUID) -> Decline | None:
        house, finance = self.home.house, self.home.corporate.finance
        command = ReturnPayout(payout_id, fresh("bank"), "no such account")
        return refusal(await return_payout(house, finance, NETTING_PAYOUTS, command, fresh("key")))


def refusal(said: Said) -> Decline | None:
    """Why it was not done, if it was not."""
    return said if isinstance(said, Decline) else said.decline
