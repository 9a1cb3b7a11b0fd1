"""What is posted for a break leaves nothing over, whatever arrives meanwhile, and nothing else is posted."""

import asyncio
from datetime import timedelta
from typing import LiteralString

import pytest

from florin.clearing.answers import id_if_any
from florin.clearing.breaks.decide_endings import ApproveEnding, approve_endings
from florin.clearing.breaks.post_tolerated import post_tolerated
from florin.clearing.breaks.work_on_breaks import (
    TakeBreak,
    take_breaks,
)
from florin.domain.break_life import BreakKind, BreakState
from florin.domain.break_proposal import ProposalState, details_hash
from florin.domain.break_record import BreakReason
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.matching import NUMBERS, MatchPass
from florin.reconciliation.match_views import match_view
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import BusyError
from florin.storage.reconciliation.matches import WhichMatches
from tests.clearing.breaks.disagreeing import Disagreeing, why_not
from tests.clearing.every_proof import findings
from tests.reconciliation.statements import Line
from tests.till import Till
from tests.world import TODAY


async def test_a_line_that_is_not_ours_is_put_right_and_nothing_is_left(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    assert why_not(await desk.propose(known)) is None
    assert 0 == desk.standing(5030)
    assert why_not(await desk.approve(known)) is None
    assert (7_00, -7_00) == (desk.standing(5030), desk.standing(1020))
    assert BreakState.POSTED == (await desk.in_hand(known.id)).known.state
    await desk.match()
    assert ([], [], ["adjusted"]) == (await desk.alive(), desk.left_over(), desk.statements.passes())


async def test_an_entry_that_they_do_not_have_is_put_right_and_nothing_is_left(desk: Disagreeing) -> None:
    desk.top_up(100_00)
    (known,) = await desk.differs()
    assert BreakKind.MISSING_PROVIDER is known.kind
    await desk.propose(known)
    await desk.approve(known)
    assert (-100_00, 0) == (desk.standing(5030), desk.standing(1020))
    await desk.match()
    assert ([], [], ["adjusted"] * 2) == (await desk.alive(), desk.left_over(), desk.statements.passes())
    (posting,) = [each.journal_id for each in (await desk.story(known)).story.proposals]
    told = [match_view(each) for each in await desk.matches(WhichMatches(counterparty_id=desk.statements.provider))]
    assert {(100_00, known.journal_id), (-100_00, posting)} == {
        (each["item"]["amount"]["amount"], parse_id("journal", each["item"]["journal_id"])) for each in told
    }
    by = f"matched in pass {NUMBERS[MatchPass.ADJUSTED]} by posting {id_if_any('journal', posting)}"
    assert [(None, wire_id("match", known.id), by)] * 2 == [
        (each["line"], each["match_id"], each["explanation"].partition(":")[0]) for each in told
    ]
    assert [] == await desk.matches(WhichMatches(counterparty_id=desk.statements.bank))


async def test_what_a_pair_differs_by_is_put_right_and_nothing_is_left(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(99_99, desk.top_up(100_00)))
    await desk.propose(known)
    await desk.approve(known)
    assert (-1, -99_99) == (desk.standing(5030), desk.standing(1020))
    await desk.match()
    expected = ["adjusted", "key_other_amount"]
    assert ([], [], expected) == (await desk.alive(), desk.left_over(), desk.statements.passes())
    pair = [each for each in await desk.matches() if each.match_id == known.line_id]
    assert ({known.line_id, None}, 2) == ({each.line_id for each in pair}, len(pair))


async def test_a_fee_that_was_kept_stays_a_fee_as_far_as_it_was_agreed(desk: Disagreeing) -> None:
    provider = desk.statements.provider
    desk.world.insert("fee_terms", counterparty_id=provider, effective_on=TODAY, basis_points=60, flat_minor=0)
    (known,) = await desk.differs(Line(100_00, desk.top_up(100_00), fee_minor=61))
    await desk.propose(known)
    await desk.approve(known)
    assert (-1, 1, -100_00) == (desk.standing(5030), desk.standing(5020), desk.standing(1020))
    await desk.match()
    assert ([], []) == (await desk.alive(), desk.left_over())


async def test_what_the_bank_has_charged_goes_to_fees_with_an_approvers_word(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(3_00, direction="out", kind="fee"), bank=True)
    fees = AccountCode.PROVIDER_FEES
    await desk.propose(known, reason=BreakReason.CHARGE, account=fees)
    assert why_not(await desk.approve(known, by=desk.corporate.finance_approver)) is None
    assert (-3_00, 3_00) == (desk.standing(5020), desk.standing(1010))


async def test_what_arrives_while_it_is_proposed_is_closed_and_its_proposal_lapses(desk: Disagreeing) -> None:
    key = desk.top_up(100_00)
    (known,) = await desk.differs()
    await desk.propose(known)
    looked_at = await desk.in_hand(known.id)
    desk.says(Line(100_00, key), day=TODAY + timedelta(days=1))
    await desk.match()
    story = await desk.story(known)
    assert BreakState.AUTO_CLOSED is story.story.known.state
    assert [ProposalState.LAPSED] == [each.state for each in story.story.proposals]
    assert ["propose", "arrive"] == [each.operation for each in story.story.changes]
    command = ApproveEnding(known.id, details_hash(looked_at.known, looked_at.waiting))
    manager = desk.corporate.manager
    answers = await approve_endings(desk.house, desk.clerk(manager), [command], desk.proof(manager))
    assert (Decline.BREAK_NOT_IN_STATE, 0) == (why_not(answers), desk.standing(5030))


async def test_what_was_agreed_on_stays_although_the_other_side_arrives(desk: Disagreeing) -> None:
    key = desk.top_up(100_00)
    (known,) = await desk.differs()
    await desk.propose(known)
    await desk.approve(known)
    desk.says(Line(100_00, key), day=TODAY + timedelta(days=1))
    await desk.match()
    (arrival,) = await desk.alive()
    assert (BreakKind.MISSING_INTERNAL, 100_00) == (arrival.known.kind, arrival.known.amount_minor)
    await desk.propose(arrival.known)
    await desk.approve(arrival.known)
    await desk.match()
    assert ([], [], 0) == (await desk.alive(), desk.left_over(), desk.standing(5030))


async def test_what_arrives_at_the_very_moment_leaves_the_posting_as_a_break_of_its_own(desk: Disagreeing) -> None:
    key = desk.top_up(100_00)
    (known,) = await desk.differs()
    await desk.propose(known)
    desk.says(Line(100_00, key), day=TODAY + timedelta(days=1))
    # A run has matched the line, and ended nothing yet, when the proposal is approved.
    async with desk.house.pool.connection() as connection, connection.transaction():
        run = fresh_id()
        await connection.execute(
            """INSERT INTO match_run (id, rule_version, today, began_at, files_taken_in, files_quarantined)
               VALUES (%s, 1, %s, %s, 2, 0)""",
            (run, TODAY, desk.now),
        )
        await connection.execute(
            """INSERT INTO matched (match_id, relation, pass, run_id, line_id, journal_id, position, account_code,
                                    difference_minor)
               SELECT l.id, 'book', 'key', %s, l.id, i.journal_id, i.position, i.account_code, 0
               FROM statement_line l JOIN book_item i USING (key)""",
            (run,),
        )
        await connection.execute(
            "INSERT INTO match_run_file SELECT id, %s FROM statement_file ON CONFLICT DO NOTHING", (run,)
        )
        await connection.execute("DELETE FROM unmatched_item")
        assert why_not(await desk.approve(known)) is None
    await desk.match()
    (posting,) = await desk.alive()
    assert (BreakKind.MISSING_PROVIDER, 100_00) == (posting.known.kind, posting.known.amount_minor)
    await desk.propose(posting.known)
    await desk.approve(posting.known)
    await desk.match()
    assert ([], [], 0) == (await desk.alive(), desk.left_over(), desk.standing(5030))
    (of_it,) = [each.journal_id for each in (await desk.story(posting.known)).story.proposals]
    told = [each.adjusted_by for each in await desk.matches(WhichMatches(name=MatchPass.ADJUSTED))]
    assert [of_it] * 2 == told


async def test_a_break_that_a_run_keeps_makes_nobody_wait(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    card, ever = desk.world.card(), 600_000
    async with (
        desk.world.clearing_house(lock_timeout_ms=ever) as house,
        desk.house.pool.connection() as connection,
        connection.transaction(),
        asyncio.timeout(10),  # where a wait would last ten minutes
    ):
        await connection.execute("SELECT FROM break WHERE id = %s FOR UPDATE", (known.id,))
        till = Till(house, desk.world.shop)
        taken, bought = await asyncio.gather(
            take_breaks(house, desk.clerk(), [TakeBreak(known.id)]),
            till.purchase(card.by_pin, 1_00),
            return_exceptions=True,
        )
    assert isinstance(taken, BusyError)
    assert not isinstance(bought, BaseException)
    assert bought.decline is None


async def test_what_is_tolerated_is_posted_without_anybody_and_once(desk: Disagreeing) -> None:
    desk.terms(amount_minor=1, fee_minor=1, limit_minor=5)
    provider = desk.statements.provider
    desk.world.insert("fee_terms", counterparty_id=provider, effective_on=TODAY, basis_points=60, flat_minor=0)
    keys = [desk.top_up(100_00) for _ in range(3)]
    lines = zip(keys, ((100_01, 60), (100_00, 61), (100_02, 60)), strict=True)
    await desk.differs(*[Line(amount, key, fee_minor=fee) for key, (amount, fee) in lines])
    assert (2, 0) == (await post_tolerated(desk.house), await post_tolerated(desk.house))
    assert (1 - 1, 1) == (desk.standing(5030), desk.standing(5020))
    await desk.match()
    (left,) = await desk.alive()
    assert (2, BreakState.OPEN) == (left.known.amount_minor, left.known.state)
    assert [("tolerate", None)] * 2 == desk.world.rows("SELECT kind, decided_person FROM break_proposal")


async def test_what_somebody_has_taken_is_not_tolerated_behind_his_back(desk: Disagreeing) -> None:
    desk.terms(amount_minor=1)
    (known,) = await desk.differs(Line(100_01, desk.top_up(100_00)))
    await take_breaks(desk.house, desk.clerk(), [TakeBreak(known.id)])
    assert 0 == await post_tolerated(desk.house)


WRONG: tuple[tuple[LiteralString, str], ...] = (
    ("UPDATE break_proposal SET amount_minor = amount_minor + 1", "agreed on 701 from 5030 to 1020"),
    ("UPDATE break_proposal SET credit_code = 5020", "agreed on 700 from 5020 to 1020"),
    ("DELETE FROM break_proposal", "put right that nobody has agreed on"),
    ("UPDATE break SET state = 'closed'", "posted, and the break is closed"),
    ("UPDATE break_proposal SET journal_id = gen_random_uuid()", "agreed on, and not in the book"),
)


@pytest.mark.parametrize(("wrong", "named"), WRONG)
async def test_a_posting_that_was_not_agreed_on_so_is_found(
    desk: Disagreeing, wrong: LiteralString, named: str
) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    await desk.propose(known)
    await desk.approve(known)
    with desk.tampered(wrong):
        async with desk.house.pool.connection() as connection:
            found = [each for each in await findings(connection) if each.startswith("adjusted differences")]
    assert any(named in each for each in found), found
