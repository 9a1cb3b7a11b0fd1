"""The posting engine, with decisions made for the test: groups, replays, requests that fall alone, and overload."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest

from florin.domain.declines import Decline
from florin.settings import Settings
from florin.storage.book.day_lock import DAY_LOCK
from florin.storage.connect import Connection, Pool, open_pool
from florin.storage.posting.engine import ATTEMPTS, EngineLimits, PostingEngine
from florin.storage.posting.group import Group
from florin.storage.posting.request import (
    Answer,
    BrokenError,
    BusyError,
    Caller,
    KeyReusedError,
    Outcome,
    PostingRequest,
    Wanted,
)
from tests.conftest import Database

CALLER = Caller(UUID(int=1), UUID(int=2))
BODY = UUID(int=3)


def answering(answer: dict[str, Any]) -> Callable[[Group], Outcome]:
    return lambda _: Outcome(answer)


def asked(
    key: str | None,
    decide: Callable[[Group], Outcome] | None = None,
    *,
    fingerprint: UUID = BODY,
    reference: str | None = None,
    verb: str = "test",
    card_id: UUID | None = None,
) -> PostingRequest:
    decide = decide or answering({"ok": True})
    return PostingRequest(CALLER, key, fingerprint, verb, Wanted(card_id=card_id), decide, reference)


async def taken_up(engine: PostingEngine) -> None:
    """Wait until a request has come into the queue and has left it for a group."""
    came = False
    while not came or engine.waiting:
        came = came or bool(engine.waiting)
        await asyncio.sleep(0)


async def operations(connection: Connection) -> list[tuple[Any, ...]]:
    cursor = await connection.execute("SELECT key, decline, reference FROM operation ORDER BY key")
    return await cursor.fetchall()


async def test_an_answer_is_kept_and_replayed_byte_for_byte(pool: Pool) -> None:
    async with PostingEngine(pool) as engine:
        first = await engine.submit(asked("key-0001", answering({"b": 1, "a": "ü"})))
        again = await engine.submit(asked("key-0001", answering({"another": "answer"})))
    assert (False, True) == (first.replayed, again.replayed)
    assert first.body == again.body == '{"b":1,"a":"ü"}'.encode()


async def test_the_same_key_with_another_body_is_refused_and_changes_nothing(
    pool: Pool, connection: Connection
) -> None:
    async with PostingEngine(pool) as engine:
        await engine.submit(asked("key-0001"))
        with pytest.raises(KeyReusedError):
            await engine.submit(asked("key-0001", fingerprint=uuid4()))
    assert [("key-0001", None, None)] == await operations(connection)


async def test_a_request_without_a_key_is_decided_and_not_kept(pool: Pool, connection: Connection) -> None:
    async with PostingEngine(pool) as engine:
        answer = await engine.submit(asked(None))
    assert b'{"ok":true}' == answer.body
    assert [] == await operations(connection)


async def test_a_decline_is_kept_but_leaves_the_reference_free(pool: Pool, connection: Connection) -> None:
    async with PostingEngine(pool) as engine:
        declined = await engine.submit(
            asked("key-0001", lambda _: Outcome({}, Decline.CARD_BLOCKED), reference="sale-1")
        )
        approved = await engine.submit(asked("key-0002", reference="sale-1"))
        second = await engine.submit(asked("key-0003", reference="sale-1"))
    assert [Decline.CARD_BLOCKED, None, Decline.DUPLICATE_REFERENCE] == [
        each.decline for each in (declined, approved, second)
    ]
    assert [
        ("key-0001", "card_blocked", None),
        ("key-0002", None, "sale-1"),
        ("key-0003", "duplicate_reference", None),
    ] == await operations(connection)


async def test_requests_that_arrive_together_share_a_commit(pool: Pool) -> None:
    async with PostingEngine(pool, EngineLimits(lanes=1)) as engine:
        await asyncio.gather(*[engine.submit(asked(f"key-{at:04}")) for at in range(100)])
        assert 1 == engine.groups_committed


async def test_requests_that_arrive_during_a_commit_share_the_next_one(pool: Pool) -> None:
    async with PostingEngine(pool, EngineLimits(lanes=1)) as engine:
        first = asyncio.create_task(engine.submit(asked("key-first")))
        await taken_up(engine)
        await asyncio.gather(first, *[engine.submit(asked(f"key-{at:04}")) for at in range(100)])
        assert 2 == engine.groups_committed


async def test_a_group_is_never_larger_than_its_limit(pool: Pool) -> None:
    async with PostingEngine(pool, EngineLimits(lanes=1, group=30)) as engine:
        await asyncio.gather(*[engine.submit(asked(f"key-{at:04}")) for at in range(100)])
        assert 4 == engine.groups_committed


async def test_equal_keys_in_one_group_have_one_effect(pool: Pool, connection: Connection) -> None:
    decided: list[int] = []

    def decide(_: Group) -> Outcome:
        decided.append(1)
        return Outcome({"n": len(decided)})

    async with PostingEngine(pool) as engine:
        answers = await asyncio.gather(*[engine.submit(asked("key-0001", decide)) for _ in range(50)])
    assert 1 == len(decided)
    assert {b'{"n":1}'} == {each.body for each in answers}
    assert 49 == sum(each.replayed for each in answers)
    assert 1 == len(await operations(connection))


async def test_a_request_that_breaks_falls_alone(pool: Pool, connection: Connection) -> None:
    def break_down(_: Group) -> Outcome:
        raise ZeroDivisionError

    async with PostingEngine(pool) as engine:
        results = await asyncio.gather(
            engine.submit(asked("key-0001")),
            engine.submit(asked("key-0002", break_down)),
            engine.submit(asked("key-0003")),
            return_exceptions=True,
        )
    assert [Answer, BrokenError, Answer] == [type(each) for each in results]
    assert ["key-0001", "key-0003"] == [key for key, _, _ in await operations(connection)]


async def test_a_request_that_the_schema_refuses_falls_alone(pool: Pool, connection: Connection) -> None:
    # A NUL character cannot be stored: the write fails, although the decision was fine.
    async with PostingEngine(pool) as engine:
        results = await asyncio.gather(
            engine.submit(asked("key-0001")), engine.submit(asked("key-\0")), return_exceptions=True
        )
    assert [Answer, BrokenError] == [type(each) for each in results]
    assert ["key-0001"] == [key for key, _, _ in await operations(connection)]


async def test_what_follows_from_a_decision_is_kept_with_it_or_neither_is(pool: Pool, connection: Connection) -> None:
    def break_down(_: Group) -> Outcome:
        raise ZeroDivisionError

    def followed_by(*then: PostingRequest) -> Callable[[Group], Outcome]:
        return lambda _: Outcome({"ok": True}, then=then)

    async with PostingEngine(pool) as engine:
        await engine.submit(asked("key-0001", followed_by(asked("then-1"), asked("then-2"))))
        await engine.submit(asked("key-0001", followed_by(asked("then-3"))))
        with pytest.raises(BrokenError):
            await engine.submit(asked("key-0002", followed_by(asked("then-4"), asked("then-5", break_down))))
    assert ["key-0001", "then-1", "then-2"] == [key for key, _, _ in await operations(connection)]


async def test_what_names_a_card_that_a_lane_is_busy_with_waits_in_the_queue(
    pool: Pool, connection: Connection
) -> None:
    busy, idle = uuid4(), uuid4()
    async with PostingEngine(pool) as engine:
        async with connection.transaction():
            # As long as a day is being closed, every group waits in the database.
            await connection.execute("SELECT pg_advisory_xact_lock(%(day_lock)s)", {"day_lock": DAY_LOCK})
            first = asyncio.create_task(engine.submit(asked("key-first", card_id=busy)))
            await taken_up(engine)
            others = asyncio.create_task(
                engine.submit_all([asked("key-same", card_id=busy), asked("key-other", card_id=idle)])
            )
            for _ in range(10):  # The other lane takes its group within two turns of the loop.
                await asyncio.sleep(0)
            assert 1 == engine.waiting
        await first
        assert [None, None] == [each.decline for each in await others if isinstance(each, Answer)]


async def test_a_connection_whose_statements_were_forgotten_serves_on(database: Database, settings: Settings) -> None:
    one_connection = settings.model_copy(update={"pool_size": 1})
    async with open_pool(database.url, one_connection) as pool, PostingEngine(pool) as engine:
        for round_ in range(2):
            assert b'{"ok":true}' == (await engine.submit(asked(f"key-before-{round_}"))).body
            async with pool.connection() as connection:
                await connection.execute("SELECT 1", prepare=True)
                await connection.execute("BEGIN")
                await connection.rollback()  # The driver lets the server forget all that was prepared.
            assert b'{"ok":true}' == (await engine.submit(asked(f"key-after-{round_}"))).body


async def test_no_caller_waits_for_connections_whose_statements_were_all_forgotten(
    database: Database, settings: Settings
) -> None:
    connections = settings.model_copy(update={"pool_size": ATTEMPTS})
    async with open_pool(database.url, connections) as pool, PostingEngine(pool) as engine:
        for at in range(ATTEMPTS):
            await engine.submit(asked(f"key-before-{at}"))
        async with AsyncExitStack() as held:
            for _ in range(ATTEMPTS):
                connection = await held.enter_async_context(pool.connection())
                await connection.execute("SELECT 1", prepare=True)
                await connection.execute("BEGIN")
                await connection.rollback()  # As an attempt that a throttle refuses does.
        for at in range(ATTEMPTS):
            assert b'{"ok":true}' == (await engine.submit(asked(f"key-after-{at}"))).body
        assert 0 == engine.retries


async def test_a_list_is_taken_whole_or_not_at_all(pool: Pool, connection: Connection) -> None:
    async with PostingEngine(pool, EngineLimits(queue=10)) as engine:
        with pytest.raises(BusyError):
            await engine.submit_all([asked(f"key-{at:04}") for at in range(11)])
    assert [] == await operations(connection)


async def test_the_results_of_a_list_come_in_its_order_and_fall_alone(pool: Pool) -> None:
    async with PostingEngine(pool, EngineLimits(group=2)) as engine:
        await engine.submit(asked("key-used"))
        results = await engine.submit_all(
            [asked("key-0001"), asked("key-used", fingerprint=uuid4()), asked("key-0002", answering({"n": 2}))]
        )
    assert [Answer, KeyReusedError, Answer] == [type(each) for each in results]
    assert isinstance(results[2], Answer)
    assert b'{"n":2}' == results[2].body


async def test_a_full_queue_refuses_at_once(pool: Pool) -> None:
    async with PostingEngine(pool, EngineLimits(queue=10, lanes=1)) as engine:
        waiting = [asyncio.create_task(engine.submit(asked(f"key-{at:04}"))) for at in range(10)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await engine.submit(asked("key-late"))
        assert 10 == len(await asyncio.gather(*waiting))


async def test_a_caller_that_went_away_does_not_stop_its_request(pool: Pool, connection: Connection) -> None:
    async with PostingEngine(pool) as engine:
        gone = asyncio.create_task(engine.submit(asked("key-gone")))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await engine.submit(asked("key-stays"))
    assert ["key-gone", "key-stays"] == [key for key, _, _ in await operations(connection)]


async def test_closing_answers_everything_that_waits(pool: Pool) -> None:
    async with PostingEngine(pool) as engine:
        waiting = [asyncio.create_task(engine.submit(asked(f"key-{at:04}"))) for at in range(300)]
        await asyncio.sleep(0)
    assert all(each.done() and each.result().decline is None for each in waiting)
    with pytest.raises(BusyError):
        await engine.submit(asked("key-late"))


async def test_a_change_of_configuration_is_seen_by_the_next_group(pool: Pool) -> None:
    seen: list[int] = []

    def decide(group: Group) -> Outcome:
        seen.append(group.catalogue.version)
        return Outcome({})

    async with PostingEngine(pool) as engine:
        await engine.submit(asked("key-0001", decide))
        async with pool.connection() as connection:
            await connection.execute("UPDATE configuration_version SET version = version + 1")
        await engine.submit(asked("key-0002", decide))
    assert [seen[0], seen[0] + 1] == seen


async def test_two_engines_that_meet_over_a_key_have_one_effect(pool: Pool, connection: Connection) -> None:
    decided: list[int] = []

    def decide(_: Group) -> Outcome:
        decided.append(1)
        return Outcome({})

    async with PostingEngine(pool) as one, PostingEngine(pool) as other:
        for at in range(20):
            key = f"key-{at:04}"
            answers = await asyncio.gather(one.submit(asked(key, decide)), other.submit(asked(key, decide)))
            assert 1 == sum(not each.replayed for each in answers)
    assert 20 == len(await operations(connection))
