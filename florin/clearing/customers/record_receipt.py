"""Record a receipt: money of a customer that the bank has, or that lies in the till. The bank's reference names it.

A bank reference counts once in a programme. Who records the same receipt again, under whatever key, gets the answer of
the first time; a receipt that differs is refused, because one of the two is wrong.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.answers import Json, amount, declined, instant
from florin.clearing.customers.allowed import allowed_customer
from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.customers.money_views import funds_view
from florin.clearing.customers.reservation import funding_account
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount, StrictAccount
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.names import spelled_name
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import Actor, Role
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import CompanyPayment
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.domain.programme import Programme
from florin.domain.receipt import Parties, PaymentMethod
from florin.storage.catalogue import read_catalogue
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.receipts import Receipt, receipt_under
from florin.storage.corporate.waiting_orders import price_of_order
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted

WHO_MAY: Final = frozenset({Role.FINANCE})
LONGEST_REFERENCE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt:
    """Money that a customer has paid. `InvalidField` for what no receipt can be.

    ``bank_reference`` is what the bank calls the transfer, or the number of the slip for cash. ``payment_reference`` is
    that of the order which the payer has named, if any; cash always names its order.
    """

    customer_id: UUID
    method: PaymentMethod
    bank_reference: str
    amount_minor: int
    unit: str
    received_on: date
    parties: Parties
    payment_reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no receipt can be."""
        require_between("amount", self.amount_minor, 1, MAX_AMOUNT_MINOR)
        require_bank_reference(self.bank_reference)
        self.parties.require_accounts(self.method)
        if self.payment_reference is None and self.method is PaymentMethod.CASH:
            raise InvalidField("payment_reference", "cash names the order that it pays")
        if self.payment_reference is not None:
            spelled_name("payment_reference", self.payment_reference)

    @property
    def order_reference(self) -> str | None:
        """The payment reference in its one spelling; what is none of ours stays as the payer wrote it."""
        given = self.payment_reference
        return None if given is None else normalise_reference(given) or spelled_name("payment_reference", given)


async def record_receipt(
    house: ClearingHouse, actor: Actor, command: RecordReceipt, key: str, now: datetime, request_id: str | None = None
) -> Answer | Decline:
    """Add the money to the customer's funding account, and fund what waits for it; a repetition counts nothing twice.

    The money of a suspended customer is recorded too, but funds nothing. Declines: ``customer_not_found``,
    ``role_required``, ``currency_mismatch``, ``order_not_found`` for cash of an order that is not there,
    ``bank_transfer_required``; ``receipt_differs`` tells the ``receipt_id`` that has the bank reference.

    Raises:
        InvalidField: the money is to come in only after today.
        KeyReusedError: the key was used for another receipt.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    customer = allowed_customer(await find_customer(house.pool, command.customer_id), actor, WHO_MAY)
    if isinstance(customer, Decline):
        return customer
    programme = (await read_catalogue(house.pool)).programmes[customer.programme_id]
    if command.unit != programme.unit:
        return Decline.CURRENCY_MISMATCH
    if command.received_on > programme.business_date(now):
        raise InvalidField("received_on", "not after today")
    price_minor = None
    if command.order_reference is not None:
        price_minor = await price_of_order(house.pool, customer.id, command.order_reference)
    caller = Caller(programme.id, actor.session_id, None, request_id)
    request = _request(house, caller, actor, key, command, price_minor)
    answer = await house.engine.submit(request)
    if answer.decline is Decline.DUPLICATE_REFERENCE:
        return await _told_before(house, request, command)
    if answer.decline is None:
        await fund_waiting_orders(house, customer.id)
    return answer


def require_bank_reference(text: str) -> None:
    """Refuse a bank's reference that is empty, too long or has spaces around it: `InvalidField`."""
    if spelled_name("bank_reference", text) != text or len(text) > LONGEST_REFERENCE:
        raise InvalidField("bank_reference", f"1 to {LONGEST_REFERENCE} printable characters, no needless spaces")


def _request(
    house: ClearingHouse, caller: Caller, actor: Actor, key: str, command: RecordReceipt, price_minor: int | None
) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        programme = group.programme(caller.id)
        refusal = _refusal(group, programme, command, price_minor)
        return declined(refusal) if refusal is not None else _post(group, house, programme, actor, command)

    wanted = Wanted(customer_id=command.customer_id)
    # Two clerks who write one payment reference in two ways have recorded the same receipt.
    told = replace(command, payment_reference=command.order_reference)
    return house.request(caller, key, "record_receipt", told, wanted, decide, reference=command.bank_reference)


def _refusal(group: Group, programme: Programme, command: RecordReceipt, price_minor: int | None) -> Decline | None:
    in_cash = command.method is PaymentMethod.CASH
    if in_cash and price_minor is None:
        return Decline.ORDER_NOT_FOUND
    payment = CompanyPayment(max(command.amount_minor, price_minor or 0), in_cash=in_cash)
    verdict = consult_policy(payment, PACKS[PackName(programme.policy_pack)], group.business_date(programme))
    return None if isinstance(verdict, Allow) else verdict.decline


def _post(group: Group, house: ClearingHouse, programme: Programme, actor: Actor, command: RecordReceipt) -> Outcome:
    account = funding_account(group, command.customer_id)
    bank = FlowAccount(AccountCode.BANK, programme.id)
    journal_id = group.post(Event.FUNDING_RECEIVED, programme, [(command.amount_minor, bank, account)])
    receipt_id = group.fresh_id(account.shard)
    receipt = Receipt(
        id=receipt_id,
        shard=account.shard,
        programme_id=programme.id,
        customer_id=command.customer_id,
        method=command.method.value,
        bank_reference=command.bank_reference,
        amount_minor=command.amount_minor,
        unit=programme.unit,
        payment_reference=command.order_reference,
        parties_encrypted=house.vault.receipt_parties.seal(msgspec.json.encode(command.parties), receipt_id.bytes),
        received_on=command.received_on,
        recorded_by=actor.login_id,
        journal_id=journal_id,
        posted_at=group.now,
    )
    group.add_receipt(receipt)
    group.emit("funding.received", command.customer_id, None, journal_id)
    return Outcome(receipt_view(receipt, account), journal_id=journal_id, subject_id=receipt_id)


def receipt_view(receipt: Receipt, account: StrictAccount) -> Json:
    """A receipt, and how the customer's money stands with it."""
    return {
        "id": wire_id("receipt", receipt.id),
        "customer_id": wire_id("customer", receipt.customer_id),
        "method": receipt.method,
        "bank_reference": receipt.bank_reference,
        "amount": amount(receipt.amount_minor, receipt.unit),
        "payment_reference": receipt.payment_reference,
        "received_on": receipt.received_on.isoformat(),
        "journal_id": wire_id("journal", receipt.journal_id),
        "posted_at": instant(receipt.posted_at),
        **funds_view(account),
    }


async def _told_before(house: ClearingHouse, request: PostingRequest, command: RecordReceipt) -> Answer | Decline:
    """What was answered when the bank reference was recorded, if everything else is the same; a decline otherwise."""
    first = await receipt_under(house.pool, request.caller.id, command.bank_reference)
    if first is not None and first.fingerprint == request.fingerprint:
        return Answer(None, first.answer, replayed=True, journal_id=first.journal_id, subject_id=first.receipt_id)
    told = {} if first is None else {"receipt_id": wire_id("receipt", first.receipt_id)}
    return Answer(Decline.RECEIPT_DIFFERS, msgspec.json.encode(told))
