"""A shop that delivers for cash, and members who think something of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from florin.clearing.cash_orders.record_order import RecordCashOrder, record_cash_order
from florin.clearing.cash_orders.review_order import ReviewCashOrder, review_cash_order
from florin.clearing.cash_orders.step_order import cancel_cash_order, deliver_cash_order
from florin.clearing.house import ClearingHouse
from florin.domain.cash_order import CashOrder, Verdict
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.request import Caller
from tests.till import fresh
from tests.world import World


@dataclass
class Delivering:
    """Orders of the world's shop."""

    house: ClearingHouse
    world: World

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    @property
    def author(self) -> Author:
        """A till of the shop's."""
        return Author(self.world.shop.actor_id, self.now)

    def member(self) -> SignedIn:
        member = self.world.member()
        return SignedIn(member.actor_id, member.id, self.world.home, self.now + timedelta(days=999))

    async def record(
        self,
        member_id: UUID,
        *,
        by: Caller | None = None,
        reference: str | None = None,
        amount_minor: int = 58_00,
        unit: str = "CNY",
    ) -> CashOrder | Decline:
        command = RecordCashOrder(member_id, reference or fresh("cod"), amount_minor, unit)
        return await record_cash_order(self.house, (by or self.world.shop).id, command, self.author)

    async def recorded(self, who: SignedIn) -> CashOrder:
        order = await self.record(who.member_id)
        assert isinstance(order, CashOrder), order
        return order

    async def deliver(self, order: CashOrder, *, by: Caller | None = None) -> CashOrder | Decline:
        return await deliver_cash_order(self.house, (by or self.world.shop).id, order.id, self.author)

    async def delivered(self, who: SignedIn) -> CashOrder:
        order = await self.deliver(await self.recorded(who))
        assert isinstance(order, CashOrder), order
        return order

    async def cancel(self, order: CashOrder, *, by: Caller | None = None) -> CashOrder | Decline:
        return await cancel_cash_order(self.house, (by or self.world.shop).id, order.id, self.author)

    async def review(
        self,
        who: SignedIn,
        order: CashOrder,
        verdict: Verdict = Verdict.GOOD,
        text: str | None = None,
        *,
        opens_case: bool = False,
    ) -> CashOrder | Decline:
        command = ReviewCashOrder(order.id, verdict, text, opens_case)
        return await review_cash_order(self.house, who, command, self.now)
