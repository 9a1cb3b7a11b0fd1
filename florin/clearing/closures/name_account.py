"""Name another bank account for what could not be paid: in the same name, given by one person, accepted by another.

Whoever could do that alone could lead money away, so nobody can.
"""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.closures.records import opened_holder, sealed_account
from florin.clearing.closures.views import payout_view
from florin.clearing.house import ClearingHouse
from florin.clearing.membership.read_profile import read_profile
from florin.clearing.payouts.payout_rules import payout_step
from florin.domain.bank_account import BankAccount
from florin.domain.closure import PayoutAccount
from florin.domain.closure_payout import ClosurePayout
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.payout import PayoutOperation, permit_payout
from florin.domain.people import Actor, Role, second_person
from florin.domain.purchase import OwnerKind
from florin.storage.closures.closures import find_closure, find_payout
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

GIVE: Final = frozenset({Role.OPERATOR, Role.FINANCE})
ACCEPT: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})


@dataclass(frozen=True, slots=True)
class NameAccount:
    """Pay a payout to this bank account."""

    payout_id: UUID
    account: BankAccount = field(repr=False)


@dataclass(frozen=True, slots=True)
class AcceptAccount:
    """Pay a payout to the bank account that was named for it."""

    payout_id: UUID


async def name_account(
    house: ClearingHouse, actor: Actor, command: NameAccount, request_id: str | None = None
) -> Answer | Decline:
    """Name an account, in place of one that nobody has accepted yet; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state``, ``payout_account_not_own``;
    ``real_name_required`` where nobody knows in which name it would have to be.

    Raises:
        BusyError, OutcomeUnknownError: the payout tells whether it was done.
    """
    if not actor.has(*GIVE):
        return Decline.ROLE_REQUIRED
    identity = await _identity(house, command.payout_id)

    def decide(group: Group, payout: ClosurePayout) -> Outcome:
        return _name(group, house, actor, command.account, identity, payout)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    return await payout_step(house, CLOSURE_PAYOUTS, caller, "name_payout_account", command, None, decide)


async def accept_account(
    house: ClearingHouse, actor: Actor, payout_id: UUID, proof: CodeProof, request_id: str | None = None
) -> Answer | Decline:
    """Let a payout go to the account that was named for it; what is owed later goes there, too.

    The one-time code is spent by it. Declines: ``role_required``, ``totp_code_incorrect``, ``payout_not_found``,
    ``same_person``, ``payout_not_in_state``. Raises as `name_account`.
    """
    if not actor.has(*ACCEPT):
        return Decline.ROLE_REQUIRED
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT

    def decide(group: Group, payout: ClosurePayout) -> Outcome:
        return _accept(group, actor, payout)

    caller, command = Caller(actor.login_id, actor.session_id, None, request_id), AcceptAccount(payout_id)
    return await payout_step(house, CLOSURE_PAYOUTS, caller, "accept_payout_account", command, None, decide)


async def _identity(house: ClearingHouse, payout_id: UUID) -> Identity | None:
    """Who is paid out: as the closure keeps it, or of an account that was closed empty as the member's record does."""
    payout = await find_payout(house.pool, payout_id)
    closure = None if payout is None else await find_closure(house.pool, payout.closure_id)
    if closure is None:
        return None
    known = opened_holder(house.vault, closure)
    if known is not None or closure.owner_kind is not OwnerKind.MEMBER:
        return known
    profile = await read_profile(house, closure.owner_id)
    return None if profile is None else profile.identity


def _name(
    group: Group,
    house: ClearingHouse,
    actor: Actor,
    account: BankAccount,
    identity: Identity | None,
    payout: ClosurePayout,
) -> Outcome:
    following = permit_payout(PayoutOperation.PROPOSE, payout.status)
    if isinstance(following, Decline):
        return declined(following)
    if identity is None:
        return declined(Decline.REAL_NAME_REQUIRED)
    if not account.is_held_by(identity.name):
        return declined(Decline.PAYOUT_ACCOUNT_NOT_OWN)
    account_id = fresh_id()
    sealed = sealed_account(house.vault, account_id, account)
    named_by = actor.login_id, actor.person_id, group.now
    given = PayoutAccount(account_id, payout.closure_id, account.last4, sealed, *named_by)
    group.add_payout_account(given)
    payout.status, payout.account_id, payout.account_person = following, account_id, actor.person_id
    group.payouts.save(payout)
    told = {"payout_id": wire_id("closure_payout", payout.id)}
    group.record(actor.session_id, "closure.account_named", payout.owner_id, told)
    return Outcome(payout_view(payout), subject_id=payout.id)


def _accept(group: Group, actor: Actor, payout: ClosurePayout) -> Outcome:
    refusal = second_person(payout.account_person, actor)
    if refusal is not None:
        return declined(refusal)
    following = permit_payout(PayoutOperation.ACCEPT, payout.status)
    if isinstance(following, Decline):
        return declined(following)
    payout.status, payout.accepted_by, payout.accepted_person = following, actor.login_id, actor.person_id
    group.payouts.save(payout)
    closure = group.closures.known(payout.closure_id)
    closure.account_id = payout.account_id
    group.closures.save(closure)
    told = {"payout_id": wire_id("closure_payout", payout.id)}
    group.record(actor.session_id, "closure.account_accepted", payout.owner_id, told)
    return Outcome(payout_view(payout), subject_id=payout.id)
