"""Capture: turn a hold into a purchase of at most what it reserves; the rest is free again."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import amount, declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import payer_of, refused_by_life
from florin.clearing.purchase import Sale, settle_purchase
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.lots import Lots, take
from florin.domain.member_life import MemberOperation
from florin.domain.personal_tier import paid_of
from florin.domain.purchase import Hold, HoldStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class CaptureCommand:
    """Take ``amount_minor`` of ``currency`` (None: all) of what a hold reserves."""

    hold_id: UUID
    amount_minor: int | None
    currency: str | None
    reference: str


def capture(house: ClearingHouse, caller: Caller, key: str, command: CaptureCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that holds."""
    wanted = Wanted(hold_id=command.hold_id)

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, command)

    return house.request(caller, key, "capture", command, wanted, decide, reference=command.reference)


def _decide(group: Group, caller: Caller, command: CaptureCommand) -> Outcome:
    reserved = open_hold(group, caller, command.hold_id)
    if isinstance(reserved, Decline):
        return declined(reserved)
    if reserved.payment_id is not None:
        return declined(Decline.HOLD_AWAITS_PAYMENT)
    if command.currency not in (None, reserved.unit):
        return declined(Decline.CURRENCY_MISMATCH)
    amount_minor = reserved.amount_minor if command.amount_minor is None else command.amount_minor
    if amount_minor > reserved.amount_minor:
        return declined(Decline.CAPTURE_EXCEEDS_HOLD, held=amount(reserved.amount_minor, reserved.unit))
    payer = payer_of(group, reserved.owner_kind, reserved.owner_id)
    refusal = refused_by_life(group, payer, CardOperation.CAPTURE, MemberOperation.CAPTURE)
    if refusal is not None:
        return declined(refusal)
    kept = Lots(reserved.principal_minor, reserved.bonus_minor)
    # What was held is the whole price; a tier takes its discount off what is captured, and the rest is free again.
    paid_minor = paid_of(amount_minor, payer.price_basis_points)
    taken = take(kept, paid_minor, payer.programme.spend_order)
    group.end_hold(reserved, HoldStatus.CAPTURED)
    sale = Sale(command.reference, amount_minor, hold_id=reserved.id)
    return settle_purchase(group, caller, payer, sale, taken, amount_minor - paid_minor)


def open_hold(group: Group, caller: Caller, hold_id: UUID) -> Hold | Decline:
    """The merchant's own hold, if it still reserves anything."""
    merchant = group.catalogue.merchants.get(caller.id)
    if merchant is None or not merchant.is_active:
        return Decline.MERCHANT_INACTIVE
    found = group.holds.get(hold_id)
    if found is None or found.merchant_id != caller.id:
        return Decline.HOLD_NOT_FOUND
    if found.status is HoldStatus.EXPIRED:
        return Decline.HOLD_EXPIRED
    if found.status is not HoldStatus.OPEN:
        return Decline.HOLD_NOT_OPEN
    return found
