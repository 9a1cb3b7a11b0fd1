"""Days are closed and opened again under a running engine: by themselves at their hour, and by two people."""

from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from florin.clearing.house import ClearingHouse
from florin.domain.day_close import TRY_AGAIN_AFTER, CloseStep, DayCloseTerms, StepState
from florin.domain.declines import Decline
from florin.reconciliation.day_close.by_itself import close_days_by_themselves
from florin.reconciliation.day_close.close_days import Closed, close_through
from florin.reconciliation.day_close.reopen_day import ReopenDay, ask_to_reopen, decide_reopening
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.day_close.reopenings import Reopening
from florin.storage.day_close.terms import set_day_close_terms
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer
from tests.clearing.desk import fresh_proof
from tests.corporate import Corporate
from tests.till import Till, subject
from tests.world import NOON, TODAY, World

ONE_DAY = timedelta(days=1)
TOMORROW = TODAY + ONE_DAY
LATE_MORNING = timedelta(hours=-2)
"""From noon to the hour at which the service closes: ten hours after the cut-off."""

ADD_FEN = (
    "UPDATE purchase SET requested_minor = requested_minor + %s, principal_minor = principal_minor + %s WHERE id = %s"
)

APPROVED = """
INSERT INTO day_reopening (id, programme_id, business_date, reason, status, proposed_by, proposed_person, proposed_at,
                           decided_by, decided_person, decided_at, transfers, merkle_root, previous_seal, seal)
SELECT %s, programme_id, business_date, 'late', 'approved', programme_id, %s, now(), programme_id, %s, now(),
       transfers, merkle_root, previous_seal, seal
FROM sealed_day WHERE programme_id = %s
"""
"""A reopening of the one sealed day that nobody has decided about."""


async def close(house: ClearingHouse, programme_id: UUID, through: date, now: datetime) -> Closed:
    programme = (await read_catalogue(house.pool)).programmes[programme_id]
    return await close_through(house, programme, through, Author(None, now, "a test"), clock=lambda: now)


async def reopen(corporate: Corporate, house: ClearingHouse, programme_id: UUID, day: date, now: datetime) -> bytes:
    """Have a day reopened by two people; the seal that it had."""
    command = ReopenDay(programme_id, day, "a till had not sent its sales")
    asked = await ask_to_reopen(house, corporate.finance, command, now)
    assert isinstance(asked, Reopening), asked
    proof = fresh_proof(corporate.world, corporate.manager)
    opened = await decide_reopening(house, corporate.manager, asked.id, proof, now, accept=True)
    assert isinstance(opened, Reopening), opened
    assert opened.seal is not None
    return opened.seal


def day_of(world: World, posted: Answer) -> date:
    found: date = world.one("SELECT DISTINCT business_date FROM transfer WHERE journal_id = %s", posted.journal_id)[0]
    return found


def sealed_days(world: World, programme_id: UUID) -> list[date]:
    query = "SELECT business_date FROM sealed_day WHERE programme_id = %s AND seal IS NOT NULL ORDER BY 1"
    return [day for (day,) in world.rows(query, programme_id)]


async def test_the_service_closes_days_at_their_hour_tries_again_and_leaves_a_reopened_day_alone(
    world: World, till: Till, corporate: Corporate
) -> None:
    house, ten = till.house, NOON + ONE_DAY + LATE_MORNING
    bought = await till.purchase(world.card().by_pin, 10_00)
    assert 0 == await close_days_by_themselves(house, ten)  # Nobody has said that it should.
    terms = DayCloseTerms(closes_itself=True, minutes_after_cut_off=600)
    await set_day_close_terms(house.pool, world.home, terms, Author(None, NOON, "a test"))
    assert 0 == await close_days_by_themselves(house, ten - timedelta(minutes=1))
    world.connection.execute(ADD_FEN, (1, 1, subject(bought)))
    assert 0 == await close_days_by_themselves(house, ten)
    world.connection.execute(ADD_FEN, (-1, -1, subject(bought)))
    assert 0 == await close_days_by_themselves(house, ten + TRY_AGAIN_AFTER - timedelta(minutes=1))
    assert 1 == await close_days_by_themselves(house, ten + TRY_AGAIN_AFTER)

    await reopen(corporate, house, world.home, TODAY, ten + timedelta(hours=1))
    assert 0 == await close_days_by_themselves(house, ten + ONE_DAY)
    assert [] == sealed_days(world, world.home)
    await close(house, world.home, TODAY, ten + ONE_DAY)
    assert 1 == await close_days_by_themselves(house, ten + ONE_DAY)
    assert [TODAY, TOMORROW] == sealed_days(world, world.home)
    # Its seal is a link to a day before that nobody can open any more, also while it is open itself.
    await reopen(corporate, house, world.home, TOMORROW, ten + ONE_DAY)
    older = ReopenDay(world.home, TODAY, "why not")
    assert Decline.DAY_NOT_REOPENABLE is await ask_to_reopen(house, corporate.finance, older, ten + ONE_DAY)
    with world.connection.transaction(force_rollback=True):
        world.connection.execute(APPROVED, (approved := fresh_id(), fresh_id(), fresh_id(), world.home))
        with pytest.raises(psycopg.errors.CheckViolation):
            world.connection.execute("SELECT reopen_day(%s)", (approved,))


async def test_a_reopened_day_takes_what_happened_on_it_and_nothing_else_until_it_is_closed(
    world: World, till: Till, corporate: Corporate
) -> None:
    shop, abroad = till.at(world.stranger), world.abroad
    card = world.card(programme=abroad).by_pin

    async def buy(event_at: datetime | None = None) -> Answer:
        return await shop.purchase(card, 1_00, "EUR", event_at=event_at)

    first = await buy()
    world.clock.now = NOON + ONE_DAY
    (sealed,) = (await close(till.house, abroad, TODAY, world.clock.now)).sealed
    evening = NOON + timedelta(hours=11)
    assert [TOMORROW] * 2 == [day_of(world, await buy(each)) for each in (None, evening)]
    assert sealed.seal == await reopen(corporate, till.house, abroad, TODAY, world.clock.now)

    told = (evening, world.clock.now, NOON - ONE_DAY, None, NOON)
    assert [TODAY, TOMORROW, TOMORROW, TOMORROW, TODAY] == [day_of(world, await buy(each)) for each in told]
    assert TOMORROW == day_of(world, await shop.refund(subject(first)))
    done = await close(till.house, abroad, TODAY, world.clock.now)
    (again,) = done.sealed
    assert (sealed.seal, sealed.transfers + 2, 2) == (again.previous_seal, again.transfers, done.checklists[0].edition)
    assert TOMORROW == day_of(world, await buy(evening))

    world.clock.now += ONE_DAY
    done = await close(till.house, abroad, TOMORROW, world.clock.now)
    proofs = done.checklists[-1].step(CloseStep.PROOFS)
    assert (StepState.DONE, "since_seals", []) == (
        done.state, proofs.finding["extent"], proofs.finding["blocking"],
    )  # fmt: skip
    assert [again.seal] == [each.previous_seal for each in done.sealed]
    assert (await run_proofs(till.house.pool)).ok
