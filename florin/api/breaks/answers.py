"""What is answered about breaks, as types."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.api.statements.answers import CounterpartyId, SignedMoney
from florin.domain.break_age import AgeBucket
from florin.domain.break_life import BreakKind, BreakOperation, BreakState
from florin.domain.break_proposal import ProposalKind, ProposalState
from florin.domain.break_record import BreakReason, BreakSeverity
from florin.domain.people import Role


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


BreakId = Annotated[str, _id("brk")]
LoginId = Annotated[str, _id("lgn")]
ProgrammeId = Annotated[str, _id("prg")]
Days = Annotated[int, Meta(ge=0, description="Banking days, less those by which the counterparty is usually later.")]
Code = Annotated[int, Meta(description="The number of an account in the chart.")]


class BreakCounterparty(AnswerPart):
    """Whose statement differs from our book."""

    id: CounterpartyId
    code: str


class BreakProposal(AnswerPart):
    """How a break is to end, or has; `deciders` are the roles that may agree. Nobody has proposed what is tolerated."""

    id: Annotated[str, _id("bpr")]
    kind: ProposalKind
    reason: BreakReason
    state: ProposalState
    amount: Money | None
    debit: Code | None
    credit: Code | None
    proposed_by: LoginId | None
    proposed_at: Instant
    decided_by: LoginId | None
    decided_at: Instant | None
    journal_id: JournalId | None
    deciders: list[Role]


class Break(AnswerPart):
    """A difference: above zero where the other side says more than we do. `proposal` is what waits or was just decided.

    `details_hash` stands for all that is decided on; an approval names it.
    """

    id: BreakId
    kind: BreakKind
    state: BreakState
    severity: BreakSeverity
    programme_id: ProgrammeId
    counterparty: BreakCounterparty | None
    difference: SignedMoney
    value_on: date
    line_id: Annotated[str, _id("stl")] | None
    journal_id: JournalId | None
    owner_id: LoginId | None
    reason: BreakReason | None
    opened_at: Instant
    ended_at: Instant | None
    proposal: BreakProposal | None
    details_hash: str


class AgedBreak(Break, kw_only=True):
    """A break with its age."""

    age_days: Days
    bucket: AgeBucket


class BreakPage(AnswerPart):
    """Some breaks, and the cursor of the next page."""

    items: list[AgedBreak]
    next_cursor: str | None


class BreakChange(AnswerPart):
    """A step of a break's story, with the state after it; `by` nobody where a run or the terms have done it.

    `owner_id` has the break from then on, where the step says so.
    """

    operation: BreakOperation
    state: BreakState
    at: Instant
    by: LoginId | None
    owner_id: LoginId | None
    severity: BreakSeverity | None
    note: str | None


class BreakStory(AgedBreak, kw_only=True):
    """A break with everything that was proposed for it and done with it, in the order of time."""

    proposals: list[BreakProposal]
    changes: list[BreakChange]


class BreakOutcome(AnswerPart):
    """What became of one break: it stands so now, or `problem` is the code of why nothing was done."""

    id: BreakId
    now: Break | None
    problem: str | None


class BreakOutcomes(AnswerPart):
    """What became of each, in the order in which they were named."""

    items: list[BreakOutcome]


class StandingBreaks(AnswerPart):
    """The breaks alive of one counterparty, kind and age: how many, and their differences without signs."""

    programme_id: ProgrammeId
    counterparty: BreakCounterparty | None
    kind: BreakKind
    bucket: AgeBucket
    breaks: int
    amount: Money


class BreakAgeing(AnswerPart):
    """All that stands."""

    items: list[StandingBreaks]
