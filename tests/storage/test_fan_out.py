"""Real transactions that commit in another order than they began, or than their events' ids say."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from florin.domain.notice import NoticeKind
from florin.settings import Settings
from florin.storage.connect import Connection, Pool, connect, open_pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.fan_out import RestoredFromDumpError, fan_out
from florin.storage.outbox import emit
from tests.architecture.source_tree import ROOT
from tests.conftest import Database
from tests.world import NOON, World, open_world

FAR = NOON + timedelta(days=5 * 365)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with open_world(database) as opened:
        add_endpoint(opened)
        yield opened


@pytest.fixture
async def writers(database: Database, settings: Settings) -> AsyncIterator[list[Connection]]:
    """Sessions whose transactions overlap."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(await connect(database.url, settings)) for _ in range(8)]


def add_endpoint(world: World, kind: str = "operator", events: list[str] | None = None, **owner: UUID) -> UUID:
    endpoint_id = fresh_id()
    world.insert(
        "webhook_endpoint",
        id=endpoint_id, owner_kind=kind, url="https://receiver.example/", events=events or [],
        secret_encrypted=b"sealed", status="active", created_at=NOON, **owner,
    )  # fmt: skip
    return endpoint_id


def _delivered(world: World) -> list[UUID]:
    return [event for (event,) in world.rows("SELECT event_id FROM webhook_delivery ORDER BY position")]


def _written(world: World) -> set[UUID]:
    return {event for (event,) in world.rows("SELECT id FROM outbox")}


async def _tell(connection: Connection, subject: UUID, number: int = 0) -> None:
    await emit(connection, "member.registered", subject, {"number": number}, NOON)


async def test_nothing_is_missed_of_many_writers_that_commit_in_any_order(
    world: World, pool: Pool, writers: list[Connection]
) -> None:
    """Beside the fan-out runs a reader that goes by the last id: the history is one in which that loses events."""
    chance = random.Random(7)
    by_last_id: list[UUID] = []
    begun, done = asyncio.Event(), asyncio.Event()

    async def write(connection: Connection, transactions: int) -> None:
        for _ in range(transactions):
            async with connection.transaction():
                await _tell(connection, fresh_id())
                for _ in range(chance.randrange(4)):
                    await connection.execute("SELECT")

    async def straggle(connection: Connection) -> None:
        async with connection.transaction():
            await _tell(connection, fresh_id())
            begun.set()
            while len(_delivered(world)) < 50:
                await connection.execute("SELECT")

    async def tell() -> None:
        while not done.is_set():
            await fan_out(pool, NOON, chunk=7)
            last = by_last_id[-1] if by_last_id else UUID(int=0)
            by_last_id.extend(i for (i,) in world.rows("SELECT id FROM outbox WHERE id > %s ORDER BY id", last))
            await asyncio.sleep(0)

    telling = asyncio.gather(tell(), tell())
    straggler = asyncio.create_task(straggle(writers[0]))
    await begun.wait()
    await asyncio.gather(straggler, *(write(each, 40) for each in writers[1:]))
    done.set()
    await telling
    while await fan_out(pool, NOON):
        pass

    delivered = _delivered(world)
    assert 281 == len(delivered)
    assert _written(world) == set(delivered)
    assert set(by_last_id) < set(delivered)


async def test_an_open_transaction_holds_up_nobody_else(world: World, pool: Pool, writers: list[Connection]) -> None:
    async with writers[0].transaction():
        await _tell(writers[0], fresh_id())
        await _tell(writers[1], fresh_id())

        assert 1 == await fan_out(pool, NOON)

    assert 1 == await fan_out(pool, NOON)
    assert 0 == await fan_out(pool, NOON)
    assert _written(world) == set(_delivered(world))


async def test_events_of_a_subject_keep_their_order_although_the_later_transaction_was_begun_first(
    world: World, pool: Pool, writers: list[Connection]
) -> None:
    """A horizon (the oldest transaction that is still open) would tell of the second event before the first."""
    first_begun, last_begun, in_between = writers[:3]
    subject = fresh_id()
    for connection in (first_begun, in_between, last_begun):
        await connection.execute("BEGIN")
        await connection.execute("SELECT pg_current_xact_id()")
    await _tell(last_begun, subject, 1)
    await last_begun.execute("COMMIT")
    await _tell(first_begun, subject, 2)
    await first_begun.execute("COMMIT")

    await fan_out(pool, NOON)

    await in_between.execute("COMMIT")
    await fan_out(pool, NOON)
    ordered = "SELECT o.payload->>'number' FROM webhook_delivery d JOIN outbox o ON o.id = d.event_id ORDER BY position"
    assert [("1",), ("2",)] == world.rows(ordered)


