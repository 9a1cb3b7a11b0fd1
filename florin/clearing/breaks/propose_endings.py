"""Propose how breaks end: by an adjusting posting, by a write-off, or as explained; another person decides."""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.breaks.allowed import WORK
from florin.clearing.breaks.each_break import BreakAnswer, Clerk, done, on_each, tell
from florin.clearing.house import ClearingHouse
from florin.domain.break_life import BreakOperation, permit
from florin.domain.break_proposal import (
    BY_PEOPLE,
    POSTED_TO,
    BreakProposal,
    ProposalKind,
    limit_of,
    movement_for,
    require_cause,
)
from florin.domain.break_record import Break, BreakReason
from florin.domain.case_life import read_text
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome


@dataclass(frozen=True, slots=True)
class ProposeEnding:
    """How a break is to end, and why; ``account`` is where an adjusting posting goes.

    `InvalidField` for no text, a cause that such a proposal cannot have, or what nobody may propose.
    """

    break_id: UUID
    kind: ProposalKind
    reason: BreakReason
    text: str = field(repr=False)
    account: AccountCode = AccountCode.RECONCILIATION_DIFFERENCES

    def __post_init__(self) -> None:
        """Refuse what cannot be proposed."""
        read_text(self.text)
        require_cause(self.kind, self.reason)
        if self.kind not in BY_PEOPLE:
            raise InvalidField("kind", ", ".join(sorted(BY_PEOPLE)))


def account_of(number: int) -> AccountCode:
    """The account of that number; `InvalidField` for one to which no break may be posted."""
    allowed = sorted(frozenset[AccountCode]().union(*POSTED_TO.values()))
    if number not in allowed:
        raise InvalidField("account", f"one of {', '.join(str(int(each)) for each in allowed)}")
    return AccountCode(number)


async def propose_endings(
    house: ClearingHouse, clerk: Clerk, commands: list[ProposeEnding]
) -> list[BreakAnswer] | Decline:
    """Propose how breaks end; whoever proposes for a break that nobody has taken has taken it.

    Each is answered by itself: the break with the proposal, or ``break_not_found``, ``break_not_in_state``,
    ``break_not_postable``, ``break_above_limit``.

    Declines: ``role_required``. Raises as `on_each`.
    """

    def decide(group: Group, known: Break, command: ProposeEnding) -> Outcome:
        following = permit(BreakOperation.PROPOSE, known.state)
        if isinstance(following, Decline):
            return declined(following)
        proposal = proposed(group, known, command.kind, command.reason, command.account, clerk.actor)
        if isinstance(proposal, Decline):
            return declined(proposal)
        group.break_proposals.add(proposal)
        known.state, known.reason = following, command.reason
        known.owner_id = known.owner_id or clerk.actor.login_id
        told = read_text(command.text)
        tell(house, group, known, BreakOperation.PROPOSE, actor=clerk.actor, note=told, proposal=proposal)
        return done(known, proposal)

    if not clerk.actor.has(*WORK):
        return Decline.ROLE_REQUIRED
    return await on_each(house, clerk, "propose_break_ending", commands, decide)


def proposed(
    group: Group, known: Break, kind: ProposalKind, reason: BreakReason, account: AccountCode, by: Actor | None
) -> BreakProposal | Decline:
    """What would end a break so, not recorded yet; ``by`` is None for what the counterparty's terms propose.

    Declines: ``break_not_postable``, also for a difference in another currency than its programme's;
    ``break_above_limit``.
    """
    movement = movement_for(known, kind, account)
    if isinstance(movement, Decline):
        return movement
    if movement is not None and known.currency != group.programme(known.programme_id).unit:
        return Decline.BREAK_NOT_POSTABLE
    amount_minor, debit, credit = movement or (None, None, None)
    return BreakProposal(
        id=group.fresh_id(None),
        break_id=known.id,
        kind=kind,
        reason=reason,
        amount_minor=amount_minor,
        debit_code=None if debit is None else debit.code,
        debit_owner=None if debit is None else debit.owner_id,
        credit_code=None if credit is None else credit.code,
        credit_owner=None if credit is None else credit.owner_id,
        limit_minor=limit_of(known, kind),
        proposed_by=None if by is None else by.login_id,
        proposed_person=None if by is None else by.person_id,
        proposed_at=group.now,
    )
