"""Record that the bank has paid a funding refund, under the bank's own reference."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.customers.money_views import funding_refund_view, funds_view
from florin.clearing.customers.record_receipt import require_bank_reference
from florin.clearing.customers.reservation import funding_account
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundOperation, permit_refund
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.people import Actor, Role
from florin.storage.corporate.funding_refunds import find_funding_refund
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted

WHO_MAY: Final = frozenset({Role.FINANCE})


@dataclass(frozen=True, slots=True)
class PayFundingRefund:
    """An approved refund has left the bank. `InvalidField` for what is no bank reference."""

    refund_id: UUID
    bank_reference: str

    def __post_init__(self) -> None:
        """Refuse what no bank writes."""
        require_bank_reference(self.bank_reference)


async def pay_funding_refund(
    house: ClearingHouse,
    actor: Actor,
    command: PayFundingRefund,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Take the money out of transit and off the bank account; the answer is the refund.

    Also of a suspended customer, because the money is gone. Declines: ``funding_refund_not_found``, ``role_required``,
    ``funding_refund_not_in_state`` unless it is approved; ``duplicate_reference`` when the bank reference stands for
    another movement of the programme's money.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    found = await find_funding_refund(house.pool, command.refund_id)
    if found is None or not actor.may_see(found.customer_id):
        return Decline.FUNDING_REFUND_NOT_FOUND
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED

    def decide(group: Group) -> Outcome:
        return _decide(group, actor, command)

    caller = Caller(found.programme_id, actor.session_id, None, request_id)
    wanted = Wanted(customer_id=found.customer_id, funding_refund_id=found.id)
    return await house.engine.submit(
        house.request(caller, key, "pay_funding_refund", command, wanted, decide, reference=command.bank_reference)
    )


def _decide(group: Group, actor: Actor, command: PayFundingRefund) -> Outcome:
    refund = group.funding_refunds.get(command.refund_id)
    if refund is None:
        return declined(Decline.FUNDING_REFUND_NOT_FOUND)
    following = permit_refund(FundingRefundOperation.PAY, refund.status)
    if isinstance(following, Decline):
        return declined(following)
    refund.status, refund.paid_by, refund.paid_at = following, actor.login_id, group.now
    refund.bank_reference = command.bank_reference
    refund.paid_journal_id = _post(group, refund)
    group.funding_refunds.save(refund)
    told = {"funding_refund_id": wire_id("funding_refund", refund.id), "amount_minor": refund.amount_minor}
    group.record(actor.session_id, "funding_refund.paid", refund.customer_id, told)
    answer = {**funding_refund_view(refund), **funds_view(funding_account(group, refund.customer_id))}
    group.emit("funding.refund_paid", refund.customer_id, None, refund.paid_journal_id)
    return Outcome(answer, journal_id=refund.paid_journal_id, subject_id=refund.id)


def _post(group: Group, refund: FundingRefund) -> UUID:
    programme = group.programme(refund.programme_id)
    in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, programme.id)
    bank = FlowAccount(AccountCode.BANK, programme.id)
    return group.post(Event.FUNDING_REFUND_PAID, programme, [(refund.amount_minor, in_transit, bank)])
