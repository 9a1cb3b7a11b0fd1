"""What companies paid, got back and ordered is proven too: whatever differs from the book is found and named."""

from typing import LiteralString

import pytest

from florin.domain.order_life import OrderStatus
from florin.settings import Settings
from florin.storage.connect import open_pool
from tests.corporate import Corporate
from tests.reconciliation.proven import findings
from tests.world import World


class Company:
    """A customer with one receipt of 1,000 yuan and an order of two cards at 93 %, in some status."""

    def __init__(self, world: World) -> None:
        self.world = world.start_over()
        self.corporate = Corporate(self.world)
        self.customer = self.corporate.customer(funding_minor=1_000_00)

    def orders(self, status: OrderStatus) -> None:
        self.corporate.order(self.customer, status, (("bearer_gift", 100_00, 2),), price_basis_points=9_300)

    def break_it(self, statement: LiteralString, *values: object) -> None:
        """Change the book behind its walls."""
        with self.world.connection.transaction():
            self.world.connection.execute("SET LOCAL session_replication_role = replica")
            self.world.connection.execute(statement, values)

    async def found(self) -> dict[str, list[str]]:
        """What is wrong, by the proof that says so; without the names of the rows."""
        async with open_pool(self.world.database.url, Settings(), application_name="florin test") as pool:
            return {name: [each.split(": ", 1)[1] for each in wrong] for name, wrong in (await findings(pool)).items()}


@pytest.fixture
def company(shared_world: World) -> Company:
    return Company(shared_world)


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        ("UPDATE receipt SET amount_minor = 1", "recorded 1, transfers received 100000"),
        ("UPDATE receipt SET customer_id = id", "transfers of another customer, unit or programme"),
        ("UPDATE receipt SET unit = 'EUR'", "transfers of another customer, unit or programme"),
        ("DELETE FROM receipt", "a receipt in the book only"),
    ],
)
async def test_a_receipt_that_is_not_the_books_is_found(
    company: Company, breakage: LiteralString, expected: str
) -> None:
    assert {} == await company.found()
    company.break_it(breakage)
    assert {"receipts": [expected]} == await company.found()


async def test_a_receipt_without_transfers_is_found(company: Company) -> None:
    company.break_it("UPDATE receipt SET journal_id = id")
    assert {"receipts": ["a receipt in the book only", "a receipt without transfers"]} == {
        name: sorted(wrong) for name, wrong in (await company.found()).items()
    }


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        ("UPDATE funding_refund SET amount_minor = 1", ["refunded 1, transfers moved 20000"] * 2),
        ("UPDATE funding_refund SET unit = 'EUR'", ["transfers of another customer, unit or programme"] * 2),
        ("UPDATE funding_refund SET customer_id = id", ["transfers of another customer, unit or programme"]),
        ("DELETE FROM funding_refund", ["funding_refund_paid in the book only", "funding_refunded in the book only"]),
        (
            "UPDATE funding_refund SET journal_id = id",
            ["a refund without transfers of funding_refunded", "funding_refunded in the book only"],
        ),
        (
            "UPDATE funding_refund SET paid_journal_id = id",
            ["a refund without transfers of funding_refund_paid", "funding_refund_paid in the book only"],
        ),
    ],
)
async def test_a_refund_that_is_not_the_books_is_found(
    company: Company, breakage: LiteralString, expected: list[str]
) -> None:
    company.corporate.funding_refund(company.customer, 200_00, paid=True)
    assert {} == await company.found()
    company.break_it(breakage)
    assert expected == sorted((await company.found())["funding refunds"])


@pytest.mark.parametrize(
    ("status", "breakage", "expected"),
    [
        (OrderStatus.ACTIVATED, "used_minor = used_minor - 1", "used 18599, its cards took 18600"),
        (OrderStatus.ACTIVATED, "used_minor = 0", "used 0, its cards took 18600"),
        (OrderStatus.READY, "used_minor = 1, reserved_minor = 0", "used 1, its cards took 0"),
        (OrderStatus.READY, "reserved_minor = reserved_minor - 1", "reserved 18599, its cards need 18600"),
        (OrderStatus.FUNDED, "reserved_minor = 0", "reserved 0, its cards need 18600"),
        (OrderStatus.FUNDED, "status = 'approved'", "reserved 18600, its cards need 0"),
        (OrderStatus.READY, "status = 'cancelled'", "reserved 18600, its cards need 0"),
    ],
)
async def test_an_order_that_disagrees_with_its_cards_is_found(
    company: Company, status: OrderStatus, breakage: LiteralString, expected: str
) -> None:
    company.orders(status)
    assert {} == await company.found()
    company.break_it("UPDATE corporate_order SET " + breakage)  # noqa: S608 (the test's own words)
    assert [expected] == (await company.found())["corporate orders"]


async def test_cards_that_are_void_need_no_money(company: Company) -> None:
    company.orders(OrderStatus.READY)
    company.break_it("UPDATE card SET status = 'voided' WHERE serial = 1")
    assert {"corporate orders": ["reserved 18600, its cards need 9300"]} == await company.found()


async def test_a_line_that_is_given_up_needs_no_money(company: Company) -> None:
    company.orders(OrderStatus.FUNDED)
    company.break_it("UPDATE order_line SET status = 'dropped'")
    assert {"corporate orders": ["reserved 18600, its cards need 0"]} == await company.found()


async def test_a_card_of_no_order_that_took_funding_is_found(company: Company) -> None:
    company.orders(OrderStatus.ACTIVATED)
    company.break_it("UPDATE card SET issue_id = id WHERE serial = 1")
    assert {
        "corporate orders": ["a card of no order was activated with funding", "used 18600, its cards took 9300"]
    } == {name: sorted(wrong) for name, wrong in (await company.found()).items()}
