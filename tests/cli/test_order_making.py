"""Commands that make an order's cards, show how far they are, and decide about lines that failed."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from florin.cli.exit_codes import ExitCode
from tests.batch.orders.paid_orders import lines_of, made, offer, paid, status_of, whole
from tests.cli.florin_command import Florin
from tests.corporate import PASSWORD, Corporate, KnownOrder, code_at, user_name_of
from tests.world import FACES_MINOR, World


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


def ordered(world: World, corporate: Corporate, *lines: tuple[str, int, int]) -> KnownOrder:
    """A paid order."""

    async def order() -> KnownOrder:
        async with world.clearing_house() as house:
            return await paid(corporate, house, *lines)

    return asyncio.run(order())


@pytest.fixture
def order(world: World, corporate: Corporate) -> KnownOrder:
    """A paid order of two lines."""
    return ordered(world, corporate, ("bearer_gift", 100_00, 12), ("bearer_gift", 500_00, 3))


def wire(order: KnownOrder) -> str:
    return f"ord_{order.id.hex}"


def brief(told: Any) -> list[tuple[int, int, str]]:  # noqa: ANN401 (JSON)
    return [(each["line"], each["generated"], each["status"]) for each in told["lines"]]


def test_an_order_is_made_here_and_now_and_a_second_time_nothing_is_done(
    florin: Florin, world: World, order: KnownOrder
) -> None:
    told = florin.done("order", "generate", wire(order), "--json").json

    assert ("ready", [(1, 12, "ready"), (2, 3, "ready")]) == (told["status"], brief(told))
    again = florin.done("order", "generate", wire(order))
    assert f"{wire(order)} is ready; 15 of 15 cards are made." in again.out
    assert (whole(12), whole(3)) == (made(world, order.id, 1), made(world, order.id, 2))
    assert [(True,)] == world.rows(
        "SELECT DISTINCT detail->>'by' LIKE 'os:%%' FROM audit WHERE subject_id = %s", order.id
    )


@pytest.mark.slow
def test_two_processes_at_once_make_no_card_too_many(florin: Florin, world: World, corporate: Corporate) -> None:
    order = ordered(world, corporate, ("bearer_gift", 100_00, 6_000), ("bearer_gift", 200_00, 3_000))

    both = [florin.start("order", "generate", wire(order), "--json") for _ in range(2)]
    told = [json.loads(each.communicate()[0]) for each in both]

    assert [0, 0] == [each.returncode for each in both]
    assert [("ready", [(1, 6_000, "ready"), (2, 3_000, "ready")])] * 2 == [
        (each["status"], brief(each)) for each in told
    ]
    assert (whole(6_000), whole(3_000)) == (made(world, order.id, 1), made(world, order.id, 2))
    assert ["order.ready"] == world.events(order.id)


def test_a_failed_line_is_told_of_tried_again_and_dropped(
    florin: Florin, world: World, corporate: Corporate, order: KnownOrder
) -> None:
    def as_operator(*arguments: object) -> Any:  # noqa: ANN401 (JSON)
        world.connection.execute("UPDATE login SET totp_last_step = NULL")
        typed = florin.having(password=PASSWORD, totp_code=code_at(datetime.now(UTC)))
        return typed.done("order", *arguments, "--as", user_name_of(corporate.operator), "--json").json

    offer(world, "bearer_gift", [100_00])
    failed = florin.run("order", "generate", wire(order))
    assert ExitCode.DECLINED == failed.code
    assert "the product is not issued with this face any more" in " ".join(failed.out.replace("│", " ").split())
    assert "florin order retry-line" in failed.complaint

    retried = as_operator("retry-line", wire(order), 2)
    assert ("generating", [(1, 12, "ready"), (2, 0, "waiting")]) == (retried["status"], brief(retried))
    assert ExitCode.DECLINED == florin.run("order", "generate", wire(order)).code
    dropped = as_operator("drop-line", wire(order), 2)
    assert [(1, 12, "ready"), (2, 0, "dropping")] == brief(dropped)
    assert 12 * 100_00 == corporate.reserved_minor(order.id)
    offer(world, "bearer_gift", list(FACES_MINOR))


def test_progress_is_shown_once_and_followed_to_the_end(florin: Florin, order: KnownOrder) -> None:
    before = florin.done("order", "progress", wire(order), "--json").json
    assert ("funded", [(1, 0, "waiting"), (2, 0, "waiting")]) == (before["status"], brief(before))
    assert "0 of 15 cards are made" in florin.done("order", "progress", wire(order)).out
    florin.done("order", "generate", wire(order))

    followed = florin.done("order", "progress", wire(order), "--json", "--follow")

    assert ["ready"] == [json.loads(line)["status"] for line in followed.out.splitlines()]
    assert "15 of 15 cards are made" in florin.done("order", "progress", wire(order), "--follow").out


def test_an_order_that_was_altered_is_refused(florin: Florin, world: World, order: KnownOrder) -> None:
    world.connection.execute("UPDATE order_line SET quantity = 13 WHERE line = 1 AND order_id = %s", (order.id,))

    refused = florin.run("order", "generate", wire(order))

    assert ExitCode.DECLINED == refused.code
    assert "declined, order_altered:" in refused.complaint
    assert ("partially_failed", {("failed", "order_altered")}) == (
        status_of(world, order.id),
        set(lines_of(world, order.id)),
    )


@pytest.mark.parametrize(("command", "name"), [("generate", "ord_" + "0" * 32), ("progress", "33333333")])
@pytest.mark.usefixtures("world")
def test_an_order_that_nobody_knows_is_not_found(florin: Florin, command: str, name: str) -> None:
    assert "declined, order_not_found:" in florin.run("order", command, name).complaint
