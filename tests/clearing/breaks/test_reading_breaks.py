"""Breaks are listed by age and by what is asked for, each with its story."""

from datetime import timedelta

from florin.clearing.breaks.read_breaks import ageing, breaks_page
from florin.clearing.breaks.work_on_breaks import (
    NoteBreak,
    TakeBreak,
    note_breaks,
    take_breaks,
)
from florin.domain.break_age import AgeBucket
from florin.domain.break_life import BreakKind, BreakState
from florin.domain.break_record import BreakReason, BreakSeverity
from florin.domain.declines import Decline
from florin.storage.reconciliation.breaks import WhichBreaks
from tests.clearing.breaks.disagreeing import Disagreeing
from tests.reconciliation.statements import Line
from tests.world import TODAY


async def test_the_story_keeps_every_change_and_who_has_made_it(desk: Disagreeing) -> None:
    (known,) = await desk.differs(Line(7_00, "unheard-of"))
    finance, manager = desk.corporate.finance, desk.corporate.manager
    await take_breaks(desk.house, desk.clerk(), [TakeBreak(known.id, BreakSeverity.HIGH)])
    await note_breaks(desk.house, desk.clerk(manager), [NoteBreak(known.id, " is it Mr Li's? ")])
    await desk.propose(known)
    await desk.reject(known)
    await desk.propose(known, reason=BreakReason.PAID_TWICE)
    await desk.approve(known)
    told = await desk.story(known)
    assert [
        ("take", "investigating", finance.login_id, None),
        ("note", "investigating", manager.login_id, "is it Mr Li's?"),
        ("propose", "proposed", finance.login_id, "looked into"),
        ("reject", "investigating", manager.login_id, "look again"),
        ("propose", "proposed", finance.login_id, "looked into"),
        ("approve", "posted", manager.login_id, None),
    ] == [(each.operation, each.state, each.login_id, told.notes.get(each.id)) for each in told.story.changes]
    ended = told.story.known
    assert (BreakReason.PAID_TWICE, BreakSeverity.HIGH, finance.login_id) == (
        ended.reason, ended.severity, ended.owner_id,
    )  # fmt: skip
    assert ["rejected", "approved"] == [each.state for each in told.story.proposals]


async def test_a_list_is_by_age_and_by_what_is_asked_for(desk: Disagreeing) -> None:
    desk.says(Line(1_00, "of-friday"), day=TODAY - timedelta(days=3))
    desk.says(Line(2_00, "of-monday"))
    desk.says(Line(3_00, direction="out"), bank=True)
    await desk.match()
    desk.world.clock.advance(timedelta(days=3))
    of_provider = WhichBreaks(counterparty_id=desk.statements.provider)
    assert [1_00, 2_00] == [each.known.amount_minor for each in await desk.alive(of_provider)]
    assert [-3_00] == [
        each.known.amount_minor for each in await desk.alive(WhichBreaks(counterparty_id=desk.statements.bank))
    ]
    of_kind = WhichBreaks(kind=BreakKind.DUPLICATE)
    assert [] == await desk.alive(of_kind)
    (friday, *_) = await desk.alive(of_provider)
    await take_breaks(desk.house, desk.clerk(), [TakeBreak(friday.known.id)])
    mine = WhichBreaks(owner_id=desk.corporate.finance.login_id, state=BreakState.INVESTIGATING)
    assert [1_00] == [each.known.amount_minor for each in await desk.alive(mine)]


async def test_ages_are_banking_days_less_the_usual_lag(desk: Disagreeing) -> None:
    desk.says(Line(1_00, "of-friday"), day=TODAY - timedelta(days=3))
    desk.says(Line(2_00, "of-monday"))
    await desk.match()
    desk.world.clock.advance(timedelta(days=3))
    # On Thursday Friday's are four banking days old and Monday's three, and the provider is usually two late.
    for least_days, expected in ((0, [2, 1]), (2, [2]), (3, [])):
        page = await breaks_page(desk.house, desk.auditor, WhichBreaks(), desk.now, None, 9, least_days)
        assert not isinstance(page, Decline)
        assert expected == [each.age_days for each in page.items]
    (standing,) = await ageing(desk.house, desk.now)
    assert (AgeBucket.UP_TO_3, 2, 3_00) == (standing.bucket, standing.breaks, standing.amount_minor)


async def test_pages_follow_each_other_without_a_gap(desk: Disagreeing) -> None:
    await desk.differs(*[Line(each, f"unheard-of-{each}") for each in range(1_00, 1_05)])
    seen, after = [], None
    while True:
        page = await breaks_page(desk.house, desk.auditor, WhichBreaks(), desk.now, after, 2)
        assert not isinstance(page, Decline)
        seen += [each.in_hand.known.amount_minor for each in page.items]
        after = page.next_after
        if after is None:
            break
    assert list(range(1_00, 1_05)) == sorted(seen)
