"""Purchase: take money from a card or wallet in favour of a merchant."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from florin.clearing.answers import amount, declined, funds_of, purchase_view
from florin.clearing.house import ClearingHouse
from florin.clearing.low_balance import notice_low_balance
from florin.clearing.payer import Payer, PayWith, identify, refused_by_life, use_consent, wanted_of
from florin.crypto.vault import Vault
from florin.domain.card_life import CardOperation
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.event_time import is_acceptable
from florin.domain.journal import FlowAccount, Movement
from florin.domain.lots import Lots, take
from florin.domain.member_life import MemberOperation
from florin.domain.personal_tier import paid_of, price_for
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Payment
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.domain.purchase import Purchase, PurchaseStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class PurchaseCommand:
    """Pay ``amount_minor`` of ``currency``; with ``allow_partial``, as much of it as there is."""

    pay_with: PayWith
    amount_minor: int
    currency: str
    reference: str
    allow_partial: bool = False
    event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What the merchant says about a purchase: reference, what it asked for, when, and the hold that it captures."""

    reference: str
    requested_minor: int
    event_at: datetime | None = None
    hold_id: UUID | None = None


def purchase(house: ClearingHouse, caller: Caller, key: str, command: PurchaseCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant."""
    wanted = wanted_of(house.vault, command.pay_with)

    def decide(group: Group) -> Outcome:
        return _decide(group, house.vault, caller, command, wanted)

    return house.request(caller, key, "purchase", command, wanted, decide, reference=command.reference)


def _decide(group: Group, vault: Vault, caller: Caller, command: PurchaseCommand, wanted: Wanted) -> Outcome:
    if command.event_at is not None and not is_acceptable(command.event_at, group.now):
        return declined(Decline.EVENT_TIME_NOT_ACCEPTED)
    payer = admit(group, vault, caller, command.pay_with, command.currency, wanted, CardOperation.PURCHASE)
    if isinstance(payer, Decline):
        return declined(payer)
    available = payer.available
    available_minor = available.total_minor
    price_minor = command.amount_minor
    paid_minor = paid_of(price_minor, payer.price_basis_points)
    if paid_minor > available_minor:
        if not command.allow_partial or available_minor <= 0:
            return short_of_funds(payer, paid_minor)
        price_minor, paid_minor = price_for(available_minor, payer.price_basis_points), available_minor
    taken = take(available, paid_minor, payer.programme.spend_order)
    sale = Sale(command.reference, command.amount_minor, command.event_at)
    return settle_purchase(group, caller, payer, sale, taken, price_minor - paid_minor)


def short_of_funds(payer: Payer, wanted_minor: int) -> Outcome:
    """Too little money; the caller has shown that it may know how much is missing."""
    unit = payer.programme.unit
    shortfall_minor = wanted_minor - payer.available.total_minor
    return declined(Decline.INSUFFICIENT_FUNDS, shortfall=amount(shortfall_minor, unit), **funds_of(payer))


def admit(
    group: Group,
    vault: Vault,
    caller: Caller,
    pay_with: PayWith,
    currency: str,
    wanted: Wanted,
    operation: CardOperation,
) -> Payer | Decline:
    """The payer, if the merchant may be paid by it at all.

    The order of the refusals is part of the interface: merchant, card or code and PIN, currency, network,
    the card's or member's life (status, block, expiry), its kind.
    """
    merchant = group.catalogue.merchants.get(caller.id)
    if merchant is None or not merchant.is_active:
        return Decline.MERCHANT_INACTIVE
    payer = identify(group, vault, pay_with, wanted)
    if isinstance(payer, Decline):
        return payer
    if currency != payer.programme.unit:
        return Decline.CURRENCY_MISMATCH
    refusal = _outside_network(group, payer, caller) or refused_by_life(
        group, payer, operation, MemberOperation.HOLD if operation is CardOperation.HOLD else MemberOperation.PURCHASE
    )
    if refusal is None and payer.card is not None and not group.catalogue.products[payer.card.product_id].kind.pays:
        refusal = Decline.CARD_NOT_ACCEPTED
    return refusal or payer


def _outside_network(group: Group, payer: Payer, caller: Caller) -> Decline | None:
    programme = payer.programme
    in_network = group.catalogue.accepts(programme.id, caller.id)
    return _payment_refused(programme.policy_pack, group.business_date(programme), in_network=in_network)


@lru_cache(maxsize=256)
def _payment_refused(pack: str, on: date, *, in_network: bool) -> Decline | None:
    verdict = consult_policy(Payment(in_network), PACKS[PackName(pack)], on)
    return None if isinstance(verdict, Allow) else verdict.decline


def settle_purchase(
    group: Group,
    caller: Caller,
    payer: Payer,
    sale: Sale,
    taken: Lots,
    discount_minor: int,
    purchase_id: UUID | None = None,
) -> Outcome:
    """Post a purchase that has been decided and record it; nothing is refused from here on.

    The merchant gets what is taken and the discount, which the programme pays. ``purchase_id`` is the id that it has
    been promised, None for a new one.
    """
    before_minor = payer.balance_minor
    use_consent(group, payer)
    payable = FlowAccount(AccountCode.MERCHANT_PAYABLE, caller.id)
    movements: list[Movement] = [(amount_minor, account, payable) for amount_minor, account in payer.lots(taken)]
    if discount_minor:
        promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, payer.programme.id)
        movements.append((discount_minor, promotion, payable))
    journal_id = group.post(Event.PURCHASE, payer.programme, movements, event_at=sale.event_at)
    record = Purchase(
        purchase_id or group.fresh_id(payer.shard),
        payer.shard,
        payer.programme.id,
        caller.id,
        caller.terminal_id,
        sale.reference,
        payer.kind,
        payer.owner_id,
        sale.hold_id,
        payer.programme.unit,
        sale.requested_minor,
        taken.principal_minor,
        taken.bonus_minor,
        discount_minor,
        0,
        0,
        0,
        PurchaseStatus.COMPLETED,
        journal_id,
        sale.event_at or group.now,
        group.now,
    )
    group.purchases.add(record)
    low_balance = notice_low_balance(group, payer, before_minor, journal_id)
    answer = purchase_view(record) | funds_of(payer)
    answer["low_balance"] = low_balance
    group.emit("purchase.completed", payer.owner_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=record.id)
