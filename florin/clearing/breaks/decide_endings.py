"""Decide how breaks end: a second person agrees, and the posting is in the book with it, or does not agree."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.breaks.allowed import DECIDE
from florin.clearing.breaks.each_break import BreakAnswer, Clerk, done, on_each, tell
from florin.clearing.house import ClearingHouse
from florin.domain.break_life import BreakOperation, BreakState, permit
from florin.domain.break_proposal import (
    BreakProposal,
    ProposalKind,
    ProposalState,
    details_hash,
    movement_for,
)
from florin.domain.break_record import Break
from florin.domain.case_life import read_text
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.people import Actor, second_person
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome

ENDS: Final = {
    ProposalKind.ADJUST: BreakOperation.POST,
    ProposalKind.TOLERATE: BreakOperation.POST,
    ProposalKind.WRITE_OFF: BreakOperation.WRITE_OFF,
    ProposalKind.EXPLAIN: BreakOperation.CLOSE,
}
"""What is done with a break once its proposal is agreed on."""


@dataclass(frozen=True, slots=True)
class ApproveEnding:
    """Agree to exactly what was looked at: the hash stands for the break and for what is proposed."""

    break_id: UUID
    details_hash: bytes


@dataclass(frozen=True, slots=True)
class RejectEnding:
    """Do not agree, and why. `InvalidField` for no text, or too much."""

    break_id: UUID
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no text."""
        read_text(self.text)


async def approve_endings(
    house: ClearingHouse, clerk: Clerk, commands: list[ApproveEnding], proof: CodeProof
) -> list[BreakAnswer] | Decline:
    """Agree to what is proposed for breaks, which is posted with it; the one-time code is spent by all together.

    Each is answered by itself: the break, or ``break_not_found``, ``break_not_in_state``, ``same_person``,
    ``role_required`` where a manager must agree, ``break_changed`` when it is not what was looked at,
    ``break_above_limit`` when the terms allow less by now.

    Declines: ``role_required``, ``totp_code_incorrect``. Raises as `on_each`; the same key goes on with a new code.
    """
    if not clerk.actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT

    def decide(group: Group, known: Break, command: ApproveEnding) -> Outcome:
        proposal = _waiting(group, known, BreakOperation.APPROVE, clerk.actor)
        if isinstance(proposal, Decline):
            return declined(proposal)
        if not clerk.actor.has(*proposal.deciders):
            return declined(Decline.ROLE_REQUIRED)
        if details_hash(known, proposal) != command.details_hash:
            return declined(Decline.BREAK_CHANGED)
        refusal = _no_longer(known, proposal)
        if refusal is not None:
            return declined(refusal)
        proposal.decided_by, proposal.decided_person = clerk.actor.login_id, clerk.actor.person_id
        end(group, known, proposal)
        tell(house, group, known, BreakOperation.APPROVE, actor=clerk.actor, proposal=proposal)
        _save(group, proposal)
        return done(known, proposal)

    return await on_each(house, clerk, "approve_break_ending", commands, decide)


async def reject_endings(
    house: ClearingHouse, clerk: Clerk, commands: list[RejectEnding]
) -> list[BreakAnswer] | Decline:
    """Do not agree to what is proposed for breaks; they are investigated further.

    Each is answered by itself: the break, or ``break_not_found``, ``break_not_in_state``, ``same_person``.

    Declines: ``role_required``. Raises as `on_each`.
    """

    def decide(group: Group, known: Break, command: RejectEnding) -> Outcome:
        proposal = _waiting(group, known, BreakOperation.REJECT, clerk.actor)
        if isinstance(proposal, Decline):
            return declined(proposal)
        known.state, known.reason = BreakState.INVESTIGATING, None
        proposal.state, proposal.decided_at = ProposalState.REJECTED, group.now
        proposal.decided_by, proposal.decided_person = clerk.actor.login_id, clerk.actor.person_id
        told = read_text(command.text)
        tell(house, group, known, BreakOperation.REJECT, actor=clerk.actor, note=told, proposal=proposal)
        _save(group, proposal)
        return done(known)

    if not clerk.actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    return await on_each(house, clerk, "reject_break_ending", commands, decide)


def end(group: Group, known: Break, proposal: BreakProposal) -> None:
    """End a break as its proposal says, and post what is to be posted. The proposal is for the caller to save."""
    operation = ENDS[proposal.kind]
    following = permit(operation, BreakState.APPROVED)
    if isinstance(following, Decline):
        raise TypeError(f"{operation} ends no break")
    known.state, known.reason, known.ended_at = following, proposal.reason, group.now
    proposal.state, proposal.decided_at = ProposalState.APPROVED, group.now
    movement = proposal.movement
    if movement is not None:
        programme = group.programme(known.programme_id)
        proposal.journal_id = group.post(Event.DIFFERENCE_ADJUSTED, programme, [movement])
        group.emit("break.adjusted", known.id, None, proposal.journal_id)


def _waiting(group: Group, known: Break, operation: BreakOperation, actor: Actor) -> BreakProposal | Decline:
    """What the actor may decide on as a second person."""
    following = permit(operation, known.state)
    proposal = group.waiting_proposal(known.id)
    if isinstance(following, Decline) or proposal is None:
        return Decline.BREAK_NOT_IN_STATE
    return second_person(proposal.proposed_person, actor) or proposal


def _no_longer(known: Break, proposal: BreakProposal) -> Decline | None:
    """Why what was proposed cannot be posted now: the counterparty's terms or the break have changed since."""
    to = proposal.credit_code if known.to_post_minor > 0 else proposal.debit_code
    movement = movement_for(known, proposal.kind, to or AccountCode.RECONCILIATION_DIFFERENCES)
    if isinstance(movement, Decline):
        return movement
    return None if movement == proposal.movement else Decline.BREAK_CHANGED


def _save(group: Group, proposal: BreakProposal) -> None:
    # What was proposed in the same group is written with what was decided.
    if proposal not in group.break_proposals.added:
        group.break_proposals.save(proposal)
