"""Long work is asked for and answered at once, and done once by whoever comes to it, however often somebody dies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from florin.clearing.house import ClearingHouse
from florin.domain.asked_run import MOST_BEGINNINGS, OnStep, RunKind, RunState
from florin.domain.declines import Decline
from florin.reconciliation.day_close.close_days import turn_at
from florin.reconciliation.prove import prove
from florin.reconciliation.run_views import proof_run_view
from florin.reconciliation.run_what_is_asked import WORKS, Work, run_what_is_asked
from florin.storage.asked_runs import (
    AskedRun,
    Asker,
    Wanted,
    ask_for_run,
    find_run,
    last_close_asked,
    list_runs,
    unfinished_runs,
)
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool
from florin.storage.day_close.proof_runs import PROOFS, ProofExtent, last_run, results_of
from florin.storage.turns import Turns
from tests.reconciliation.book import CLERK, DAY, NOON, PROGRAMME, Book
from tests.reconciliation.closing import house_of

pytestmark = pytest.mark.usefixtures("book")

FULL = Wanted(RunKind.PROOFS, extent=ProofExtent.FULL)
SINCE_SEALS = Wanted(RunKind.PROOFS, extent=ProofExtent.SINCE_SEALS)
MATCHING = Wanted(RunKind.MATCHING)
ANNA = Asker(CLERK, CLERK, "the-first-key", NOON)


class Killed(BaseException):
    """The process that was at it is gone: its session has ended, and nothing more was written."""


def works(do: Callable[[OnStep], Awaitable[Decline | None]]) -> dict[RunKind, Work]:
    async def whatever(_: ClearingHouse, __: AskedRun, ___: object, on_step: OnStep) -> Decline | None:
        return await do(on_step)

    return {kind: Work(work.turn, whatever) for kind, work in WORKS.items()}


async def asked(pool: Pool, wanted: Wanted = FULL, key: str = ANNA.key) -> UUID:
    answer = await ask_for_run(pool, wanted, replace(ANNA, key=key))
    assert answer is not None
    return answer[0].id


async def duty(pool: Pool, do: Callable[[OnStep], Awaitable[Decline | None]] | None = None) -> int:
    return await run_what_is_asked(house_of(pool), lambda: NOON, WORKS if do is None else works(do))


async def standing(pool: Pool, run_id: UUID) -> tuple[RunState, str | None]:
    run = await find_run(pool, PROOFS, run_id)
    assert run is not None
    return run.state, None if run.asked is None else run.asked.code


async def test_proofs_that_are_asked_for_are_kept_under_the_id_of_the_asking(pool: Pool) -> None:
    run_id = await asked(pool)
    waiting = await find_run(pool, PROOFS, run_id)
    assert waiting is not None
    view = proof_run_view(waiting)
    assert ("asked", "full", None, None) == (view["state"], view["extent"], view["began_at"], view["result"])
    assert (1, 0) == (await duty(pool), await duty(pool))
    (done,) = (await list_runs(pool, PROOFS, None, 10)).items
    view = proof_run_view(done)
    assert ("done", CLERK.hex, True) == (view["state"], view["asked_by"], view["result"]["ok"])
    assert (run_id, True) == (done.id, len(await results_of(pool, run_id)) > 10)
    await prove(pool, Author(CLERK, NOON + timedelta(hours=1)), only={1})
    assert run_id == await last_run(pool)


async def test_who_asks_for_what_waits_already_is_answered_with_it(pool: Pool) -> None:
    first = await asked(pool)
    assert first == await asked(pool, key="another-key")
    others = {await asked(pool, SINCE_SEALS, "a-third-key"), await asked(pool, MATCHING, "a-fourth-key")}
    assert (2, False) == (len(others), first in others)

    async def asks_while_it_runs(_: OnStep) -> None:
        assert first != await asked(pool, key="a-fifth-key")

    await duty(pool, asks_while_it_runs)


async def test_a_key_belongs_to_what_was_asked_for_with_it(pool: Pool) -> None:
    twice = await asyncio.gather(*(ask_for_run(pool, FULL, ANNA) for _ in range(2)))
    assert 1 == len({each[0].id for each in twice if each is not None})
    other = replace(ANNA, key="for-two-things-at-once")
    both = await asyncio.gather(*(ask_for_run(pool, each, other) for each in (SINCE_SEALS, MATCHING)))
    assert (1, 2) == (both.count(None), len(await unfinished_runs(pool)))
    run_id = await asked(pool, key="joins-the-one-that-waits")
    await duty(pool)
    for key in (ANNA.key, "joins-the-one-that-waits"):
        replayed = await ask_for_run(pool, FULL, replace(ANNA, key=key))
        assert replayed is not None
        assert (run_id, True) == (replayed[0].id, replayed[1])
    assert await ask_for_run(pool, SINCE_SEALS, ANNA) is None
    assert run_id != await asked(pool, key="a-new-key")


async def test_what_ran_in_a_process_that_died_is_run_again(pool: Pool) -> None:
    run_id = await asked(pool)

    async def is_killed(_: OnStep) -> None:
        raise Killed

    with pytest.raises(Killed):
        await duty(pool, is_killed)
    assert (RunState.RUNNING, None) == await standing(pool, run_id)
    assert 1 == await duty(pool)
    assert (RunState.DONE, None) == await standing(pool, run_id)


async def test_what_was_kept_before_the_process_died_is_not_done_twice(pool: Pool, book: Book) -> None:
    run_id = await asked(pool)
    await duty(pool)
    book.connection.execute("UPDATE asked_run SET state = 'running' WHERE id = %s", (run_id,))
    assert (RunState.DONE, None) == await standing(pool, run_id)
    assert 1 == await duty(pool)
    assert (RunState.DONE, None) == await standing(pool, run_id)


async def test_a_run_that_takes_its_process_down_is_not_begun_for_ever(pool: Pool, book: Book) -> None:
    run_id = await asked(pool)
    query = "UPDATE asked_run SET state = 'running', began_at = asked_at, beginnings = %s WHERE id = %s"
    book.connection.execute(query, (MOST_BEGINNINGS, run_id))
    assert 1 == await duty(pool)
    assert (RunState.FAILED, "cut_off") == await standing(pool, run_id)


async def test_a_run_that_fails_says_why_and_holds_up_no_other(pool: Pool) -> None:
    failing, declined = await asked(pool), await asked(pool, SINCE_SEALS, "another-key")
    ends: list[Decline | Exception] = [ZeroDivisionError(), Decline.PROGRAMME_NOT_FOUND]

    async def ends_badly(_: OnStep) -> Decline:
        end = ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    assert 2 == await duty(pool, ends_badly)
    assert (RunState.FAILED, "internal_error") == await standing(pool, failing)
    assert (RunState.FAILED, "programme_not_found") == await standing(pool, declined)
    assert 0 == await duty(pool)


async def test_a_run_that_the_database_was_not_there_for_waits_for_the_next_time(pool: Pool) -> None:
    run_id = await asked(pool)

    async def is_cut_off(_: OnStep) -> None:
        raise psycopg.OperationalError("the server closed the connection")

    assert 0 == await duty(pool, is_cut_off)
    assert 1 == await duty(pool)
    assert (RunState.DONE, None) == await standing(pool, run_id)


async def test_one_process_at_a_time_is_at_a_kind_of_runs(pool: Pool) -> None:
    run_id = await asked(pool)
    async with Turns(pool).at(WORKS[RunKind.PROOFS].turn):
        assert 0 == await duty(pool)
    assert (RunState.ASKED, None) == await standing(pool, run_id)
    assert [0, 1] == sorted(await asyncio.gather(duty(pool), duty(pool)))


async def test_a_close_that_somebody_else_is_at_has_failed_and_says_so(pool: Pool) -> None:
    yesterday = DAY - timedelta(days=1)
    await asked(pool, Wanted(RunKind.DAY_CLOSE, PROGRAMME.id, yesterday))
    async with turn_at(pool, PROGRAMME.id):
        assert 1 == await duty(pool)
    run = await last_close_asked(pool, PROGRAMME.id, yesterday)
    assert ("failed", "day_close_under_way") == (run and run.state, run and run.code)


async def test_who_looks_sees_how_far_a_run_is(pool: Pool) -> None:
    run_id, seen = await asked(pool), None

    async def goes_on(on_step: OnStep) -> None:
        nonlocal seen
        on_step(2, 40)
        on_step(3, 40)
        for _ in range(1000):
            run = await find_run(pool, PROOFS, run_id)
            seen = None if run is None else proof_run_view(run)["progress"]
            if seen is not None:
                break

    await duty(pool, goes_on)
    assert {"done": 3, "of": 40} == seen
