"""Long work is done one piece at a time, and whoever waits for it does so in a short and fair queue."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from starlette.requests import Request
from starlette.types import Message

from florin.api.fair_turns import PLACES, PLACES_EACH, RETRY_AFTER_S, FairTurns
from florin.api.problems.document import Refused
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role


def buyer(customer: UUID | None) -> Actor:
    return Actor(uuid4(), uuid4(), uuid4(), frozenset({Role.BUYER}), customer)


def request(*, gone: bool = False) -> Request:
    async def receive() -> Message:
        if not gone:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


class Workshop:
    """Work that goes on until it is let go, piece by piece; who has had a turn, in order."""

    def __init__(self, *, patience_s: float = 3600) -> None:
        self.turns = FairTurns("the workshop is busy", patience_s=patience_s)
        self.served: list[object] = []
        self.at_work = 0
        self._go_on = asyncio.Semaphore(0)

    async def work(self, actor: Actor, name: object = None, *, gone: bool = False) -> None:
        async with self.turns.turn(actor, request(gone=gone)):
            self.served.append(name)
            self.at_work += 1
            assert 1 == self.at_work
            await self._go_on.acquire()
            self.at_work -= 1

    async def begin(self, actor: Actor, name: object = None, *, gone: bool = False) -> asyncio.Task[None]:
        """Work that has begun, or waits."""
        task = asyncio.create_task(self.work(actor, name, gone=gone))
        await settled()
        return task

    async def end(self, tasks: Sequence[asyncio.Task[None]]) -> list[object]:
        """Let all work be done, and return what came of each."""
        for _ in tasks:
            self._go_on.release()
        async with asyncio.timeout(10):
            return list(await asyncio.gather(*tasks, return_exceptions=True))


async def settled() -> None:
    """Let all tasks come as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


def is_busy(result: object) -> bool:
    return (
        isinstance(result, Refused)
        and result.code is Decline.BUSY
        and result.headers == {"Retry-After": str(RETRY_AFTER_S)}
    )


async def test_whoever_comes_meanwhile_waits_and_is_served_in_order() -> None:
    workshop = Workshop()
    tasks = [await workshop.begin(buyer(uuid4()), number) for number in range(5)]

    assert [0] == workshop.served
    assert [None] * 5 == await workshop.end(tasks)
    assert [0, 1, 2, 3, 4] == workshop.served


async def test_customers_take_turns_however_much_one_of_them_sends() -> None:
    workshop = Workshop()
    many, one, other = (buyer(uuid4()) for _ in range(3))
    order = [(many, "m1"), (many, "m2"), (many, "m3"), (one, "a1"), (one, "a2"), (other, "b1")]

    tasks = [await workshop.begin(actor, name) for actor, name in order]

    assert [None] * 6 == await workshop.end(tasks)
    assert ["m1", "a1", "m2", "b1", "a2", "m3"] == workshop.served


async def test_two_people_of_a_company_are_one_customer_and_our_own_are_one_each() -> None:
    workshop, company = Workshop(), uuid4()
    tasks = [await workshop.begin(buyer(company)) for _ in range(1 + PLACES_EACH)]
    colleague = await workshop.begin(buyer(company))
    assert is_busy(colleague.exception() if colleague.done() else None)

    tasks += [await workshop.begin(buyer(None)) for _ in range(1 + PLACES_EACH)]
    assert [None] * len(tasks) == await workshop.end(tasks)


async def test_a_full_queue_refuses_and_says_when_to_come_again() -> None:
    workshop = Workshop()
    tasks = [await workshop.begin(buyer(uuid4())) for _ in range(1 + PLACES)]

    refused = await workshop.begin(buyer(uuid4()))

    assert refused.done()
    assert is_busy(refused.exception())
    assert [None] * len(tasks) == await workshop.end(tasks)


async def test_whoever_waits_for_too_long_is_refused_and_leaves_no_place() -> None:
    workshop = Workshop(patience_s=0)
    working = await workshop.begin(buyer(uuid4()))
    late = [await workshop.begin(buyer(uuid4())) for _ in range(2 * PLACES)]

    assert all(is_busy(each.exception()) for each in late)
    assert [None] == await workshop.end([working])
    assert [None] == await workshop.end([await workshop.begin(buyer(uuid4()))])


@pytest.mark.parametrize("comes_first", [True, False], ids=["the turn comes first", "the leaving comes first"])
async def test_the_turn_of_somebody_who_leaves_goes_to_the_next(*, comes_first: bool) -> None:
    workshop = Workshop()
    async with workshop.turns.turn(buyer(uuid4()), request()):
        leaving, last = [await workshop.begin(buyer(uuid4()), name) for name in ("leaving", "last")]
        if not comes_first:
            leaving.cancel()
    # The turn has been passed on, and nobody has woken up yet.
    leaving.cancel()

    assert [None] == await workshop.end([last])
    assert leaving.cancelled()
    assert ["last"] == workshop.served


async def test_nothing_is_done_for_a_caller_who_has_hung_up_while_waiting() -> None:
    workshop = Workshop()
    working = await workshop.begin(buyer(uuid4()), "working")
    gone = await workshop.begin(buyer(uuid4()), "gone", gone=True)

    ended = await workshop.end([working, gone])
    assert (None, True, ["working"]) == (ended[0], is_busy(ended[1]), workshop.served)


async def test_work_that_fails_ends_its_turn() -> None:
    turns, actor = FairTurns("busy"), buyer(uuid4())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            async with turns.turn(actor, request()):
                raise ZeroDivisionError