async def test_a_chunk_that_was_rolled_back_is_done_again_and_one_that_was_not_never(
    world: World, pool: Pool, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await _tell(connection, fresh_id())
    assert 2 == await fan_out(pool, NOON, chunk=2)
    with monkeypatch.context() as broken:
        broken.setattr("florin.storage.notices.fan_out.STEP", "SELECT 1 / 0, %(told_up_to)s")
        with pytest.raises(psycopg.errors.DivisionByZero):
            await fan_out(pool, NOON, chunk=2)
    assert 2 == len(_delivered(world))

    assert [2, 1, 0] == [await fan_out(pool, NOON, chunk=2) for _ in range(3)]
    assert 5 == len(_delivered(world))


async def test_two_processes_tell_of_each_event_once(
    world: World, pool: Pool, database: Database, settings: Settings, connection: Connection
) -> None:
    for _ in range(20):
        await _tell(connection, fresh_id())

    async with open_pool(database.url, settings) as other:
        while sum(await asyncio.gather(*(fan_out(each, NOON, chunk=3) for each in (pool, other)))):
            pass

    assert sorted(_written(world)) == sorted(_delivered(world))


@pytest.mark.parametrize("clocks", [(NOON, FAR, NOON), (FAR, NOON, FAR)])
async def test_a_clock_that_jumps_five_years_neither_repeats_nor_loses(
    world: World, pool: Pool, connection: Connection, clocks: tuple[object, ...]
) -> None:
    for now in clocks:
        await emit(connection, "member.registered", fresh_id(), {}, now)  # type: ignore[arg-type]
        await fan_out(pool, now)  # type: ignore[arg-type]

    assert sorted(_written(world)) == sorted(_delivered(world))


async def test_an_endpoint_gets_its_owners_events_of_the_names_it_wants(
    world: World, pool: Pool, connection: Connection
) -> None:
    ours = world.rows("SELECT id FROM webhook_endpoint")[0][0]
    some = add_endpoint(world, events=["hold.expired"])
    shop = add_endpoint(world, "merchant", merchant_id=world.shop.id)
    rival = add_endpoint(world, "merchant", merchant_id=world.rival.id)
    hold, member = fresh_id(), world.member().id
    world.insert(
        "hold",
        id=hold, shard=0, programme_id=world.home, merchant_id=world.shop.id, reference="r", owner_kind="member",
        owner_id=member, unit="CNY", principal_minor=1, bonus_minor=0, status="expired", expires_at=NOON,
        opened_at=NOON, ended_at=NOON,
    )  # fmt: skip
    await emit(connection, "hold.expired", member, {"hold_id": f"hld_{hold.hex}"}, NOON)
    await emit(connection, "member.registered", member, {}, NOON)

    await fan_out(pool, NOON)

    got = dict.fromkeys((ours, some, shop, rival), 0)
    got.update(dict(world.rows("SELECT endpoint_id, count(*)::int FROM webhook_delivery GROUP BY 1")))
    assert {ours: 2, some: 1, shop: 1, rival: 0} == got


async def test_a_member_is_told_once_of_an_event(world: World, pool: Pool) -> None:
    anna = world.member().id
    async with transaction(pool) as connection:
        await emit(connection, "member.balance_low", anna, {"owner_id": "x"}, NOON)
        await emit(connection, "purchase.completed", anna, {"id": "x"}, NOON)  # only to who has asked for it
        await emit(connection, "top_up.completed", fresh_id(), {"member_id": f"mbr_{anna.hex}"}, NOON)

    await fan_out(pool, NOON)
    world.connection.execute("DELETE FROM fan_out")
    await fan_out(pool, NOON)

    assert [(NoticeKind.LOW_BALANCE, "mail"), (NoticeKind.TOP_UP, "mail")] == world.rows(
        "SELECT kind, channel FROM notice_sending JOIN notice ON id = notice_id ORDER BY position"
    )


async def test_an_outbox_that_was_restored_from_a_dump_is_not_read_wrongly_and_goes_on_as_the_runbook_says(
    world: World, pool: Pool, connection: Connection
) -> None:
    for _ in range(2):
        await _tell(connection, fresh_id())
    # As another server wrote them: the first had been told of, the second not.
    first, second = (event for (event,) in world.rows("SELECT id FROM outbox ORDER BY id"))
    for event, number in ((first, 900_000_000_000), (second, 900_000_000_005)):
        world.connection.execute("UPDATE outbox SET written_in = %s WHERE id = %s", (number, event))
    world.insert("fan_out", told="900000000003:900000000003:")
    await _tell(connection, fresh_id())

    with pytest.raises(RestoredFromDumpError):
        await fan_out(pool, NOON)

    page = (ROOT / "docs/runbook.md").read_text("utf-8")
    (steps,) = re.findall(r"```sql\n(.*?)```", page[page.index("RestoredFromDumpError") :], re.DOTALL)[:1]
    world.connection.execute(steps)
    assert 2 == await fan_out(pool, NOON)
    assert _written(world) - {first} == set(_delivered(world))


@pytest.mark.usefixtures("world")
async def test_what_came_after_a_look_that_ended_with_a_full_chunk_is_told_at_once(
    pool: Pool, writers: list[Connection]
) -> None:
    while await fan_out(pool, NOON):
        pass
    for _ in range(7):
        await _tell(writers[0], fresh_id())
    assert 7 == await fan_out(pool, NOON, chunk=7)
    await _tell(writers[0], fresh_id())
    assert 1 == await fan_out(pool, NOON, chunk=7)
