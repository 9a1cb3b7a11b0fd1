"""Two programmes whose cards a shop accepts, for tests; either may pay the shop for both."""

from datetime import date, timedelta
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.agree_acceptor import ProposeAcceptor, decide_acceptor, propose_acceptor
from florin.domain.declines import Decline
from florin.domain.merchant_acceptor import DatedAcceptor
from florin.domain.people import Actor
from florin.storage.settlement.merchant_acceptors import AgreedAcceptor
from tests.clearing.settlement.settling import Settling
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


class Between:
    """The settlement of one shop in both programmes."""

    def __init__(self, world: World, house: ClearingHouse) -> None:
        till, corporate = Till(house, world.shop), Corporate(world)
        self.home = Settling(house, till, corporate)
        self.neighbour = Settling(house, till, corporate, programme=world.neighbour(world.shop, world.rival))
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
        home.day = neighbour.day = home.day + timedelta(days=1)

    async def settle_day(self) -> None:
        """The day ends; what it brought is drawn up and approved in both programmes."""
        self.close_day()
        for each in self.both:
            await each.draft()
            for statement in await each.statements():
                if statement.approved_at is None:
                    assert (await each.approve(statement))[1] is None

    @property
    def due(self) -> tuple[int, int]:
        """What home owes its neighbour, and what the neighbour has coming from it."""
        home, neighbour = self.both
        owed = home.standing(2080, neighbour.within)
        return owed, -neighbour.standing(1040, home.within, neighbour.within)
