"""Record that a merchant has paid by bank transfer what it owes for cards that it has sold, or some of it.

What it owes is looked at before: a card that is taken back, or a statement that sets something off at the same moment,
may make it less. What was paid too much is owed to the merchant by its next statement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.customers.record_receipt import require_bank_reference
from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DRAFT
from florin.clearing.settlement.views import debt_payment_view
from florin.domain.chart import AccountCode, Event
from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.merchant_debt import MerchantDebtPayment
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.settlement.merchant_debts import debt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PayMerchantDebt:
    """Money that a merchant has paid onto a programme's bank account. `InvalidField` for what no payment can be."""

    programme_id: UUID
    merchant_id: UUID
    bank_reference: str
    amount_minor: int
    unit: str
    received_on: date

    def __post_init__(self) -> None:
        """Refuse what no payment can be."""
        require_between("amount", self.amount_minor, 1, MAX_AMOUNT_MINOR)
        require_bank_reference(self.bank_reference)


async def pay_merchant_debt(
    house: ClearingHouse, actor: Actor, command: PayMerchantDebt, key: str, now: datetime, request_id: str | None = None
) -> Answer | Decline:
    """Take the money off what the merchant owes; the answer is the payment.

    Declines: ``role_required``, ``programme_not_found``, ``merchant_not_found``, ``currency_mismatch``,
    ``merchant_owes_less``; ``duplicate_reference`` when the bank reference stands for another movement of the
    programme's money.

    Raises:
        InvalidField: the money is to come in only after today.
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if not actor.has(*DRAFT):
        return Decline.ROLE_REQUIRED
    catalogue = await read_catalogue(house.pool)
    programme = catalogue.programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    if command.merchant_id not in catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    if command.unit != programme.unit:
        return Decline.CURRENCY_MISMATCH
    if command.received_on > programme.business_date(now):
        raise InvalidField("received_on", "not after today")
    debt = await debt_of(house.pool, programme, command.merchant_id)

    def decide(group: Group) -> Outcome:
        if command.amount_minor > debt.owed_minor:
            return declined(Decline.MERCHANT_OWES_LESS)
        return _post(group, actor, command)

    # As of receipts and payouts the bank's references are the programme's.
    caller = Caller(programme.id, actor.session_id, None, request_id)
    request = house.request(
        caller, key, "pay_merchant_debt", command, Wanted(), decide, reference=command.bank_reference
    )
    return await house.engine.submit(request)


def _post(group: Group, actor: Actor, command: PayMerchantDebt) -> Outcome:
    programme = group.programme(command.programme_id)
    bank = FlowAccount(AccountCode.BANK, programme.id)
    owed = FlowAccount(AccountCode.MERCHANT_RECEIVABLE, command.merchant_id)
    journal_id = group.post(Event.MERCHANT_DEBT_PAID, programme, [(command.amount_minor, bank, owed)])
    payment = MerchantDebtPayment(
        id=group.fresh_id(None),
        programme_id=programme.id,
        merchant_id=command.merchant_id,
        unit=programme.unit,
        amount_minor=command.amount_minor,
        bank_reference=command.bank_reference,
        received_on=command.received_on,
        business_date=group.business_date(programme),
        recorded_by=actor.login_id,
        journal_id=journal_id,
        posted_at=group.now,
    )
    group.add_debt_payment(payment)
    view = debt_payment_view(payment)
    told = {"payment_id": view["id"], "amount_minor": payment.amount_minor}
    group.record(actor.session_id, "merchant.debt_paid", payment.merchant_id, told)
    group.emit("merchant.debt_paid", payment.merchant_id, None, journal_id)
    return Outcome(view, journal_id=journal_id, subject_id=payment.id)
