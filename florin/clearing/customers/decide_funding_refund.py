"""Decide on a funding refund: a second person sends the money on its way, or frees it again."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.customers.money_views import funding_refund_view, funds_view
from florin.clearing.customers.reservation import funding_account
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundOperation, permit_refund
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.people import Actor, Role, second_person
from florin.storage.corporate.funding_refunds import find_funding_refund
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted

WHO_MAY: Final = frozenset({Role.FINANCE_APPROVER})


@dataclass(frozen=True, slots=True)
class DecideFundingRefund:
    """Approve a refund, or refuse it."""

    refund_id: UUID
    approve: bool


async def decide_funding_refund(
    house: ClearingHouse,
    actor: Actor,
    command: DecideFundingRefund,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Post an approved refund, or release a refused one; the answer is the refund. The one-time code is spent by it.

    Declines: ``funding_refund_not_found``, ``role_required``, ``totp_code_incorrect``, ``same_person``,
    ``funding_refund_not_in_state``; of an approval also ``customer_not_active`` and ``refund_account_changed``, when
    the bank account that it was requested for is not the one in force at this moment.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    found = await find_funding_refund(house.pool, command.refund_id)
    if found is None or not actor.may_see(found.customer_id):
        return Decline.FUNDING_REFUND_NOT_FOUND
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    answer = await house.engine.submit(_request(house, actor, command, found.customer_id, key, request_id))
    if answer.decline is None and not command.approve:
        await fund_waiting_orders(house, found.customer_id)
    return answer


def _request(
    house: ClearingHouse,
    actor: Actor,
    command: DecideFundingRefund,
    customer_id: UUID,
    key: str,
    request_id: str | None,
) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        refund = _decidable(group, actor, command)
        if isinstance(refund, Decline):
            return declined(refund)
        return _approve(group, refund) if command.approve else _refuse(group, refund)

    caller = Caller(customer_id, actor.session_id, None, request_id)
    wanted = Wanted(customer_id=customer_id, funding_refund_id=command.refund_id)
    return house.request(caller, key, "decide_funding_refund", command, wanted, decide)


def _decidable(group: Group, actor: Actor, command: DecideFundingRefund) -> FundingRefund | Decline:
    refund = group.funding_refunds.get(command.refund_id)
    if refund is None:
        return Decline.FUNDING_REFUND_NOT_FOUND
    refusal = second_person(refund.requested_person, actor)
    if refusal is not None:
        return refusal
    operation = FundingRefundOperation.APPROVE if command.approve else FundingRefundOperation.REFUSE
    following = permit_refund(operation, refund.status)
    if isinstance(following, Decline):
        return following
    if command.approve and (refusal := _not_to_be_sent(group, refund)) is not None:
        return refusal
    refund.status, refund.decided_at = following, group.now
    refund.decided_by, refund.decided_person = actor.login_id, actor.person_id
    told = {"funding_refund_id": wire_id("funding_refund", refund.id), "amount_minor": refund.amount_minor}
    group.record(actor.session_id, f"funding_refund.{following}", refund.customer_id, told)
    group.funding_refunds.save(refund)
    return refund


def _not_to_be_sent(group: Group, refund: FundingRefund) -> Decline | None:
    standing = group.customer(refund.customer_id)
    if standing is None or not standing.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    return None if standing.refund_account_id == refund.refund_account_id else Decline.REFUND_ACCOUNT_CHANGED


def _approve(group: Group, refund: FundingRefund) -> Outcome:
    account, programme = funding_account(group, refund.customer_id), group.programme(refund.programme_id)
    in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, programme.id)
    group.reserve(account, -refund.amount_minor)
    refund.journal_id = group.post(Event.FUNDING_REFUNDED, programme, [(refund.amount_minor, account, in_transit)])
    group.emit("funding.refunded", refund.customer_id, None, refund.journal_id)
    answer = {**funding_refund_view(refund), **funds_view(account)}
    return Outcome(answer, journal_id=refund.journal_id, subject_id=refund.id)


def _refuse(group: Group, refund: FundingRefund) -> Outcome:
    account = funding_account(group, refund.customer_id)
    group.reserve(account, -refund.amount_minor)
    return Outcome({**funding_refund_view(refund), **funds_view(account)}, subject_id=refund.id)
