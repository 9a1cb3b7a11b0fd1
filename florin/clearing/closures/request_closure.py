"""Request a closure: from this moment on the account's money is kept for the payout, and nothing of it can be spent.

What is kept is the principal, which moves to the account of closures in the same transaction, and the bonus, which is
held. The account still takes what was on its way already, a merchant's refund or a payment that arrives late: that is
added when the closure is approved.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.holder import Holder, Shown, card_to_close, member_to_close
from florin.clearing.closures.records import details_hash, sealed_account, sealed_holder
from florin.clearing.closures.requester import Requester
from florin.clearing.closures.send_code import send_first_code
from florin.clearing.closures.standing import give_up, refused_by_life, refused_by_policy, wanted_of
from florin.clearing.closures.views import closure_view
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import Payer, payer_of
from florin.clearing.throttled import by_id
from florin.domain.bank_account import BankAccount
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import VERIFICATION_LIFETIME, Closure, ClosureStatus, PayoutAccount
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.people import Actor, Role
from florin.domain.purchase import OwnerKind
from florin.domain.sign_in_names import normalise_mail
from florin.domain.throttle_rules import CLOSURE_REQUESTS_BY_MEMBER, RateLimited
from florin.storage.closures.closures import closure_of, open_business
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SignedIn
from florin.storage.people.throttle import admit, give_back
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Outcome

WHO_MAY: Final = frozenset({Role.OPERATOR, Role.MANAGER})
"""Who asks for a closure in a holder's place."""


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the money is to go: a bank account, or cash. Both is `InvalidField`; neither is enough for nothing."""

    account: BankAccount | None = field(default=None, repr=False)
    in_cash: bool = False

    def __post_init__(self) -> None:
        """Refuse what would leave open where the money goes."""
        if self.in_cash and self.account is not None:
            raise InvalidField("account", "either a bank account or cash")


@dataclass(frozen=True, slots=True)
class RequestClosure:
    """Close an account and pay its money out."""

    owner_kind: OwnerKind
    owner_id: UUID
    pay_to: PayTo


async def close_own_account(
    house: ClearingHouse, who: SignedIn, pay_to: PayTo, key: str, now: datetime, request_id: str | None = None
) -> Answer | Decline | RateLimited:
    """The signed-in member gives the account up; the answer is the closure. Declines as `close_members_account`.

    Limited by member, so that a stolen session fills no mailbox.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    charges = [by_id(house.vault, CLOSURE_REQUESTS_BY_MEMBER, who.member_id)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    command = RequestClosure(OwnerKind.MEMBER, who.member_id, pay_to)
    answer = await _close_member(house, Requester.member(who, request_id), command, key, now)
    if isinstance(answer, Decline) or answer.decline is not None or answer.replayed:
        await give_back(house.pool, charges, now)
    return answer


async def close_members_account(
    house: ClearingHouse,
    actor: Actor,
    member_id: UUID,
    pay_to: PayTo,
    key: str,
    now: datetime,
    request_id: str | None = None,
) -> Answer | Decline:
    """Customer service asks in the member's place; only the member can confirm it.

    Declines: ``role_required``, ``member_not_found``, ``member_not_active``, ``closure_under_way``,
    ``verification_impossible``, ``real_name_required``, ``payout_account_not_own``, ``payout_account_required``,
    ``bank_transfer_required``, ``dispute_open``, ``payment_open``, ``open_holds``. Raises as `close_own_account`.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    command = RequestClosure(OwnerKind.MEMBER, member_id, pay_to)
    return await _close_member(house, Requester.ours(actor, request_id), command, key, now)


async def close_card(
    house: ClearingHouse,
    actor: Actor,
    card_id: UUID,
    shown: Shown,
    pay_to: PayTo,
    key: str,
    now: datetime,
    request_id: str | None = None,
) -> Answer | Decline:
    """Customer service asks for the holder of a registered card, who shows the document that the card was bought with.

    Declines as `close_members_account`, and of the card: ``card_not_found``, ``card_not_registered``,
    ``identity_differs``, ``card_not_active``, ``card_blocked``. Raises as `close_own_account`; `InvalidField` for what
    is no mail address.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    shown = Shown(shown.identity, normalise_mail(shown.mail))
    by, command = Requester.ours(actor, request_id), RequestClosure(OwnerKind.CARD, card_id, pay_to)
    return await _ask(house, by, command, await card_to_close(house, card_id, shown, now), key, now)


async def _close_member(
    house: ClearingHouse, by: Requester, command: RequestClosure, key: str, now: datetime
) -> Answer | Decline:
    return await _ask(house, by, command, await member_to_close(house, command.owner_id), key, now)


async def _ask(
    house: ClearingHouse,
    by: Requester,
    command: RequestClosure,
    holder: Holder | Decline,
    key: str,
    now: datetime,
) -> Answer | Decline:
    if isinstance(holder, Decline):
        return holder
    refusal = _refused_by_record(holder, command.pay_to) or await refused_by_business(house, command.owner_id)
    if refusal is not None:
        return refusal

    def decide(group: Group) -> Outcome:
        return _decide(group, house, by, command, holder)

    wanted = wanted_of(command.owner_kind, command.owner_id)
    answer = await house.engine.submit(house.request(by.caller, key, "request_closure", command, wanted, decide))
    if answer.decline is None and not holder.has_totp:
        closure = await closure_of(house.pool, command.owner_id)
        if closure is not None:
            await send_first_code(house, closure, now)
    return answer


def _refused_by_record(holder: Holder, pay_to: PayTo) -> Decline | None:
    if not holder.has_totp and holder.mail is None:
        return Decline.VERIFICATION_IMPOSSIBLE
    if pay_to.account is None:
        return None
    if holder.identity is None:
        return Decline.REAL_NAME_REQUIRED
    return None if pay_to.account.is_held_by(holder.identity.name) else Decline.PAYOUT_ACCOUNT_NOT_OWN


async def refused_by_business(house: ClearingHouse, owner_id: UUID) -> Decline | None:
    """Why an account is not closed now: ``dispute_open``, ``payment_open``; what begins later is paid out later."""
    business = await open_business(house.pool, owner_id)
    if business.disputes:
        return Decline.DISPUTE_OPEN
    return Decline.PAYMENT_OPEN if business.payments else None


def _decide(group: Group, house: ClearingHouse, by: Requester, command: RequestClosure, holder: Holder) -> Outcome:
    if command.owner_kind is OwnerKind.CARD and group.card(command.owner_id) is None:
        return declined(Decline.CARD_NOT_FOUND)
    owner = payer_of(group, command.owner_kind, command.owner_id)
    refusal = refused_by_life(group, owner) or _refused_by_money(group, owner, command, holder)
    if refusal is not None:
        return declined(refusal)
    closure = _closure(group, house, by, command, owner, holder)
    give_up(group, owner)
    if closure.principal_minor:
        kept = FlowAccount(AccountCode.CLOSURE_PAYABLE, closure.programme_id)
        moved = [(closure.principal_minor, owner.principal, kept)]
        closure.journal_id = group.post(Event.CLOSURE_REQUESTED, owner.programme, moved)
    if owner.bonus is not None and closure.bonus_minor:
        group.reserve(owner.bonus, closure.bonus_minor)
    group.closures.add(closure)
    view = closure_view(closure)
    told = {"closure_id": wire_id("closure", closure.id), "amount_minor": closure.principal_minor}
    group.record(by.caller.actor_id, "closure.requested", owner.owner_id, told)
    group.emit("closure.requested", owner.owner_id, None if closure.journal_id else view, closure.journal_id)
    return Outcome(view, journal_id=closure.journal_id, subject_id=closure.id)


def _refused_by_money(group: Group, owner: Payer, command: RequestClosure, holder: Holder) -> Decline | None:
    if owner.available.total_minor != owner.balance_minor:
        return Decline.OPEN_HOLDS
    amount_minor, pay_to = owner.principal.balance_minor, command.pay_to
    if not amount_minor:
        return None
    shown = holder.identity is not None
    refusal = refused_by_policy(group, owner, amount_minor, in_cash=pay_to.in_cash, identity_shown=shown)
    if refusal is not None:
        return refusal
    return None if pay_to.in_cash or pay_to.account is not None else Decline.PAYOUT_ACCOUNT_REQUIRED


def _closure(
    group: Group, house: ClearingHouse, by: Requester, command: RequestClosure, owner: Payer, holder: Holder
) -> Closure:
    closure_id, account, known = fresh_id(shard_of(owner.owner_id)), command.pay_to.account, holder.identity
    closure = Closure(
        id=closure_id,
        shard=owner.shard,
        programme_id=owner.programme.id,
        owner_kind=owner.kind,
        owner_id=owner.owner_id,
        unit=owner.programme.unit,
        principal_minor=owner.principal.balance_minor,
        bonus_minor=0 if owner.bonus is None else owner.bonus.balance_minor,
        in_cash=command.pay_to.in_cash,
        account_id=None if account is None else fresh_id(),
        details_hash=b"",
        status=ClosureStatus.REQUESTED,
        requested_by=by.acted_by,
        requested_person=by.person_id,
        requested_at=group.now,
        verify_until=group.now + VERIFICATION_LIFETIME,
        identity_encrypted=None if known is None else sealed_holder(house.vault, closure_id, known),
    )
    if owner.card is not None and holder.mail is not None:
        closure.mail_encrypted = house.vault.closure_mails.seal(holder.mail.encode(), closure_id.bytes)
    if account is not None and closure.account_id is not None:
        group.add_payout_account(
            PayoutAccount(
                closure.account_id,
                closure_id,
                account.last4,
                sealed_account(house.vault, closure.account_id, account),
                by.acted_by,
                by.person_id,
                group.now,
            )
        )
    last4 = None if account is None else account.last4
    closure.details_hash = details_hash(house.vault, closure, None if known is None else known.name, last4)
    return closure
