"""What each step of the close does: all of it may be done twice, and what it finds is data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from florin.clearing.answers import instant
from florin.clearing.expire_holds import expire_holds
from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.draft_statements import draft_statements
from florin.domain.break_age import age_days
from florin.domain.day_close import Checklist, CloseStep, StepState, due_on
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.programme import Programme
from florin.reconciliation.match import match_statements
from florin.reconciliation.prove import KeptProofs, prove_for_close
from florin.reconciliation.reports.registry import day_reports
from florin.storage.audit_trail import Author
from florin.storage.book.sealing import SealedDay, seal_day, sealed_day
from florin.storage.day_close.day_reports import archive_reports
from florin.storage.day_close.files_of_the_day import ExpectedFile, expected_files
from florin.storage.day_close.terms import day_close_terms_of
from florin.storage.reconciliation.match_runs import MatchRun
from florin.storage.reconciliation.standing_breaks import standing_breaks
from florin.storage.settlement.bank_calendars import calendar_of

NAMED: Final = 10
"""How many things that are in the way a step names; it counts them all."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a step."""

    finding: Mapping[str, Any]
    state: StepState = StepState.DONE


@dataclass(slots=True)
class Closing:
    """One going-through: whose days are closed, and what is done once for all of them."""

    house: ClearingHouse
    programme: Programme
    author: Author
    proofs: KeptProofs | None = None
    matching: MatchRun | None = None
    sealed: list[SealedDay] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The date on which somebody asks, where the programme is at home."""
        return self.author.now.astimezone(self.programme.zone).date()


Step = Callable[[Closing, Checklist], Awaitable[Found]]


async def cut_off(closing: Closing, day: Checklist) -> Found:
    """The day takes no posting: the close has seen to that before it began with any list."""
    _, ends_at = closing.programme.times_of(day.business_date, day.business_date)
    return Found({"ended_at": instant(ends_at)})


async def holds(closing: Closing, day: Checklist) -> Found:
    """End the holds that ran out before the day did."""
    _, ends_at = closing.programme.times_of(day.business_date, day.business_date)
    return Found({"expired": await expire_holds(closing.house, ends_at)})


async def proofs(closing: Closing, _: Checklist) -> Found:
    """Prove the book; a finding blocks the close, and names the rows."""
    if closing.proofs is None:
        closing.proofs = await prove_for_close(closing.house.pool, closing.author)
    report = closing.proofs.report
    broken = [each for each in report.results if not each.holds]
    finding = {
        "run_id": wire_id("proof_run", closing.proofs.id),
        "extent": closing.proofs.extent,
        "proofs": len(report.results),
        "found": sum(each.found for each in broken),
        "blocking": [f"{each.name}: {finding}" for each in broken for finding in each.findings][:NAMED],
    }
    return Found(finding, StepState.BLOCKED if broken else StepState.DONE)


async def files(closing: Closing, day: Checklist) -> Found:
    """See that what banks and providers say of the day is there; what is not due yet is waited for."""
    expected, calendar = await expected_files(closing.house.pool, closing.programme.id, day.business_date)
    due = {each.id: due_on(day.business_date, each.lag_days, calendar, is_bank=each.is_bank) for each in expected}
    missing = [each for each in expected if not (each.is_present or each.is_waived)]
    overdue = [each for each in missing if due[each.id] < closing.today]

    def told(each: ExpectedFile) -> str:
        return f"{each.code}: {'overdue since' if each in overdue else 'due by'} {due[each.id].isoformat()}"

    finding = {
        "expected": len(expected),
        "present": sum(each.is_present for each in expected),
        "gone_on_without": sum(each.is_waived and not each.is_present for each in expected),
        "missing": len(missing),
        "blocking": list(map(told, missing))[:NAMED],
    }
    state = StepState.BLOCKED if overdue else StepState.WAITING if missing else StepState.DONE
    return Found(finding, state)


async def matching(closing: Closing, _: Checklist) -> Found:
    """Compare our book with what banks and providers say."""
    if closing.matching is None:
        found = await match_statements(closing.house, None, closing.author.now, closing.programme.id)
        if isinstance(found, Decline):
            raise LookupError(found)
        closing.matching = found
    run = closing.matching
    told = {
        "items": run.items,
        "matched": sum(run.matched.values()),
        "breaks_opened": sum(run.opened.values()),
        "breaks_closed": run.closed,
    }
    return Found({"run_id": wire_id("matching_run", run.id), **told})


async def breaks(closing: Closing, day: Checklist) -> Found:
    """See that what differs is within the programme's limits."""
    pool, programme = closing.house.pool, closing.programme
    terms = await day_close_terms_of(pool, programme.id)
    async with pool.connection() as connection:
        found = await standing_breaks(connection, programme.id, day.business_date)
        calendar = await calendar_of(connection, programme.id)
    oldest = max((age_days(calendar, each.value_on, each.lag_days, closing.today) for each in found), default=0)
    total_minor = sum(each.amount_minor for each in found)
    blocking = []
    if terms.break_limit_minor is not None and total_minor > terms.break_limit_minor:
        blocking.append(f"{total_minor} in open breaks, the limit is {terms.break_limit_minor}")
    if terms.break_limit_days is not None and oldest > terms.break_limit_days:
        blocking.append(f"a break is {oldest} banking days old, the limit is {terms.break_limit_days}")
    finding = {
        "open": sum(each.breaks for each in found),
        "amount_minor": total_minor,
        "oldest_days": oldest,
        "blocking": blocking,
    }
    return Found(finding, StepState.BLOCKED if blocking else StepState.DONE)


async def statements(closing: Closing, _: Checklist) -> Found:
    """Draw up what merchants are owed of every closed day; nothing of it is posted before two people agree."""
    drawn = await draft_statements(closing.house, None, closing.programme.id, closing.author.now)
    # It declines only to people, and for a programme that is not there.
    return Found({"days_drawn_up": 0 if isinstance(drawn, Decline) else len(drawn)})


async def seal(closing: Closing, day: Checklist) -> Found:
    """Hash the day for good; one that another process has sealed meanwhile, or before it was killed, is sealed."""
    pool, programme_id = closing.house.pool, closing.programme.id
    fresh = await seal_day(pool, programme_id, day.business_date, closing.author)
    if fresh is not None:
        closing.sealed.append(fresh)
    known = fresh or await sealed_day(pool, programme_id, day.business_date)
    return Found({"transfers": known.transfers, "seal": known.seal.hex()})


async def reports(closing: Closing, day: Checklist) -> Found:
    """Archive the reports of the day, each once."""
    house = closing.house
    drawn_up = await day_reports(house.pool, closing.programme, day.business_date)
    await archive_reports(house.pool, house.vault.day_reports, day, drawn_up)
    return Found({"archived": len(drawn_up)})


STEPS: Final[Mapping[CloseStep, Step]] = MappingProxyType(
    {
        CloseStep.CUT_OFF: cut_off,
        CloseStep.HOLDS: holds,
        CloseStep.PROOFS: proofs,
        CloseStep.FILES: files,
        CloseStep.MATCHING: matching,
        CloseStep.BREAKS: breaks,
        CloseStep.STATEMENTS: statements,
        CloseStep.SEAL: seal,
        CloseStep.REPORTS: reports,
    }
)
