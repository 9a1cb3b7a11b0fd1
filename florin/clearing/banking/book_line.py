"""Do what a line of a bank is for, once: it becomes a receipt, settles or returns a payment, or goes to suspense.

Everything is posted by the verbs that people use, under a key made of the line; so whoever does it again, after
whatever has ended a process in between, posts nothing a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.clearing.banking.line_facts import LookedAt
from florin.clearing.banking.suspend import suspend_line
from florin.clearing.banking.the_bank import THE_BANK
from florin.clearing.customers.pay_funding_refund import PayFundingRefund, pay_funding_refund
from florin.clearing.customers.record_receipt import RecordReceipt, record_receipt
from florin.clearing.house import ClearingHouse
from florin.clearing.netting.netting_payouts import receive_netting_payout
from florin.clearing.payouts.book_payout import (
    LONGEST_REASON,
    ReturnPayout,
    SettlePayout,
    return_payout,
    settle_payout,
)
from florin.clearing.payouts.kinds import PAYOUT_RULES
from florin.clearing.settlement.pay_merchant_debt import PayMerchantDebt, pay_merchant_debt
from florin.domain.bank_line import (
    Known,
    Leave,
    LeftReason,
    NamedDebtor,
    NamedOrder,
    NamedPayment,
    PayDebt,
    Purpose,
    Receive,
    ReceiveNetting,
    Return,
    Settle,
    Suspend,
)
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payout import PayoutKind, PayoutStatus
from florin.domain.receipt import PaymentMethod
from florin.domain.statement_line import Direction
from florin.domain.suspense import SuspenseReason
from florin.storage.banking.lines_to_book import LINE_KEY
from florin.storage.posting.request import Answer, KeyReusedError


class Outcome(StrEnum):
    """What a line has done."""

    RECEIVED = auto()
    SETTLED = auto()
    RETURNED = auto()
    RECORDED_BEFORE = auto()  # somebody of ours was quicker; the line stands for what was recorded
    IN_SUSPENSE = auto()
    LEFT = auto()  # matching is to see it


@dataclass(frozen=True, slots=True)
class Booked:
    """What a line has done, by which journal, or why it did no more."""

    outcome: Outcome
    journal_id: UUID | None = None
    reason: str | None = None


VERBS: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "record_receipt": Outcome.RECEIVED,
        "pay_merchant_debt": Outcome.RECEIVED,
        "receive_netting_payout": Outcome.RECEIVED,
        "settle_payout": Outcome.SETTLED,
        "pay_funding_refund": Outcome.SETTLED,
        "return_payout": Outcome.RETURNED,
        "suspend_line": Outcome.IN_SUSPENSE,
    }
)
"""What a line has done when its key was used for such an operation."""


async def book_line(house: ClearingHouse, looked_at: LookedAt, purpose: Purpose, now: datetime) -> Booked:
    """Do what a line is for.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again, which posts nothing twice.
    """
    try:
        return await _book(house, looked_at, purpose, now)
    except KeyReusedError:
        # It was refused before, and would be something else by now: people are to see it.
        if looked_at.line.direction is Direction.OUT:
            return Booked(Outcome.LEFT, reason=LeftReason.REFUSED)
        return await _suspend(house, looked_at, SuspenseReason.REFUSED)


async def _book(house: ClearingHouse, looked_at: LookedAt, purpose: Purpose, now: datetime) -> Booked:
    match purpose:
        case Known(journal_id):
            return Booked(Outcome.RECORDED_BEFORE, journal_id)
        case Leave(reason):
            return Booked(Outcome.LEFT, reason=reason)
        case Suspend(reason):
            return await _suspend(house, looked_at, reason)
        case Receive(order):
            return await _receive(house, looked_at, order, now)
        case PayDebt(debtor):
            return await _pay_debt(house, looked_at, debtor, now)
        case Settle(payment):
            answer = await _settle(house, payment, looked_at.bank_reference, _key(looked_at))
            return _booked(Outcome.SETTLED, answer) or Booked(Outcome.LEFT, reason=_left(answer))
        case Return(payment, kind):
            return await _return(house, looked_at, payment, kind)
        case ReceiveNetting(payment):
            arrived = SettlePayout(payment.id, looked_at.bank_reference)
            answer = await receive_netting_payout(house, THE_BANK, arrived, _key(looked_at))
            return _booked(Outcome.RECEIVED, answer) or await _suspend(house, looked_at, SuspenseReason.REFUSED)


async def _receive(house: ClearingHouse, looked_at: LookedAt, order: NamedOrder, now: datetime) -> Booked:
    line, parties = looked_at.line, looked_at.parties
    if parties is None:
        raise TypeError("a line that is received tells who has paid")
    command = RecordReceipt(
        customer_id=order.customer_id,
        method=PaymentMethod.BANK_TRANSFER,
        bank_reference=looked_at.bank_reference,
        amount_minor=line.amount_minor,
        unit=line.currency,
        received_on=min(line.booked_on, looked_at.programme.business_date(now)),
        parties=parties,
        payment_reference=order.payment_reference,
    )
    answer = await record_receipt(house, THE_BANK, command, _key(looked_at), now)
    # Where the reference stands for something else, it does so of a line in suspense, too.
    return _booked(Outcome.RECEIVED, answer) or await _suspend(house, looked_at, SuspenseReason.REFUSED)


async def _pay_debt(house: ClearingHouse, looked_at: LookedAt, debtor: NamedDebtor, now: datetime) -> Booked:
    line, programme = looked_at.line, looked_at.programme
    command = PayMerchantDebt(
        programme_id=programme.id,
        merchant_id=debtor.merchant_id,
        bank_reference=looked_at.bank_reference,
        amount_minor=line.amount_minor,
        unit=line.currency,
        received_on=min(line.booked_on, programme.business_date(now)),
    )
    answer = await pay_merchant_debt(house, THE_BANK, command, _key(looked_at), now)
    return _booked(Outcome.RECEIVED, answer) or await _suspend(house, looked_at, SuspenseReason.REFUSED)


async def _return(house: ClearingHouse, looked_at: LookedAt, payment: NamedPayment, kind: PayoutKind) -> Booked:
    """A bank that gives money back has taken it before, whatever statement shows that, and when it does."""
    if payment.status is PayoutStatus.SENT:
        shown = f"{wire_id('statement_line', looked_at.line.id)}/shown"
        await _settle(house, payment, shown, f"{_key(looked_at)} shown")
    reason = _reason(looked_at.details.text)
    command = ReturnPayout(payment.id, looked_at.bank_reference, reason)
    answer = await return_payout(house, THE_BANK, PAYOUT_RULES[kind], command, _key(looked_at))
    return _booked(Outcome.RETURNED, answer) or await _suspend(house, looked_at, SuspenseReason.PAYOUT_NOT_SENT)


async def _settle(house: ClearingHouse, payment: NamedPayment, reference: str, key: str) -> Answer | Decline:
    if payment.kind is None:
        return await pay_funding_refund(house, THE_BANK, PayFundingRefund(payment.id, reference), key)
    return await settle_payout(house, THE_BANK, PAYOUT_RULES[payment.kind], SettlePayout(payment.id, reference), key)


async def _suspend(house: ClearingHouse, looked_at: LookedAt, reason: SuspenseReason) -> Booked:
    answer = await suspend_line(house, looked_at.line, reason, looked_at.bank_reference)
    if answer.decline is not None:
        return Booked(Outcome.LEFT, reason=LeftReason.REFERENCE_TAKEN)
    return Booked(Outcome.IN_SUSPENSE, answer.journal_id)


def _booked(outcome: Outcome, answer: Answer | Decline) -> Booked | None:
    if isinstance(answer, Decline) or answer.decline is not None:
        return None
    return Booked(outcome, answer.journal_id)


def _decline(answer: Answer | Decline) -> Decline | None:
    return answer if isinstance(answer, Decline) else answer.decline


def _left(answer: Answer | Decline) -> LeftReason:
    taken = _decline(answer) is Decline.DUPLICATE_REFERENCE
    return LeftReason.REFERENCE_TAKEN if taken else LeftReason.REFUSED


def _key(looked_at: LookedAt) -> str:
    return LINE_KEY + looked_at.line.id.hex


def _reason(text: str | None) -> str:
    """What the bank says about a return, as far as it can be kept."""
    plain = " ".join("".join(each if each.isprintable() else " " for each in text or "").split())
    return plain[:LONGEST_REASON].strip() or "sent back by the bank"
