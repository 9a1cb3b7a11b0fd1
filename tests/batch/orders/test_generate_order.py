import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from florin.batch import issue as issuing
from florin.batch.orders import generate_order as generating
from florin.batch.orders.generate_order import Maker, generate_order
from florin.batch.orders.waiting_orders import make_ordered_cards
from florin.batch.waiting_issues import fill_waiting_issues
from florin.clearing.house import ClearingHouse
from florin.clearing.new_cards import make_cards
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.storage.cards import card_issue
from florin.storage.cards.card_issue import find_issue, unfinished_issues
from florin.storage.cards.card_rows import NewCard
from florin.storage.connect import Pool
from florin.storage.corporate.generation import take_up_line
from florin.storage.corporate.orders import OrderView
from florin.storage.fresh_ids import fresh_id
from tests.batch.orders.paid_orders import lines_of, made, offer, paid, status_of, whole
from tests.clearing.every_proof import findings
from tests.corporate import Corporate
from tests.world import FACES_MINOR, NOON, World

TRACES = "SELECT action, detail FROM audit WHERE subject_id = %s ORDER BY id"
CARD_COLUMNS = """
SELECT DISTINCT c.status, c.sold_by, c.sold_at, c.denomination_minor, c.product_id, i.sold_to
FROM order_line l JOIN card_issue i ON i.id = l.issue_id JOIN card c ON c.issue_id = i.id WHERE l.order_id = %s
"""


@pytest.fixture
def bearer_cards_withdrawn(world: World) -> Iterator[None]:
    """Bearer cards of 500 are not issued any more."""
    offer(world, "bearer_gift", [100_00])
    yield
    offer(world, "bearer_gift", list(FACES_MINOR))


async def test_a_paid_order_gets_exactly_the_cards_that_were_ordered(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25), ("registered_gift", 500_00, 7))

    view = await generate_order(maker, order.id)

    assert isinstance(view, OrderView)
    assert OrderStatus.READY is view.status
    assert [("ready", None), ("ready", None)] == lines_of(world, order.id)
    assert (whole(25), whole(7)) == (made(world, order.id, 1), made(world, order.id, 2))


async def test_its_cards_are_sold_to_the_customer_and_worth_nothing(
    corporate: Corporate, world: World, maker: Maker, house: ClearingHouse
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 12))
    await generate_order(maker, order.id)

    product_id = world.products[world.home, "bearer_gift"]
    expected = ("sold", order.customer_id, NOON, 100_00, product_id, order.customer_id)
    assert [expected] == world.rows(CARD_COLUMNS, order.id)
    async with house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_a_made_order_is_left_as_it_is(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house)
    first = await generate_order(maker, order.id)

    assert first == await generate_order(maker, order.id)
    assert whole(3) == made(world, order.id)


@pytest.mark.parametrize(
    "status", [OrderStatus.DRAFT, OrderStatus.SUBMITTED, OrderStatus.APPROVED, OrderStatus.CANCELLED]
)
async def test_no_card_is_made_of_an_order_that_is_not_paid_for(
    corporate: Corporate, world: World, maker: Maker, status: OrderStatus
) -> None:
    order = corporate.order(corporate.customer(), status)

    assert Decline.ORDER_NOT_IN_STATE == await generate_order(maker, order.id)
    assert (0,) * 6 == made(world, order.id)


