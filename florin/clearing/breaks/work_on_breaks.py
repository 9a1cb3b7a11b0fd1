"""What one person does with breaks: take them, hand them over, write down what was found out, and close some of them.

Alone is closed only what differs in its date and in nothing else.
"""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.breaks.allowed import HAND_OVER, NOTE, WORK
from florin.clearing.breaks.each_break import BreakAnswer, Clerk, done, on_each, tell
from florin.clearing.house import ClearingHouse
from florin.domain.break_life import BreakOperation, permit
from florin.domain.break_proposal import ProposalKind, ends_alone, require_cause
from florin.domain.break_record import Break, BreakReason, BreakSeverity
from florin.domain.case_life import read_text
from florin.domain.declines import Decline
from florin.storage.people.persons import who_may_work
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome


@dataclass(frozen=True, slots=True)
class TakeBreak:
    """Make oneself the owner of a break, and say how bad it is if that is not what it was taken for."""

    break_id: UUID
    severity: BreakSeverity | None = None


@dataclass(frozen=True, slots=True)
class HandOverBreak:
    """Make a colleague the owner of a break: the login of somebody who works on breaks."""

    break_id: UUID
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class NoteBreak:
    """What is written to the story of a break. `InvalidField` for no text, or too much."""

    break_id: UUID
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no text."""
        read_text(self.text)


@dataclass(frozen=True, slots=True)
class CloseBreak:
    """Close what differs in nothing but its date, and why. `InvalidField` for no text, or a reason that is none."""

    break_id: UUID
    reason: BreakReason
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what explains nothing."""
        read_text(self.text)
        require_cause(ProposalKind.EXPLAIN, self.reason)


async def take_breaks(house: ClearingHouse, clerk: Clerk, commands: list[TakeBreak]) -> list[BreakAnswer] | Decline:
    """Take breaks. Each is answered by itself: the break, or ``break_not_found``, ``break_not_in_state``.

    Declines: ``role_required``. Raises as `on_each`.
    """

    def decide(group: Group, known: Break, command: TakeBreak) -> Outcome:
        following = permit(BreakOperation.TAKE, known.state)
        if isinstance(following, Decline):
            return declined(following)
        known.state, known.owner_id = following, clerk.actor.login_id
        known.severity = command.severity or known.severity
        tell(house, group, known, BreakOperation.TAKE, actor=clerk.actor, severity=command.severity)
        return done(known)

    return await on_each(house, clerk, "take_break", commands, decide) if clerk.actor.has(*WORK) else _NO


async def hand_over_breaks(
    house: ClearingHouse, clerk: Clerk, commands: list[HandOverBreak]
) -> list[BreakAnswer] | Decline:
    """Give breaks to colleagues, also while something is proposed for them.

    Each is answered by itself: the break, or ``break_not_found``, ``break_not_in_state``, ``login_not_found`` for
    whoever is none of ours, may not work on breaks, is blocked or waits to be released.

    Declines: ``role_required``. Raises as `on_each`.
    """
    if not clerk.actor.has(*HAND_OVER):
        return _NO
    # Asked before the breaks are locked, so that the answer is kept with each of them and repeated.
    async with house.pool.connection() as connection:
        fit = await who_may_work(connection, {each.owner_id for each in commands}, WORK)

    def decide(group: Group, known: Break, command: HandOverBreak) -> Outcome:
        following = permit(BreakOperation.HAND_OVER, known.state)
        if isinstance(following, Decline):
            return declined(following)
        if command.owner_id not in fit:
            return declined(Decline.LOGIN_NOT_FOUND)
        known.state, known.owner_id = following, command.owner_id
        tell(house, group, known, BreakOperation.HAND_OVER, actor=clerk.actor)
        return done(known, group.waiting_proposal(known.id))

    return await on_each(house, clerk, "hand_over_break", commands, decide)


async def note_breaks(house: ClearingHouse, clerk: Clerk, commands: list[NoteBreak]) -> list[BreakAnswer] | Decline:
    """Write to the stories of breaks, also when they have ended; each is answered by the break, or ``break_not_found``.

    Declines: ``role_required``. Raises as `on_each`.
    """

    def decide(group: Group, known: Break, command: NoteBreak) -> Outcome:
        tell(house, group, known, BreakOperation.NOTE, actor=clerk.actor, note=read_text(command.text))
        return done(known, group.waiting_proposal(known.id))

    return await on_each(house, clerk, "note_break", commands, decide) if clerk.actor.has(*NOTE) else _NO


async def close_breaks(house: ClearingHouse, clerk: Clerk, commands: list[CloseBreak]) -> list[BreakAnswer] | Decline:
    """Close breaks of which both sides have the same, at other dates.

    Each is answered by itself: the break, or ``break_not_found``, ``break_not_in_state``,
    ``break_needs_a_second_person`` for any other kind.

    Declines: ``role_required``. Raises as `on_each`.
    """

    def decide(group: Group, known: Break, command: CloseBreak) -> Outcome:
        following = permit(BreakOperation.CLOSE, known.state)
        if isinstance(following, Decline):
            return declined(following)
        if not ends_alone(known.kind):
            return declined(Decline.BREAK_NEEDS_A_SECOND_PERSON)
        known.state, known.reason, known.ended_at = following, command.reason, group.now
        tell(house, group, known, BreakOperation.CLOSE, actor=clerk.actor, note=read_text(command.text))
        return done(known)

    return await on_each(house, clerk, "close_break", commands, decide) if clerk.actor.has(*WORK) else _NO


_NO = Decline.ROLE_REQUIRED
