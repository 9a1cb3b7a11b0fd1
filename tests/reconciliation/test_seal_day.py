"""A day is closed when it is over, in order and without gaps, and then hashed into a seal that nothing can change."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from florin.domain.day_close import StepState
from florin.domain.merkle import EMPTY_ROOT, chain, genesis, leaf_hash, root_of
from florin.reconciliation.day_close.close_days import Closed, CloseUnderWayError, DayNotOverError
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.audit_trail import Author
from florin.storage.book.sealing import TRANSFER_COLUMNS, SealedDay, close_days, seal_day
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from tests.conftest import Database
from tests.reconciliation.book import CLERK, DAY, NEXT_MORNING, PROGRAMME, Book, clerk
from tests.reconciliation.closing import close
from tests.reconciliation.conftest import Story

ONE_DAY = timedelta(days=1)
END_OF_DAY = datetime(2026, 11, 20, 16, tzinfo=UTC)  # midnight in Shanghai
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def test_a_day_cannot_be_closed_before_it_is_over(story: Story, pool: Pool) -> None:
    with pytest.raises(DayNotOverError, match="2026-11-20 of demo ends at 2026-11-20T16:00:00"):
        await close(pool, PROGRAMME, DAY, clerk(END_OF_DAY - timedelta(microseconds=1)))
    assert [] == days(story.book)


@pytest.mark.usefixtures("story")
async def test_a_day_can_be_closed_at_the_instant_at_which_it_ends(pool: Pool) -> None:
    done = await close(pool, PROGRAMME, DAY, clerk(END_OF_DAY))
    assert (DAY,) == done.closed
    assert [10] == [each.transfers for each in done.sealed]


async def test_the_seal_is_what_anyone_computes_from_the_rows(story: Story, pool: Pool) -> None:
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert (_computed_from_rows(story.book),) == done.sealed


def test_every_column_of_a_transfer_that_is_not_computed_is_sealed(book: Book) -> None:
    stored = book.connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'transfer'::regclass AND attnum > 0 AND attgenerated = ''"
        " AND NOT attisdropped ORDER BY attnum"
    ).fetchall()
    assert [name for (name,) in stored] == list(TRANSFER_COLUMNS)


async def test_all_days_since_the_first_posting_are_closed_and_chained(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=DAY + 2 * ONE_DAY)
    done = await close(pool, PROGRAMME, DAY + 3 * ONE_DAY, clerk(NEXT_MORNING + 3 * ONE_DAY))
    wanted = [DAY + n * ONE_DAY for n in range(4)]
    assert wanted == list(done.closed) == [each.business_date for each in done.sealed]
    assert [10, 0, 1, 0] == [each.transfers for each in done.sealed]
    assert EMPTY_ROOT == done.sealed[1].merkle_root
    assert [each.seal for each in done.sealed[:-1]] == [each.previous_seal for each in done.sealed[1:]]


@pytest.mark.usefixtures("story")
async def test_a_later_close_begins_where_the_last_one_ended(pool: Pool) -> None:
    (first,) = (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).sealed
    done = await close(pool, PROGRAMME, DAY + 2 * ONE_DAY, clerk(NEXT_MORNING + 2 * ONE_DAY))
    assert (DAY + ONE_DAY, DAY + 2 * ONE_DAY) == done.closed
    assert first.seal == done.sealed[0].previous_seal


@pytest.mark.usefixtures("book")
async def test_a_programme_without_postings_closes_the_day_asked_for(pool: Pool) -> None:
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert [(DAY, 0)] == [(each.business_date, each.transfers) for each in done.sealed]


async def test_nobody_waits_for_a_close_that_looks_for_the_first_day_of_the_book(story: Story, pool: Pool) -> None:
    with story.book.connection.transaction():
        story.book.connection.execute("LOCK TABLE transfer IN ACCESS EXCLUSIVE MODE")
        closing = asyncio.create_task(close_days(pool, PROGRAMME.id, DAY, clerk(NEXT_MORNING)))
        while "relation" not in (locks := _locks_of_others(story.book)):  # noqa: ASYNC110 (a lock has no event)
            await asyncio.sleep(0.01)
    assert ({"relation": False}, [DAY]) == (locks, await closing)


async def test_closing_raises_the_configuration_version_and_closing_again_does_nothing(
    story: Story, pool: Pool
) -> None:
    before = _version(story.book)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    sealed = days(story.book)
    again = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + ONE_DAY))
    assert ((), (), None) == (again.closed, again.sealed, again.proofs)
    assert sealed == days(story.book)
    assert before + 1 == _version(story.book)


async def test_who_closed_a_day_and_who_sealed_it_are_on_record(story: Story, pool: Pool) -> None:
    sealer = fresh_id()
    await close_days(pool, PROGRAMME.id, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    sealed = await seal_day(pool, PROGRAMME.id, DAY, Author(sealer, NEXT_MORNING + 2 * ONE_DAY))
    assert sealed is not None
    dates = ["2026-11-20", "2026-11-21"]
    seal = {"business_date": "2026-11-20", "transfers": 10, "seal": sealed.seal.hex()}
    assert [
        (CLERK, "days.closed", PROGRAMME.id, {"business_dates": dates}, NEXT_MORNING + ONE_DAY),
        (sealer, "day.sealed", PROGRAMME.id, seal, NEXT_MORNING + 2 * ONE_DAY),
    ] == audited(story.book)


async def test_a_close_that_finds_nothing_to_do_leaves_no_record(story: Story, pool: Pool) -> None:
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    before = audited(story.book)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + ONE_DAY))
    assert ["days.closed", "day.sealed"] == [row[1] for row in before]
    assert before == audited(story.book)


async def test_flow_balances_are_running_totals(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=DAY + ONE_DAY)
    await close(pool, PROGRAMME, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    rows = story.book.connection.execute(
        "SELECT business_date, debits_minor, credits_minor FROM flow_balance WHERE code = 2040 ORDER BY 1"
    ).fetchall()
    assert [(DAY, 1000, 3500), (DAY + ONE_DAY, 1000, 3600)] == rows


async def test_a_book_with_findings_is_not_sealed_until_it_is_put_right(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE strict_account SET sequence = sequence + 1 WHERE code = 2020")
    blocked = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert blocked.proofs is not None
    assert ["strict balances"] == [each.name for each in blocked.proofs.results if not each.holds]
    assert (StepState.BLOCKED, ()) == (blocked.state, blocked.sealed)
    assert [(DAY, None)] == days(story.book)
    story.book.break_it("UPDATE strict_account SET sequence = sequence - 1 WHERE code = 2020")
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert ((), 1) == (done.closed, len(done.sealed))


async def test_a_close_that_is_killed_while_it_seals_comes_to_the_same_seal_when_run_again(
    story: Story, pool: Pool, database: Database
) -> None:
    """Killed twice: after the day is closed, and in the transaction that seals, when all is hashed."""
    await close_days(pool, PROGRAMME.id, DAY, clerk(NEXT_MORNING))
    assert [(DAY, None)] == days(story.book)
    with psycopg.connect(database.owner_url) as obstacle:
        obstacle.execute("LOCK TABLE flow_balance IN EXCLUSIVE MODE")
        sealing = asyncio.create_task(seal_day(pool, PROGRAMME.id, DAY, clerk(NEXT_MORNING)))
        pid = await story.book.who_waits_for("relation", sealing)
        story.book.connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(psycopg.OperationalError):
            await sealing
    assert [(DAY, None)] == days(story.book)
    assert 0 == _count(story.book, "flow_balance")
    (sealed,) = (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).sealed
    assert _computed_from_rows(story.book) == sealed
    assert (await run_proofs(pool)).ok


async def test_two_closes_at_once_make_one_chain(story: Story, pool: Pool) -> None:
    story.book.purchase(story.card, 100, day=DAY + ONE_DAY)
    through, now = DAY + 3 * ONE_DAY, NEXT_MORNING + 3 * ONE_DAY
    first, second = await asyncio.gather(
        *(close(pool, PROGRAMME, through, clerk(now)) for _ in range(2)), return_exceptions=True
    )
    done, refused = (first, second) if isinstance(second, Exception) else (second, first)
    assert isinstance(done, Closed)
    assert isinstance(refused, CloseUnderWayError)
    assert [4, 4] == [len(done.closed), len(done.sealed)]
    assert (await run_proofs(pool)).ok


@pytest.mark.usefixtures("story")
async def test_days_are_sealed_in_order_and_only_when_closed(pool: Pool) -> None:
    with pytest.raises(LookupError, match="2026-11-20 is not closed"):
        await seal_day(pool, PROGRAMME.id, DAY, clerk(NEXT_MORNING))
    await close_days(pool, PROGRAMME.id, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    with pytest.raises(LookupError, match="2026-11-20 must be sealed first"):
        await seal_day(pool, PROGRAMME.id, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))


def days(book: Book) -> list[tuple[date, bytes | None]]:
    """Every closed day and its seal."""
    return book.connection.execute("SELECT business_date, seal FROM sealed_day ORDER BY 1").fetchall()


def audited(book: Book) -> list[tuple[Any, ...]]:
    """Every audit row: who, what, of what, its detail, and when."""
    return book.connection.execute("SELECT actor_id, action, subject_id, detail, at FROM audit ORDER BY id").fetchall()


def _locks_of_others(book: Book) -> dict[str, bool]:
    """Locks that others of this database wait for or that keep everybody out, by kind; whether they are held."""
    return dict(
        book.connection.execute(
            "SELECT locktype, bool_or(granted) FROM pg_locks WHERE pid <> pg_backend_pid() AND (NOT granted OR"
            " locktype = 'advisory') AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " GROUP BY locktype"
        ).fetchall()
    )


def _version(book: Book) -> int:
    row = book.connection.execute("SELECT version FROM configuration_version").fetchone()
    assert row is not None
    return int(row[0])


def _count(book: Book, table: str) -> int:
    row = book.connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def _computed_from_rows(book: Book) -> SealedDay:
    """The seal of a first day, computed here from nothing but the rows and the description of a leaf."""
    columns = sql.SQL(", ").join(map(sql.Identifier, TRANSFER_COLUMNS))
    rows = sorted(book.connection.execute(sql.SQL("SELECT {} FROM transfer").format(columns)).fetchall())
    leaves = [leaf_hash(json.dumps([_plain(value) for value in row]).encode()) for row in rows]
    root, first = root_of(leaves), genesis(PROGRAMME.id.bytes)
    return SealedDay(PROGRAMME.id, DAY, len(leaves), root, first, chain(first, root, DAY, len(leaves)))


def _plain(value: object) -> int | str | None:
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    return value if value is None or isinstance(value, int) else str(value)
