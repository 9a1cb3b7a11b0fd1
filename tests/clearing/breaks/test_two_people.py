"""One person proposes how a break ends, another decides, and together they do so once."""

import asyncio
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest

from florin.clearing.breaks import decide_endings
from florin.clearing.breaks.decide_endings import ApproveEnding, approve_endings
from florin.clearing.breaks.work_on_breaks import (
    CloseBreak,
    HandOverBreak,
    NoteBreak,
    TakeBreak,
    close_breaks,
    hand_over_breaks,
    note_breaks,
    take_breaks,
)
from florin.domain.break_life import BreakKind, BreakState
from florin.domain.break_proposal import ProposalKind, details_hash
from florin.domain.break_record import BreakReason, BreakSeverity
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError
from tests.clearing.breaks.disagreeing import DIFFERENCES, Disagreeing, why_not
from tests.reconciliation.statements import Line
from tests.till import fresh
from tests.world import TODAY

EXPLAIN, WRITE_OFF = ProposalKind.EXPLAIN, ProposalKind.WRITE_OFF


async def test_what_goes_to_the_differences_takes_a_managers_word(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    await desk.propose(known)
    approver = desk.corporate.finance_approver
    assert Decline.ROLE_REQUIRED is why_not(await desk.approve(known, by=approver))
    assert why_not(await desk.approve(known)) is None


async def test_nobody_approves_what_he_has_proposed_nor_under_a_second_login(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    maker = desk.corporate.person(Role.FINANCE, Role.MANAGER)
    other_login = desk.corporate.person(Role.MANAGER, same_as=maker)
    await desk.propose(known, by=maker)
    for one_person in (maker, other_login):
        assert Decline.SAME_PERSON is why_not(await desk.approve(known, by=one_person))
        assert Decline.SAME_PERSON is why_not(await desk.reject(known, by=one_person))
    assert BreakState.PROPOSED == (await desk.in_hand(known.id)).known.state


async def test_a_write_off_ends_at_the_limit_of_the_counterparty(desk: Disagreeing) -> None:
    desk.terms(limit_minor=5_00)
    within, above = sorted(
        await desk.differs(Line(5_00, "unheard-of"), Line(5_01, "nor-this")), key=lambda each: each.amount_minor
    )
    reason = BreakReason.UNKNOWN
    answers = await desk.propose(within, above, kind=WRITE_OFF, reason=reason)
    assert [None, Decline.BREAK_ABOVE_LIMIT] == why_not(answers)
    assert (BreakSeverity.LOW, BreakSeverity.NORMAL) == (within.severity, above.severity)
    await desk.approve(within)
    ended = (await desk.in_hand(within.id)).known
    assert (BreakState.WRITTEN_OFF, reason, 5_00) == (ended.state, ended.reason, desk.standing(5030))


async def test_a_write_off_that_the_terms_do_not_allow_any_more_is_not_approved(desk: Disagreeing) -> None:
    desk.terms(limit_minor=5_00)
    (known,) = await desk.differs(Line(5_00, "unheard-of"))
    await desk.propose(known, kind=WRITE_OFF)
    desk.terms(limit_minor=4_99)
    assert Decline.BREAK_ABOVE_LIMIT is why_not(await desk.approve(known))


async def test_two_approvals_at_once_post_once(desk: Disagreeing) -> None:
    breaks = await desk.differs(*[Line(1_00, f"unheard-of-{each}") for each in range(30)])
    await desk.propose(*breaks)
    looked_at = [await desk.in_hand(each.id) for each in breaks]
    commands = [ApproveEnding(each.known.id, details_hash(each.known, each.waiting)) for each in looked_at]
    managers = [desk.corporate.manager, desk.corporate.person(Role.MANAGER)]
    async with desk.world.clearing_house() as other_process:
        await asyncio.gather(
            *[
                approve_endings(house, desk.clerk(manager), commands, desk.proof(manager))
                for house, manager in zip((desk.house, other_process), managers, strict=True)
            ],
            # Who comes while the other one has the break is told that it is busy, or comes after it.
            return_exceptions=True,
        )
    await approve_endings(desk.house, desk.clerk(managers[0]), commands, desk.proof(managers[0]))
    assert ((30,), 30_00) == (
        desk.world.one("SELECT count(*) FROM transfer WHERE event = 'difference_adjusted'"),
        desk.standing(5030),
    )


async def test_an_approval_that_is_repeated_posts_once(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    await desk.propose(known)
    looked_at = await desk.in_hand(known.id)
    command = ApproveEnding(known.id, details_hash(looked_at.known, looked_at.waiting))
    manager, key = desk.corporate.manager, fresh("key")
    first, second = [
        await approve_endings(desk.house, desk.clerk(manager, key), [command], desk.proof(manager)) for _ in range(2)
    ]
    assert (None, None, 7_00) == (why_not(first), why_not(second), desk.standing(5030))
    other = ApproveEnding(known.id, bytes(32))
    with pytest.raises(KeyReusedError):
        await approve_endings(desk.house, desk.clerk(manager, key), [other], desk.proof(manager))


async def test_what_is_not_what_was_looked_at_is_not_approved(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(3_00, direction="out"), bank=True)
    await desk.propose(known)
    looked_at = await desk.in_hand(known.id)
    await desk.reject(known)
    await desk.propose(known, account=AccountCode.PROVIDER_FEES)
    command = ApproveEnding(known.id, details_hash(looked_at.known, looked_at.waiting))
    manager = desk.corporate.manager
    answers = await approve_endings(desk.house, desk.clerk(manager), [command], desk.proof(manager))
    assert Decline.BREAK_CHANGED is why_not(answers)


async def test_of_many_each_has_its_own_answer(desk: Disagreeing) -> None:
    found = await desk.differs(*[Line(each, f"unheard-of-{each}") for each in (1_00, 2_00, 3_00)])
    breaks = sorted(found, key=lambda each: each.amount_minor)
    answers = await desk.propose(*breaks[:2])
    assert [None, None] == why_not(answers)
    approved = await desk.approve(*breaks)
    assert [None, None, Decline.BREAK_NOT_IN_STATE] == why_not(approved)
    assert 3_00 == desk.standing(5030)


async def test_breaks_are_handed_over_to_a_colleague_also_while_something_is_proposed(desk: Disagreeing) -> None:
    taken, proposed = await desk.differs(Line(1_00, "unheard-of"), Line(2_00, "nor-this"))
    finance, manager, colleague = desk.corporate.finance, desk.corporate.manager, desk.corporate.person(Role.FINANCE)
    await take_breaks(desk.house, desk.clerk(), [TakeBreak(taken.id)])
    await desk.propose(proposed)
    looked_at = await desk.in_hand(proposed.id)
    to_colleague = [HandOverBreak(each, colleague.login_id) for each in (taken.id, proposed.id, fresh_id())]
    key = fresh("key")
    for _ in range(2):
        answers = await hand_over_breaks(desk.house, desk.clerk(manager, key), to_colleague)
        assert [None, None, Decline.BREAK_NOT_FOUND] == why_not(answers)
    stories = [(await desk.story(each)).story for each in (taken, proposed)]
    assert [(colleague.login_id, "investigating"), (colleague.login_id, "proposed")] == [
        (each.known.owner_id, each.known.state) for each in stories
    ]
    assert [
        ("take", finance.login_id, finance.login_id),
        ("hand_over", manager.login_id, colleague.login_id),
    ] == [(each.operation, each.login_id, each.owner_id) for each in stories[0].changes]
    # Who looks after a break is nothing that was approved.
    command = ApproveEnding(proposed.id, details_hash(looked_at.known, looked_at.waiting))
    assert why_not(await approve_endings(desk.house, desk.clerk(manager), [command], desk.proof(manager))) is None
    back = [HandOverBreak(proposed.id, finance.login_id)]
    assert Decline.BREAK_NOT_IN_STATE is why_not(await hand_over_breaks(desk.house, desk.clerk(colleague), back))


async def test_nobody_is_handed_a_break_who_may_not_work_on_it(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    corporate, connection = desk.corporate, desk.world.connection
    gone, waits = corporate.person(Role.FINANCE), corporate.person(Role.FINANCE)
    connection.execute("UPDATE login SET status = 'blocked' WHERE id = %s", (gone.login_id,))
    connection.execute("UPDATE login SET released_person = NULL WHERE id = %s", (waits.login_id,))
    buyer = corporate.person(Role.BUYER, customer=corporate.customer())
    nobody = [gone.login_id, waits.login_id, buyer.login_id, corporate.manager.login_id, fresh_id()]
    for login_id in nobody:
        answers = await hand_over_breaks(desk.house, desk.clerk(), [HandOverBreak(known.id, login_id)])
        assert Decline.LOGIN_NOT_FOUND is why_not(answers)
    assert (BreakState.OPEN, None) == (known.state, (await desk.in_hand(known.id)).known.owner_id)


async def test_a_break_that_is_not_there_is_told_so(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    answers = await take_breaks(desk.house, desk.clerk(), [TakeBreak(fresh_id()), TakeBreak(known.id)])
    assert [Decline.BREAK_NOT_FOUND, None] == why_not(answers)


async def test_two_people_close_what_something_else_explains(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    command = CloseBreak(known.id, BreakReason.SETTLED_ELSEWHERE, "the refund of Monday")
    alone = await close_breaks(desk.house, desk.clerk(), [command])
    assert Decline.BREAK_NEEDS_A_SECOND_PERSON is why_not(alone)
    await desk.propose(known, kind=EXPLAIN, reason=BreakReason.SETTLED_ELSEWHERE)
    assert why_not(await desk.approve(known, by=desk.corporate.finance_approver)) is None
    assert (BreakState.CLOSED, 0) == ((await desk.in_hand(known.id)).known.state, desk.standing(5030))
    await desk.match()
    assert [] == await desk.alive()


async def test_one_person_closes_what_differs_in_its_date(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(100_00, desk.top_up(100_00), day=TODAY + timedelta(days=4)))
    assert BreakKind.DATE_CUTOFF is known.kind
    command = CloseBreak(known.id, BreakReason.TIMING, "the week-end")
    assert why_not(await close_breaks(desk.house, desk.clerk(), [command])) is None
    assert BreakState.CLOSED is (await desk.in_hand(known.id)).known.state


async def test_who_may_do_what(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    house, no = desk.house, Decline.ROLE_REQUIRED
    for actor in (desk.auditor, desk.corporate.operator, desk.corporate.manager):
        assert no is why_not(await take_breaks(house, desk.clerk(actor), [TakeBreak(known.id)]))
        assert no is why_not(await desk.propose(known, by=actor))
    to_finance = [HandOverBreak(known.id, desk.corporate.finance.login_id)]
    for actor in (desk.auditor, desk.corporate.operator, desk.corporate.finance_approver):
        assert no is why_not(await hand_over_breaks(house, desk.clerk(actor), to_finance))
    for actor in (desk.auditor, desk.corporate.operator, desk.corporate.finance):
        assert no is why_not(await desk.approve(known, by=actor))
        assert no is why_not(await desk.reject(known, by=actor))
    assert no is why_not(await note_breaks(house, desk.clerk(desk.auditor), [NoteBreak(known.id, "well")]))


@pytest.mark.parametrize(
    ("wall", "change"),
    [
        ("break_by_second_person", "decided_person = proposed_person"),
        ("within_what_the_terms_allow", "kind = 'write_off', limit_minor = amount_minor - 1"),
        ("only_what_is_tolerated_needs_nobody", "decided_by = NULL, decided_person = NULL"),
        ("only_a_write_off_leaves_the_cause_open", "reason = 'unknown'"),
    ],
)
async def test_the_schema_refuses_what_no_verb_would_write(desk: Disagreeing, wall: str, change: LiteralString) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    await desk.propose(known)
    await desk.approve(known)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        desk.world.connection.execute(f"UPDATE break_proposal SET {change}")  # noqa: S608 (of this test)
    assert wall == refused.value.diag.constraint_name


async def test_a_machine_that_would_let_the_maker_approve_is_stopped_by_the_schema(
    desk: Disagreeing, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    maker = desk.corporate.person(Role.FINANCE, Role.MANAGER)
    await desk.propose(known, by=maker)
    monkeypatch.setattr(decide_endings, "second_person", lambda *_: None)
    with pytest.raises(Exception, match="could not be carried out"):
        await desk.approve(known, by=maker)
    assert 0 == desk.standing(DIFFERENCES)