ALTERATIONS = (
    "UPDATE order_line SET quantity = quantity + 1 WHERE order_id = %s",
    "UPDATE order_line SET denomination_minor = 50000 WHERE order_id = %s",
    "UPDATE corporate_order SET customer_id = (SELECT id FROM customer WHERE name = 'Thief') WHERE id = %s",
    "DELETE FROM order_line WHERE line = 2 AND order_id = %s",
    """INSERT INTO order_line
       SELECT order_id, 3, product_id, denomination_minor, quantity, principal_minor, NULL, 'waiting' FROM order_line
       WHERE line = 1 AND order_id = %s""",
)


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_no_card_is_made_of_an_order_that_was_altered_after_its_approval(
    corporate: Corporate, world: World, maker: Maker, alteration: LiteralString
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 5), ("bearer_gift", 200_00, 5))
    thief = corporate.customer()
    world.connection.execute("UPDATE customer SET name = 'Thief' WHERE id = %s", (thief,))
    world.connection.execute(alteration, (order.id,))

    assert Decline.ORDER_ALTERED == await generate_order(maker, order.id)

    assert {("failed", "order_altered")} == set(lines_of(world, order.id))
    assert "partially_failed" == status_of(world, order.id)
    assert [(0,)] == world.rows("SELECT count(*) FROM card_issue WHERE sold_to IN (%s, %s)", order.customer_id, thief)
    world.connection.execute("UPDATE customer SET name = 'Honest' WHERE id = %s", (thief,))


async def test_there_must_be_an_order(maker: Maker) -> None:
    assert Decline.ORDER_NOT_FOUND == await generate_order(maker, fresh_id())


async def test_two_workers_on_one_order_make_no_card_too_many(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 95), ("bearer_gift", 200_00, 31))

    async with world.clearing_house() as other:
        await asyncio.gather(generate_order(maker, order.id), generate_order(replace(maker, house=other), order.id))

    assert "ready" == status_of(world, order.id)
    assert (whole(95), whole(31)) == (made(world, order.id, 1), made(world, order.id, 2))
    assert ["order.ready"] == world.events(order.id)


async def test_a_line_taken_in_hand_again_gets_no_second_issue(
    corporate: Corporate, world: World, house: ClearingHouse, maker: Maker
) -> None:
    order = await paid(corporate, maker.house)
    at_once = await asyncio.gather(*(take_up_line(house.pool, order.id, 1, maker.author) for _ in range(4)))
    issues = [*at_once, await take_up_line(house.pool, order.id, 1, maker.author)]

    assert issues[0] is not None
    assert [issues[0]] * 5 == issues
    assert [(1,)] == world.rows("SELECT count(*) FROM card_issue WHERE sold_to = %s", order.customer_id)


@pytest.mark.usefixtures("bearer_cards_withdrawn")
async def test_a_line_that_cannot_be_made_fails_alone(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 500_00, 5), ("registered_gift", 500_00, 15))

    view = await generate_order(maker, order.id)

    assert isinstance(view, OrderView)
    assert OrderStatus.PARTIALLY_FAILED is view.status
    assert [("failed", "denomination_not_offered"), ("ready", None)] == lines_of(world, order.id)
    assert ((0,) * 6, whole(15)) == (made(world, order.id, 1), made(world, order.id, 2))
    assert ["order.partially_failed"] == world.events(order.id)


async def test_a_face_that_the_law_forbids_by_now_is_not_made(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 2_000_00, 2))

    await generate_order(maker, order.id)

    assert [("failed", "refused_by_policy")] == lines_of(world, order.id)


async def test_a_prefix_without_free_numbers_fails_the_line_and_keeps_what_is_made(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_there_is = [card.number_index for card in make_cards(world.vault, "912345", 2, has_ecode=True)]

    def make(vault: Vault, prefix: str, _count: int, *, has_ecode: bool) -> list[NewCard]:
        cards = make_cards(vault, prefix, len(all_there_is), has_ecode=has_ecode)
        return [card._replace(number_index=number) for card, number in zip(cards, all_there_is, strict=True)]

    order = await paid(corporate, maker.house)
    with monkeypatch.context() as patched:
        patched.setattr(issuing, "make_cards", make)
        await generate_order(maker, order.id)

    assert [("failed", "numbers_used_up")] == lines_of(world, order.id)
    assert whole(2) == made(world, order.id)


async def test_what_nobody_has_foreseen_fails_one_line_only(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(vault: Vault, prefix: str, count: int, *, has_ecode: bool) -> list[NewCard]:
        if count > 5:
            raise ZeroDivisionError
        return make_cards(vault, prefix, count, has_ecode=has_ecode)

    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 6), ("bearer_gift", 100_00, 5))
    monkeypatch.setattr(issuing, "make_cards", make)

    await generate_order(maker, order.id)

    assert [("failed", "unexpected"), ("ready", None)] == lines_of(world, order.id)


