"""Approve what another person has proposed for money in suspense: it is a customer's receipt, or goes back."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from florin.clearing.answers import declined
from florin.clearing.banking.identify_payouts import take_back
from florin.clearing.banking.resolve_item import DECIDE, item_step, note, standing
from florin.clearing.banking.views import item_view
from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.customers.record_receipt import receipt_view
from florin.clearing.customers.reservation import funding_account
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount, InvariantBrokenError
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor, second_person
from florin.domain.receipt import Parties, PaymentMethod
from florin.domain.suspense import (
    ResolutionKind,
    ResolutionOperation,
    SuspenseItem,
    SuspensePayout,
    SuspenseResolution,
    permit_resolution,
)
from florin.storage.banking.payouts_in_suspense import find_booked_payout
from florin.storage.banking.suspense import find_item
from florin.storage.corporate.receipts import Receipt
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Outcome


@dataclass(frozen=True, slots=True)
class ApproveResolution:
    """What is proposed for an item, exactly as it was looked at: ``details_hash`` stands for it."""

    item_id: UUID
    details_hash: bytes


async def approve_resolution(
    house: ClearingHouse,
    actor: Actor,
    command: ApproveResolution,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Post what is proposed, or let the money be paid back with the next payout file. The one-time code is spent by it.

    What waits for the customer's money is funded. The answer is the item. Declines: ``role_required``,
    ``suspense_item_not_found``, ``totp_code_incorrect``, ``suspense_not_in_state`` unless something is proposed,
    ``same_person``, ``suspense_changed`` when it is not what was looked at, ``customer_not_active``,
    ``payout_not_in_state`` when the bank's statement has the payout by now, or people a break about it.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    entry = await find_item(house.pool, command.item_id)
    if entry is None:
        return Decline.SUSPENSE_ITEM_NOT_FOUND
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    customer_id = None if entry.resolution is None else entry.resolution.customer_id
    may_be_payout = await _may_be_payout(house, entry.resolution)

    def approve(group: Group, item: SuspenseItem) -> Outcome:
        resolution = _approvable(group, item, actor, command)
        if isinstance(resolution, Decline):
            return declined(resolution)
        if resolution.kind is ResolutionKind.PAYOUT and not may_be_payout:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        resolution.decided_by, resolution.decided_person = actor.login_id, actor.person_id
        resolution.decided_at, resolution.approved_hash = group.now, command.details_hash
        note(group, actor, "suspense_item.approved", item, resolution)
        if resolution.kind is ResolutionKind.ASSIGN:
            return _assign(group, house, item, resolution)
        if resolution.kind is ResolutionKind.PAYOUT:
            outcome = take_back(group, item, resolution)
            group.suspense_resolutions.save(resolution)
            return outcome
        return _send_back(group, item, resolution)

    answer = await item_step(house, actor, "approve_resolution", command, key, request_id, approve, customer_id)
    if customer_id is not None and isinstance(answer, Answer) and answer.decline is None:
        await fund_waiting_orders(house, customer_id)
    return answer


async def _may_be_payout(house: ClearingHouse, resolution: SuspenseResolution | None) -> bool:
    if resolution is None or resolution.payout_journal_id is None:
        return False
    payout = await find_booked_payout(house.pool, resolution.payout_journal_id)
    return payout is not None and payout.is_open


def _approvable(
    group: Group, item: SuspenseItem, actor: Actor, command: ApproveResolution
) -> SuspenseResolution | Decline:
    resolution = standing(group, item)
    if resolution is None:
        return Decline.SUSPENSE_NOT_IN_STATE
    following = permit_resolution(ResolutionOperation.APPROVE, resolution.status)
    if isinstance(following, Decline):
        return following
    refusal = second_person(resolution.proposed_person, actor)
    if refusal is not None:
        return refusal
    if resolution.details_hash != command.details_hash:
        return Decline.SUSPENSE_CHANGED
    if resolution.customer_id is not None:
        customer = group.customer(resolution.customer_id)
        if customer is None or not customer.is_active:
            return Decline.CUSTOMER_NOT_ACTIVE
    resolution.status = following
    return resolution


def _assign(group: Group, house: ClearingHouse, item: SuspenseItem, resolution: SuspenseResolution) -> Outcome:
    if resolution.customer_id is None or resolution.parties_encrypted is None or resolution.decided_by is None:
        raise InvariantBrokenError("an assignment without a customer")
    programme, account = group.programme(item.programme_id), funding_account(group, resolution.customer_id)
    suspense = FlowAccount(AccountCode.SUSPENSE, item.counterparty_id)
    journal_id = group.post(Event.SUSPENSE_ASSIGNED, programme, [(item.amount_minor, suspense, account)])
    receipt_id, seal = group.fresh_id(account.shard), house.vault.receipt_parties
    parties = msgspec.json.decode(seal.open(resolution.parties_encrypted, resolution.id.bytes), type=Parties)
    receipt = Receipt(
        id=receipt_id,
        shard=account.shard,
        programme_id=programme.id,
        customer_id=resolution.customer_id,
        method=PaymentMethod.BANK_TRANSFER.value,
        bank_reference=item.bank_reference,
        amount_minor=item.amount_minor,
        unit=item.unit,
        payment_reference=resolution.payment_reference,
        parties_encrypted=seal.seal(msgspec.json.encode(parties), receipt_id.bytes),
        received_on=item.booked_on,
        recorded_by=resolution.decided_by,
        journal_id=journal_id,
        posted_at=group.now,
    )
    group.add_receipt(receipt)
    resolution.journal_id, resolution.receipt_id = journal_id, receipt_id
    group.suspense_resolutions.save(resolution)
    # Its customer is told what any receipt tells, and not what finance is answered.
    group.emit("funding.received", resolution.customer_id, receipt_view(receipt, account), journal_id)
    return Outcome(item_view(item, resolution), journal_id=journal_id, subject_id=item.id)


def _send_back(group: Group, item: SuspenseItem, resolution: SuspenseResolution) -> Outcome:
    payout = SuspensePayout(
        id=group.fresh_id(None),
        programme_id=item.programme_id,
        unit=item.unit,
        amount_minor=item.amount_minor,
        status=PayoutStatus.DUE,
        made_at=group.now,
        item_id=item.id,
        resolution_id=resolution.id,
        counterparty_id=item.counterparty_id,
    )
    group.suspense_payouts.add(payout)
    group.suspense_resolutions.save(resolution)
    return Outcome(item_view(item, resolution, payout), subject_id=item.id)
