"""Histories of a customer's money, each compared with plain numbers and proven at every step."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.customers.record_receipt import RecordReceipt
from florin.clearing.orders.cancel_order import CancelOrder, cancel_order
from florin.domain.declines import Decline
from tests.clearing.any_history import Histories, happening
from tests.clearing.customers.cashier import Cashier, refusal, subject
from tests.corporate import Corporate
from tests.world import NOON


@dataclass
class Ordered:
    """An order as somebody would note it down: amounts in minor units."""

    id: UUID
    price: int
    named: bool = False
    status: str = "approved"


@dataclass
class SentBack:
    """A refund as somebody would note it down."""

    id: UUID
    amount: int
    status: str = "requested"


class MoneyHistories(Histories):
    """One customer: what it pays, orders, gives up and gets back, in any order."""

    def __init__(self) -> None:
        super().__init__()
        # A book of its own: a broken one must not break those of the histories after it.
        self.cashier = Cashier(self.stage.house, Corporate(self.stage.world.start_over()))
        self.balance = 0
        self.orders: list[Ordered] = []
        self.refunds: list[SentBack] = []
        self.receipts: list[RecordReceipt] = []

    @initialize()
    def open_the_account(self) -> None:
        self.run(self.cashier.refund_account())

    # What the numbers say ---------------------------------------------------------------------------------------------

    @property
    def reserved(self) -> int:
        funded = sum(each.price for each in self.orders if each.status == "funded")
        return funded + sum(each.amount for each in self.refunds if each.status == "requested")

    @property
    def free(self) -> int:
        return self.balance - self.reserved

    def fund(self) -> None:
        """Named orders as soon as each can be paid; the others one after another, once no named one waits."""
        while True:
            waiting = [each for each in self.orders if each.status == "approved"]
            candidates = [each for each in waiting if each.named] or waiting[:1]
            affordable = [each for each in candidates if each.price <= self.free]
            if not affordable:
                return
            affordable[0].status = "funded"

    # What happens -----------------------------------------------------------------------------------------------------

    @happening(hundreds=st.integers(1, 6), odd=st.integers(-1, 1), choices=st.data())
    def receive(self, hundreds: int, odd: int, choices: st.DataObject) -> None:
        order = choices.draw(st.sampled_from([None, *self.orders])) if self.orders else None
        reference = None if order is None else self.cashier.reference_of(order.id)
        command = self.cashier.receipt(hundreds * 100_00 + odd, payment_reference=reference)
        assert refusal(self.run(self.cashier.record(command))) is None
        self.receipts.append(command)
        self.balance += command.amount_minor
        if order is not None:
            order.named = True
        self.fund()

    @happening(choices=st.data())
    def receive_again(self, choices: st.DataObject) -> None:
        if self.receipts:
            command = choices.draw(st.sampled_from(self.receipts))
            assert refusal(self.run(self.cashier.record(command))) is None

    @happening(cards=st.integers(1, 5))
    def approve(self, cards: int) -> None:
        order = self.cashier.approved_order(cards)
        self.orders.append(Ordered(order.id, order.price_minor))
        self.run(fund_waiting_orders(self.cashier.house, self.cashier.customer))
        self.fund()

    @happening(choices=st.data())
    def cancel(self, choices: st.DataObject) -> None:
        if not self.orders:
            return
        order = choices.draw(st.sampled_from(self.orders))
        command, manager = CancelOrder(order.id, "given up"), self.cashier.corporate.manager
        cancelled = self.run(cancel_order(self.cashier.house, manager, command, NOON))
        expected = Decline.ORDER_NOT_IN_STATE if order.status == "cancelled" else None
        assert expected == (cancelled if isinstance(cancelled, Decline) else None)
        if expected is None:
            was_funded, order.status = order.status == "funded", "cancelled"
            if was_funded:
                self.fund()

    @happening(quarters=st.integers(1, 5), odd=st.integers(0, 1))
    def request(self, quarters: int, odd: int) -> None:
        amount = max(1, self.free * quarters // 4 + odd)
        answer = self.run(self.cashier.request(amount))
        assert (Decline.INSUFFICIENT_FUNDS if amount > self.free else None) == refusal(answer)
        if refusal(answer) is None:
            self.refunds.append(SentBack(subject(answer), amount))

    @happening(approve=st.booleans(), choices=st.data())
    def decide(self, approve: bool, choices: st.DataObject) -> None:  # noqa: FBT001 (Hypothesis names it)
        if not self.refunds:
            return
        refund = choices.draw(st.sampled_from(self.refunds))
        answer = self.run(self.cashier.decide(refund.id, approve=approve))
        expected = None if refund.status == "requested" else Decline.FUNDING_REFUND_NOT_IN_STATE
        assert expected == refusal(answer)
        if expected is None:
            refund.status = "approved" if approve else "refused"
            self.balance -= refund.amount if approve else 0
            if not approve:
                self.fund()

    @happening(choices=st.data())
    def pay(self, choices: st.DataObject) -> None:
        if not self.refunds:
            return
        refund = choices.draw(st.sampled_from(self.refunds))
        answer = self.run(self.cashier.pay(refund.id))
        expected = None if refund.status == "approved" else Decline.FUNDING_REFUND_NOT_IN_STATE
        assert expected == refusal(answer)
        if expected is None:
            refund.status = "paid"

    # What always holds ------------------------------------------------------------------------------------------------

    @invariant()
    def the_book_says_the_same(self) -> None:
        assert (self.balance, self.reserved) == self.cashier.money
        assert [each.status for each in self.orders] == [self.cashier.status(each.id) for each in self.orders]
