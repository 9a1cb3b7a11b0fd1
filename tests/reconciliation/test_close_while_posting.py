"""Closing a day while the service posts: what has joined the day is sealed with it, and nothing joins it afterwards."""

import asyncio
import itertools
from datetime import timedelta
from uuid import UUID

import psycopg

from florin.clearing.payer import wallet_payer
from florin.clearing.payments.create_payment import new_payment
from florin.domain.chart import AccountCode, Event
from florin.domain.journal import FlowAccount
from florin.domain.payment import PaymentStatus
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.book.day_lock import DAY_LOCK
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted
from tests.conftest import Database
from tests.reconciliation import closing as closes
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, NOON, PROGRAMME, TILL, Book, clerk
from tests.reconciliation.conftest import Story

ONE_DAY = timedelta(days=1)
TOP_UPS_BEFORE_THE_CLOSE = 60


async def test_a_close_waits_for_the_group_under_way_and_seals_what_it_posts(
    story: Story, pool: Pool, database: Database
) -> None:
    with psycopg.connect(database.owner_url) as group:
        group.execute("SELECT pg_advisory_xact_lock_shared(%s)", (DAY_LOCK,))
        closing = asyncio.create_task(closes.close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING)))
        await story.book.who_waits_for("advisory", closing)
        Book(group, story.book.accounts).purchase(story.card, 100)
        group.commit()
    done = await closing
    assert [11] == [each.transfers for each in done.sealed]


async def test_a_group_that_begins_during_a_close_learns_of_it_before_it_posts(
    story: Story, pool: Pool, database: Database
) -> None:
    """The engine's clock still shows the day that is being closed; its catalogue is older than the close."""
    member = story.member
    with psycopg.connect(database.owner_url) as obstacle:
        async with PostingEngine(pool, clock=lambda: NOON) as engine:
            obstacle.execute("SELECT version FROM configuration_version FOR UPDATE")
            closing = asyncio.create_task(closes.close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING)))
            await story.book.who_waits_for("transactionid", closing)
            posting = asyncio.create_task(engine.submit(_top_up(member)))
            await story.book.who_waits_for("advisory", posting)
            obstacle.rollback()
            await closing
            answer = await posting
    assert [(DAY + ONE_DAY,)] == story.book.connection.execute(
        "SELECT business_date FROM transfer WHERE journal_id = %s", (answer.journal_id,)
    ).fetchall()
    assert (await run_proofs(pool)).ok


async def test_under_load_nothing_joins_a_day_after_it_is_closed(story: Story, pool: Pool) -> None:
    """Four clients post before, during and after the close, by a clock that never leaves the day."""
    under_way, closed = asyncio.Event(), asyncio.Event()
    posted = itertools.count(1)

    async def keep_posting(engine: PostingEngine, member: UUID) -> None:
        is_last = False
        while not is_last:
            is_last = closed.is_set()
            await engine.submit(_top_up(member))
            if next(posted) == TOP_UPS_BEFORE_THE_CLOSE:
                under_way.set()

    async def close() -> int:
        await under_way.wait()
        try:
            (sealed,) = (await closes.close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).sealed
        finally:
            closed.set()
        return sealed.transfers

    async with PostingEngine(pool, clock=lambda: NOON) as engine:
        clients = [keep_posting(engine, story.book.member()) for _ in range(4)]
        closing = asyncio.create_task(close())
        await asyncio.gather(*clients)
        sealed = await closing
    by_day = story.book.connection.execute(
        "SELECT business_date, count(*) FROM transfer GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [(DAY, sealed), (DAY + ONE_DAY, 10 + next(posted) - 1 - sealed)] == by_day
    assert (await run_proofs(pool)).ok


def _top_up(member: UUID) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        target = wallet_payer(group, member)
        payment = new_payment(group, target, "counter", 100)
        provider = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, payment.provider_id)
        payment.journal_id = group.post(Event.TOP_UP, target.programme, [(100, provider, target.principal)])
        payment.status, payment.ended_at, payment.next_step_at = PaymentStatus.CREDITED, group.now, None
        payment.paid_minor, payment.paid_unit, payment.paid_at = 100, payment.unit, group.now
        group.emit("top_up.completed", member, {}, payment.journal_id)
        return Outcome({}, journal_id=payment.journal_id)

    caller = Caller(MERCHANT, TILL)
    return PostingRequest(caller, fresh_id().hex, fresh_id(), "top_up", Wanted(member_id=member), decide)
