"""The cards of a line or an order that is given up are voided, all of them, whatever happens meanwhile."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from florin.batch import issue as issuing
from florin.batch.orders.generate_order import Maker, generate_order
from florin.batch.orders.waiting_orders import recall_given_up_cards
from florin.clearing.new_cards import make_cards
from florin.clearing.orders.drop_line import DropLine, drop_line
from florin.clearing.orders.retry_line import RetryLine, retry_line
from florin.storage.cards.card_issue import add_cards, read_issue
from florin.storage.cards.card_rows import Origin
from florin.storage.connect import Pool
from florin.storage.corporate import given_up_cards
from florin.storage.corporate.given_up_cards import GivenUpLine, lines_to_be_recalled, recall_line, void_cards
from tests.batch.orders.failed_orders import HALF, half_made
from tests.batch.orders.paid_orders import lines_of, made, offer, paid, status_of, whole
from tests.corporate import Corporate
from tests.world import FACES_MINOR, NOON, World

STATUSES = """
SELECT c.status, count(*) FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %s AND l.line = 1 GROUP BY 1 ORDER BY 1
"""
ISSUE = "SELECT issue_id FROM order_line WHERE order_id = %s AND line = 1"


async def _dropped(maker: Maker, corporate: Corporate) -> UUID:
    order = await half_made(maker, corporate)
    await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)
    return order.id


async def _mine(maker: Maker, order_id: UUID) -> list[GivenUpLine]:
    return [each for each in await lines_to_be_recalled(maker.house.pool) if each.order_id == order_id]


async def test_a_recall_that_was_cut_short_is_ended_by_the_next(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await _dropped(maker, corporate)
    (given_up,) = await _mine(maker, order_id)
    with monkeypatch.context() as patched:
        patched.setattr(given_up_cards, "_end", None)
        with pytest.raises(TypeError):
            await recall_line(maker.house.pool, given_up, maker.author, chunk=3)
    world.connection.execute(
        "UPDATE card SET status = 'sold', ended_at = NULL WHERE serial > 11 AND issue_id = %s", (given_up.issue_id,)
    )
    assert [given_up] == await _mine(maker, order_id)
    assert "dropping" == lines_of(world, order_id)[0][0]

    await recall_given_up_cards(maker.house)

    assert [("voided", HALF)] == world.rows(STATUSES, order_id)
    assert ([], "ready") == (await _mine(maker, order_id), status_of(world, order_id))


async def test_a_worker_that_still_makes_cards_of_the_line_makes_no_more(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await _dropped(maker, corporate)
    (issue_id,) = world.one(ISSUE, order_id)
    vault = world.vault
    async with maker.house.pool.connection() as connection:
        issue = await read_issue(connection, issue_id)
    origin = Origin(
        world.home,
        issue.product_id,
        issue_id,
        issue.denomination_minor,
        "CNY",
        vault.cards.writing_key_id,
        issue.sold_to,
    )

    late = []

    async def meanwhile(*given: Any) -> int:  # noqa: ANN401 (those of the function in whose place it stands)
        cards = make_cards(vault, "912345", 5, has_ecode=True)
        late.append(await add_cards(maker.house.pool, origin, cards, NOON))
        return await void_cards(*given)

    monkeypatch.setattr(given_up_cards, "void_cards", meanwhile)
    await recall_given_up_cards(maker.house)

    assert [("recalling", HALF)] == [(each.status, each.generated) for each in late]
    assert [("voided", HALF)] == world.rows(STATUSES, order_id)


async def test_a_card_that_somebody_decides_on_is_waited_for(corporate: Corporate, world: World, maker: Maker) -> None:
    order_id = await _dropped(maker, corporate)
    (given_up,) = await _mine(maker, order_id)
    with psycopg.connect(world.database.owner_url) as other:
        other.execute(
            "SELECT FROM strict_account WHERE owner_id IN (SELECT id FROM card WHERE issue_id = %s) FOR UPDATE",
            (given_up.issue_id,),
        )
        async with world.clearing_house(lock_timeout_ms=50) as hasty:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                await recall_line(hasty.pool, given_up, maker.author, chunk=100)
    assert [("sold", HALF)] == world.rows(STATUSES, order_id)


async def test_a_line_that_has_no_cards_is_dropped_at_once(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 500_00, 5), ("registered_gift", 500_00, 2))
    offer(world, "bearer_gift", [100_00])
    await generate_order(maker, order.id)
    offer(world, "bearer_gift", list(FACES_MINOR))
    await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)

    await recall_given_up_cards(maker.house)

    assert [("dropped", None), ("ready", None)] == lines_of(world, order.id)
    assert ("ready", whole(2)) == (status_of(world, order.id), made(world, order.id, 2))


async def test_a_slow_worker_that_ends_a_failed_line_ends_its_failure(
    corporate: Corporate, world: World, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await paid(corporate, maker.house, ("bearer_gift", 100_00, 25))
    add = add_cards

    async def fail_meanwhile(pool: Pool, *rest: object) -> object:
        added = await add(pool, *rest)  # type: ignore[arg-type]
        world.connection.execute(
            "UPDATE order_line SET status = 'failed', failure = 'unexpected' WHERE order_id = %s", (order.id,)
        )
        world.connection.execute("UPDATE corporate_order SET status = 'partially_failed' WHERE id = %s", (order.id,))
        return added

    monkeypatch.setattr(issuing, "add_cards", fail_meanwhile)
    await generate_order(replace(maker, chunk=100), order.id)

    assert ("ready", [("ready", None)]) == (status_of(world, order.id), lines_of(world, order.id))


async def test_a_line_that_is_tried_again_meanwhile_waits_for_those_that_are_given_up(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate, failed=2)
    await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)
    await retry_line(maker.house, corporate.operator, RetryLine(order.id, 2), NOON)

    await generate_order(maker, order.id)
    assert ("generating", "dropping", "ready") == (
        status_of(world, order.id),
        *(status for status, _ in lines_of(world, order.id)[:2]),
    )
    await recall_given_up_cards(maker.house)

    assert [("dropped", None), ("ready", None), ("ready", None)] == lines_of(world, order.id)
    assert "ready" == status_of(world, order.id)
