"""Races for a customer's money between callers of two processes, each with a check that says what went wrong.

A race returns its findings instead of asserting, so that the same check can be tried on an engine broken on purpose.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import cycle

from florin.clearing.customers.fund_order import FundOrder, fund_order
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.posting.request import Answer
from tests.clearing.customers.cashier import Cashier, refusal, subject
from tests.clearing.races import differs
from tests.till import fresh

Race = Callable[[Cashier, Cashier], Awaitable[list[str]]]
"""A race between the cashiers of two processes, for the first one's customer."""

ROUNDS = 8


async def one_receipt_by_twenty_clerks(first: Cashier, second: Cashier) -> list[str]:
    """Everybody works through the same bank statement at once, each under keys of his own."""
    command = first.receipt(100_00, bank_reference=fresh("bank"))
    desks = zip(range(20), cycle((first, second)), strict=False)
    answers = await asyncio.gather(*[desk.record(command) for _, desk in desks])
    told = [each for each in answers if isinstance(each, Answer)]
    return [
        *differs("refusals", [], [refusal(each) for each in answers if refusal(each) is not None]),
        *differs("different answers", 1, len({each.body for each in told})),
        *differs("answers that are no replay", 1, sum(not each.replayed for each in told)),
        *differs("money", (100_00, 0), first.money),
        *differs(
            "receipts", (1,), first.world.one("SELECT count(*) FROM receipt WHERE customer_id = %s", first.customer)
        ),
    ]


async def ten_orders_for_the_money_of_three(first: Cashier, second: Cashier) -> list[str]:
    """What is reserved for one order cannot be reserved for another."""
    corporate, world = first.corporate, first.world
    first.customer = customer = corporate.customer(funding_minor=1_000_00)
    orders = [corporate.order(customer, OrderStatus.APPROVED) for _ in range(10)]
    houses = cycle((first.house, second.house))
    answers = await asyncio.gather(
        *[
            house.engine.submit(fund_order(house, FundOrder(customer, each.id)))
            for each, house in zip(orders, houses, strict=False)
        ]
    )
    (reserved_minor,) = world.one(
        "SELECT sum(reserved_minor)::bigint FROM corporate_order WHERE customer_id = %s", customer
    )
    return [
        *differs("answers", Counter({None: 3, Decline.NOT_FUNDED: 7}), Counter(each.decline for each in answers)),
        *differs("reserved by orders", 900_00, reserved_minor),
        *differs("money", (1_000_00, 900_00), first.money),
    ]


async def a_refund_against_an_order(first: Cashier, second: Cashier) -> list[str]:
    """Finance sends back what an approval is about to reserve."""
    findings: list[str] = []
    for _ in range(ROUNDS):
        first.customer = second.customer = customer = first.corporate.customer(funding_minor=300_00)
        await first.refund_account()
        order = first.corporate.order(customer, OrderStatus.APPROVED)
        asked, funded = await asyncio.gather(
            first.request(300_00), second.house.engine.submit(fund_order(second.house, FundOrder(customer, order.id)))
        )
        refusals = (refusal(asked), funded.decline)
        if refusals not in ((None, Decline.NOT_FUNDED), (Decline.INSUFFICIENT_FUNDS, None)):
            findings.append(f"the refund heard {refusals[0]} and the order {refusals[1]}")
        findings += differs("money", (300_00, 300_00), first.money)
    return findings


async def two_approvers_of_one_refund(first: Cashier, second: Cashier) -> list[str]:
    """It goes back once."""
    findings: list[str] = []
    other = first.corporate.person(Role.FINANCE_APPROVER)
    for _ in range(ROUNDS):
        first.customer = second.customer = first.corporate.customer(funding_minor=500_00)
        await first.refund_account()
        refund_id = subject(await first.request(200_00))
        answers = await asyncio.gather(first.decide(refund_id), second.decide(refund_id, by=other))
        findings += differs(
            "answers",
            Counter({None: 1, Decline.FUNDING_REFUND_NOT_IN_STATE: 1}),
            Counter(refusal(each) for each in answers),
        )
        findings += differs("money", (300_00, 0), first.money)
    return findings
