"""What came in through providers and went back to them is proven: whatever differs from the book is found and named."""

from typing import LiteralString

import pytest

from florin.batch.payments.send_refunds import send_refunds
from florin.settings import Settings
from florin.storage.connect import open_pool
from tests.provider import at_cashpoint
from tests.reconciliation.proven import findings
from tests.world import World


@pytest.fixture
async def world(shared_world: World) -> World:
    """A payment of 100 yuan of which 40 go back, after a try that failed."""
    world = shared_world.start_over()
    async with world.clearing_house() as house:
        cashpoint = at_cashpoint(world, house)
        payment = await cashpoint.credited(world.member(named=True))
        cashpoint.provider.refuses = {"refund"}
        await cashpoint.give_back(payment, 40_00)
        await send_refunds(cashpoint.house, cashpoint.now())
        cashpoint.provider.refuses = set()
        await cashpoint.give_back(payment, 40_00)
    return world


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        (
            "UPDATE payment SET amount_minor = 4000, paid_minor = 4000",
            {"payments": ["paid 4000, transfers credited 10000"]},
        ),
        (
            "UPDATE payment SET provider_id = id",
            {
                "payments": ["transfers of another card or member, provider, unit or programme"],
                "payment refunds": ["transfers of another event, member, provider, unit or programme"] * 3,
            },
        ),
        ("UPDATE payment SET refunded_minor = 1", {"payments": ["refunded 1, its refunds send back 4000"]}),
        (
            "UPDATE payment SET journal_id = id",
            {
                "payments": [
                    "a top-up, or a card sold online, in the book only",
                    "a credited payment without transfers",
                ]
            },
        ),
        (
            "UPDATE payment_refund SET amount_minor = 3 WHERE put_back_journal_id IS NOT NULL",
            {"payment refunds": ["sent back 3, transfers moved 4000"] * 2},
        ),
        (
            "UPDATE payment_refund SET put_back_journal_id = id WHERE put_back_journal_id IS NOT NULL",
            {"payment refunds": ["a refund of a payment without transfers", "a refund of a payment in the book only"]},
        ),
    ],
)
async def test_a_payment_or_refund_that_is_not_the_books_is_found(
    world: World, breakage: LiteralString, expected: dict[str, list[str]]
) -> None:
    assert {} == await _found(world)
    with world.connection.transaction():
        world.connection.execute("SET LOCAL session_replication_role = replica")
        world.connection.execute(breakage)
    assert expected == {name: sorted(wrong, reverse=True) for name, wrong in (await _found(world)).items()}


async def _found(world: World) -> dict[str, list[str]]:
    """What is wrong, by the proof that says so; without the names of the rows."""
    async with open_pool(world.database.url, Settings(), application_name="florin test") as pool:
        return {name: [each.split(": ", 1)[1] for each in wrong] for name, wrong in (await findings(pool)).items()}
