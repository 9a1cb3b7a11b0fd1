"""Cancel a closure: everything is as it was before the request, and what was held or kept may be spent again.

The holder may until somebody has approved it; so may customer service, and so does the clock when nobody has confirmed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined, funds_of
from florin.clearing.closures.requester import Requester
from florin.clearing.closures.standing import keep, owner_of, wanted_of
from florin.clearing.closures.views import closure_view
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure, ClosureOperation, ClosureStatus, permit_closure
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.people import Actor, Role
from florin.storage.closures.closures import closure_of, find_closure
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.OPERATOR, Role.MANAGER})
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class CancelClosure:
    """Call a closure off. `InvalidField` for a reason that nobody can read."""

    closure_id: UUID
    reason: str | None

    def __post_init__(self) -> None:
        """Refuse what is no reason."""
        reason = self.reason
        if reason is not None and not (len(reason) <= LONGEST_REASON and reason.isprintable() and reason.strip()):
            raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters")


async def cancel_own_closure(
    house: ClearingHouse, who: SignedIn, key: str, request_id: str | None = None
) -> Answer | Decline:
    """The member has thought better of it; the answer is the closure and what may be spent again.

    Declines: ``closure_not_found``, ``closure_not_in_state`` once it is approved.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    closure = await closure_of(house.pool, who.member_id)
    if closure is None:
        return Decline.CLOSURE_NOT_FOUND
    by = Requester.member(who, request_id)
    return await _cancel(house, by, closure, CancelClosure(closure.id, None), key)


async def cancel_closure(
    house: ClearingHouse, actor: Actor, command: CancelClosure, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Customer service or a manager calls it off. Declines as `cancel_own_closure`, and ``role_required``."""
    closure = await find_closure(house.pool, command.closure_id)
    if closure is None:
        return Decline.CLOSURE_NOT_FOUND
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    return await _cancel(house, Requester.ours(actor, request_id), closure, command, key)


async def cancel_unconfirmed(house: ClearingHouse, closure: Closure, now: datetime) -> Answer:
    """Nobody has confirmed the closure in time, so it is called off; declined when somebody has after all."""
    # The closure is the caller: no client is, so nobody else uses its keys.
    by = Requester(Caller(closure.id, closure.id), closure.id, None)
    command = CancelClosure(closure.id, "nobody has confirmed it in time")
    return await _cancel(house, by, closure, command, f"unconfirmed:{closure.id.hex}", not_before=now)


async def _cancel(
    house: ClearingHouse,
    by: Requester,
    closure: Closure,
    command: CancelClosure,
    key: str,
    *,
    not_before: datetime | None = None,
) -> Answer:
    def decide(group: Group) -> Outcome:
        return _decide(group, by, command, unconfirmed_at=not_before)

    wanted = wanted_of(closure.owner_kind, closure.owner_id, closure.id)
    return await house.engine.submit(house.request(by.caller, key, "cancel_closure", command, wanted, decide))


def _decide(group: Group, by: Requester, command: CancelClosure, *, unconfirmed_at: datetime | None) -> Outcome:
    closure = group.closures.known(command.closure_id)
    following = permit_closure(ClosureOperation.CANCEL, closure.status)
    if isinstance(following, Decline):
        return declined(following)
    is_late = closure.status is ClosureStatus.REQUESTED
    if unconfirmed_at is not None and not (is_late and closure.verify_until <= unconfirmed_at):
        return declined(Decline.CLOSURE_NOT_IN_STATE)
    owner = owner_of(group, closure)
    if owner.bonus is not None and closure.bonus_minor:
        group.reserve(owner.bonus, -closure.bonus_minor)
    if closure.principal_minor:
        kept = FlowAccount(AccountCode.CLOSURE_PAYABLE, closure.programme_id)
        moved = [(closure.principal_minor, kept, owner.principal)]
        closure.decided_journal_id = group.post(Event.CLOSURE_CANCELLED, owner.programme, moved)
    keep(group, owner)
    closure.status, closure.decided_at, closure.reason = following, group.now, command.reason
    closure.decided_by, closure.decided_person = by.acted_by, by.person_id
    group.closures.save(closure)
    view = {**closure_view(closure), **funds_of(owner)}
    told = {"closure_id": wire_id("closure", closure.id), "reason": command.reason}
    group.record(by.caller.actor_id, "closure.cancelled", owner.owner_id, told)
    journal_id = closure.decided_journal_id
    group.emit("closure.cancelled", owner.owner_id, None if journal_id else view, journal_id)
    return Outcome(view, journal_id=journal_id, subject_id=closure.id)