class _Failing:
    """Stores cards, but not the first so many times."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.left = failures
        self._error = error
        self._add = card_issue.add_cards

    async def add(self, pool: Pool, *cards: object) -> object:
        if self.left:
            self.left -= 1
            raise self._error
        return await self._add(pool, *cards)  # type: ignore[arg-type]


PASSING = [psycopg.OperationalError("gone"), psycopg.errors.DeadlockDetected(), psycopg.errors.DiskFull()]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
async def test_a_database_that_is_away_or_busy_fails_no_line(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25))
    monkeypatch.setattr(generating, "PATIENCE_MS", (0, 0))
    monkeypatch.setattr(issuing, "add_cards", _Failing(2, error).add)

    view = await generate_order(maker, order.id)

    assert isinstance(view, OrderView)
    assert OrderStatus.READY is view.status
    assert whole(25) == made(world, order.id)


async def test_a_database_that_stays_away_leaves_the_line_to_the_next_try(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25))
    monkeypatch.setattr(generating, "PATIENCE_MS", (0, 0))
    with monkeypatch.context() as patched:
        patched.setattr(issuing, "add_cards", _Failing(3, psycopg.OperationalError("gone")).add)
        with pytest.raises(psycopg.OperationalError, match="gone"):
            await generate_order(maker, order.id)
    assert ("generating", [("generating", None)]) == (status_of(world, order.id), lines_of(world, order.id))

    await generate_order(maker, order.id)

    assert whole(25) == made(world, order.id)


async def test_the_duty_makes_every_paid_order_and_one_that_cannot_be_made_holds_up_no_other(
    corporate: Corporate, world: World, house: ClearingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, order = await paid(corporate, house), await paid(corporate, house)
    take_up = take_up_line

    async def not_that_one(pool: Pool, order_id: UUID, *rest: object) -> object:
        if order_id == broken.id:
            raise psycopg.OperationalError("gone")
        return await take_up(pool, order_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(generating, "PATIENCE_MS", ())
    monkeypatch.setattr(generating, "take_up_line", not_that_one)

    await make_ordered_cards(house)

    assert ("funded", "ready") == (status_of(world, broken.id), status_of(world, order.id))


async def test_the_duty_for_stock_leaves_ordered_cards_alone(
    corporate: Corporate, world: World, house: ClearingHouse, maker: Maker
) -> None:
    order = await paid(corporate, maker.house)
    issue = await take_up_line(house.pool, order.id, 1, maker.author)

    await fill_waiting_issues(house.pool, house.vault)

    assert issue is not None
    assert (0,) * 6 == made(world, order.id)
    assert await find_issue(house.pool, issue.id) is None
    assert issue.id not in await unfinished_issues(house.pool)


async def test_the_making_of_an_order_leaves_its_traces(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house)

    await generate_order(maker, order.id)

    generating_row, ready_row = world.rows(TRACES, order.id)
    assert ("order.generating", {"by": "florin"}) == generating_row
    assert ("order.ready", {"by": "florin", "lines": {"ready": 1}}) == ready_row


async def test_progress_is_told_line_by_line(corporate: Corporate, maker: Maker) -> None:
    steps: list[tuple[int, int, int]] = []
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25), ("bearer_gift", 100_00, 5))

    await generate_order(replace(maker, progress=lambda *step: steps.append(step)), order.id)

    assert [(1, 10, 25), (1, 20, 25), (1, 25, 25), (2, 5, 5)] == steps
