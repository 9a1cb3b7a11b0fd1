"""Request a funding refund: money of a customer that no order needs is to go back, and is reserved from now on."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import amount, declined
from florin.clearing.customers.allowed import allowed_customer
from florin.clearing.customers.money_views import funding_refund_view, funds_view
from florin.clearing.customers.reservation import funding_account
from florin.clearing.house import ClearingHouse
from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import StrictAccount
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.people import Actor, Role
from florin.storage.corporate.customers import find_customer
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted

WHO_MAY: Final = frozenset({Role.FINANCE})
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFundingRefund:
    """Send free money of a customer back to its bank account. `InvalidField` for what no refund can be."""

    customer_id: UUID
    amount_minor: int
    unit: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no refund can be."""
        require_between("amount", self.amount_minor, 1, MAX_AMOUNT_MINOR)
        if not (1 <= len(self.reason) <= LONGEST_REASON and self.reason.isprintable() and self.reason.strip()):
            raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters")


async def request_funding_refund(
    house: ClearingHouse,
    actor: Actor,
    command: RequestFundingRefund,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Reserve the money and wait for another person's decision; the answer is the refund.

    It is for the bank account in force now, and only that. Declines: ``customer_not_found``, ``role_required``,
    ``currency_mismatch``, ``customer_not_active``, ``refund_account_required``, ``insufficient_funds``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    customer = allowed_customer(await find_customer(house.pool, command.customer_id), actor, WHO_MAY)
    if isinstance(customer, Decline):
        return customer

    def decide(group: Group) -> Outcome:
        return _decide(group, actor, command)

    caller, wanted = Caller(customer.id, actor.session_id, None, request_id), Wanted(customer_id=customer.id)
    return await house.engine.submit(house.request(caller, key, "request_funding_refund", command, wanted, decide))


def _decide(group: Group, actor: Actor, command: RequestFundingRefund) -> Outcome:
    standing, account = group.customer(command.customer_id), funding_account(group, command.customer_id)
    if command.unit != account.unit:
        return declined(Decline.CURRENCY_MISMATCH)
    if standing is None or not standing.is_active:
        return declined(Decline.CUSTOMER_NOT_ACTIVE)
    if standing.refund_account_id is None:
        return declined(Decline.REFUND_ACCOUNT_REQUIRED)
    if command.amount_minor > account.available_minor:
        return _more_than_is_free(account, command.amount_minor)
    refund = FundingRefund(
        id=group.fresh_id(account.shard),
        shard=account.shard,
        programme_id=account.programme_id,
        customer_id=command.customer_id,
        refund_account_id=standing.refund_account_id,
        amount_minor=command.amount_minor,
        unit=account.unit,
        reason=command.reason,
        status=FundingRefundStatus.REQUESTED,
        requested_by=actor.login_id,
        requested_person=actor.person_id,
        requested_at=group.now,
    )
    group.reserve(account, refund.amount_minor)
    group.funding_refunds.add(refund)
    told = {"funding_refund_id": wire_id("funding_refund", refund.id), "amount_minor": refund.amount_minor}
    group.record(actor.session_id, "funding_refund.requested", refund.customer_id, told)
    return Outcome({**funding_refund_view(refund), **funds_view(account)}, subject_id=refund.id)


def _more_than_is_free(account: StrictAccount, amount_minor: int) -> Outcome:
    """The code is that of a card with too little on it; the detail says what it means of a customer's money."""
    return declined(
        Decline.INSUFFICIENT_FUNDS,
        detail="Ask for what is free at most: orders and other refunds have reserved the rest of the customer's money.",
        shortfall=amount(amount_minor - account.available_minor, account.unit),
        balance=amount(account.balance_minor, account.unit),
        available=amount(account.available_minor, account.unit),
    )
