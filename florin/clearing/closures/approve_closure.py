"""Approve a closure: a second person has looked at it, the account ends, and its money is owed to its holder's bank.

What the account was given back or topped up with since the request is paid out, too. What was granted and not paid for
goes back to whoever granted it, points and vouchers among it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.owe import owe
from florin.clearing.closures.request_closure import refused_by_business
from florin.clearing.closures.standing import owner_of, pay_out, refused_by_policy, wanted_to_end
from florin.clearing.closures.views import closure_view
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.lapse_with_account import lapse_with_account
from florin.clearing.payer import Payer
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure, ClosureOperation, ClosureStatus, permit_closure
from florin.domain.closure_payout import PayoutCause
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement
from florin.domain.people import Actor, Role, second_person
from florin.storage.closures.closures import find_closure
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.MANAGER})


@dataclass(frozen=True, slots=True)
class ApproveClosure:
    """Approve what was looked at: ``amount_minor`` is what it said would be paid out, in minor units."""

    closure_id: UUID
    amount_minor: int
    details_hash: bytes


async def approve_closure(
    house: ClearingHouse,
    actor: Actor,
    command: ApproveClosure,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Close the account; the answer is the closure. The one-time code is spent by it.

    Declines: ``closure_not_found``, ``role_required``, ``dispute_open``, ``payment_open``, ``totp_code_incorrect``,
    ``same_person``, ``closure_not_in_state``, ``closure_cooling_off``, ``closure_changed`` when the amount (refunds may
    have come since) or the details are other ones; ``bank_transfer_required``, ``open_holds``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    found = await find_closure(house.pool, command.closure_id)
    if found is None:
        return Decline.CLOSURE_NOT_FOUND
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    if found.status is ClosureStatus.VERIFIED and (refusal := await refused_by_business(house, found.owner_id)):
        return refusal
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT

    def decide(group: Group) -> Outcome:
        return _decide(group, house, actor, command)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    wanted = wanted_to_end(found.owner_kind, found.owner_id, found.id)
    return await house.engine.submit(house.request(caller, key, "approve_closure", command, wanted, decide))


def _decide(group: Group, house: ClearingHouse, actor: Actor, command: ApproveClosure) -> Outcome:
    closure = group.closures.known(command.closure_id)
    refusal = second_person(closure.requested_person, actor)
    if refusal is not None:
        return declined(refusal)
    following = permit_closure(ClosureOperation.APPROVE, closure.status)
    if isinstance(following, Decline):
        return declined(following)
    if closure.is_cooling(group.now):
        return declined(Decline.CLOSURE_COOLING_OFF)
    owner = owner_of(group, closure)
    refusal = _refused(group, closure, owner, command)
    if refusal is not None:
        return declined(refusal)
    closure.added_minor = owner.principal.balance_minor
    closure.decided_journal_id = _post(group, closure, owner)
    pay_out(group, owner)
    closure.status, closure.decided_at = following, group.now
    closure.decided_by, closure.decided_person = actor.login_id, actor.person_id
    group.closures.save(closure)
    source = closure.journal_id or closure.decided_journal_id
    if closure.amount_minor and source is not None:
        owe(group, closure, closure.amount_minor, PayoutCause.CLOSURE, source, in_cash=closure.in_cash)
    view = closure_view(closure)
    told = {"closure_id": wire_id("closure", closure.id), "amount_minor": closure.amount_minor}
    group.record(actor.session_id, "closure.approved", owner.owner_id, told)
    journal_id = closure.decided_journal_id
    group.emit("closure.approved", owner.owner_id, None if journal_id else view, journal_id)
    lapses = lapse_with_account(group, house, owner)
    return Outcome(view, journal_id=journal_id, subject_id=closure.id, then=lapses)


def _refused(group: Group, closure: Closure, owner: Payer, command: ApproveClosure) -> Decline | None:
    held_minor = 0 if owner.bonus is None else owner.bonus.held_minor
    if owner.principal.held_minor or held_minor != closure.bonus_minor:
        return Decline.OPEN_HOLDS
    amount_minor = closure.principal_minor + owner.principal.balance_minor
    if (amount_minor, closure.details_hash) != (command.amount_minor, command.details_hash):
        return Decline.CLOSURE_CHANGED
    if not amount_minor:
        return None
    shown = closure.identity_encrypted is not None
    return refused_by_policy(group, owner, amount_minor, in_cash=closure.in_cash, identity_shown=shown)


def _post(group: Group, closure: Closure, owner: Payer) -> UUID | None:
    movements: list[Movement] = []
    if owner.principal.balance_minor:
        kept = FlowAccount(AccountCode.CLOSURE_PAYABLE, closure.programme_id)
        movements.append((owner.principal.balance_minor, owner.principal, kept))
    if owner.bonus is not None and owner.bonus.balance_minor:
        group.reserve(owner.bonus, -closure.bonus_minor)
        promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, closure.programme_id)
        movements.append((owner.bonus.balance_minor, owner.bonus, promotion))
    return group.post(Event.CLOSURE_APPROVED, owner.programme, movements) if movements else None
