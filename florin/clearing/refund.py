"""Refund: give back part or all of a purchase, into the lots that it came from, never more than it took."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import amount, declined, instant, returned_to
from florin.clearing.give_back import (
    above_cap,
    own_purchase,
    receiver_of,
    return_to_lots,
    share_of_discount,
    unable_to_receive,
)
from florin.clearing.house import ClearingHouse
from florin.domain.chart import Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted
from florin.storage.posting.rows import RefundRow


@dataclass(frozen=True, slots=True)
class RefundCommand:
    """Give ``amount_minor`` of ``currency`` back (None: all that remains)."""

    purchase_id: UUID
    amount_minor: int | None
    currency: str | None
    reference: str


def refund(house: ClearingHouse, caller: Caller, key: str, command: RefundCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that sold."""
    wanted = Wanted(purchase_id=command.purchase_id)

    def decide(group: Group) -> Outcome:
        return decide_refund(group, caller, command)

    return house.request(caller, key, "refund", command, wanted, decide, reference=command.reference)


def decide_refund(group: Group, caller: Caller, command: RefundCommand) -> Outcome:
    """The decision, for every door through which a refund comes; its caller has locked the purchase and its payer."""
    purchase = own_purchase(group, caller, command.purchase_id)
    if isinstance(purchase, Decline):
        return declined(purchase)
    if command.currency not in (None, purchase.unit):
        return declined(Decline.CURRENCY_MISMATCH)
    amount_minor = purchase.remaining_minor if command.amount_minor is None else command.amount_minor
    if not 0 < amount_minor <= purchase.remaining_minor:
        remaining = amount(purchase.remaining_minor, purchase.unit)
        return declined(Decline.REFUND_EXCEEDS_REMAINING, remaining=remaining)
    payer = receiver_of(group, purchase)
    refusal = unable_to_receive(group, payer) or above_cap(
        group, payer, amount_minor - share_of_discount(purchase, amount_minor)
    )
    if refusal is not None:
        return declined(refusal)
    journal_id, back, discount_minor = return_to_lots(group, payer, purchase, amount_minor, Event.REFUND)
    record = RefundRow(
        group.fresh_id(payer.shard),
        payer.shard,
        purchase.id,
        command.reference,
        back.principal_minor,
        back.bonus_minor,
        discount_minor,
        journal_id,
        group.now,
    )
    group.add_refund(record)
    answer = {
        "id": wire_id("refund", record.id),
        "purchase_id": wire_id("purchase", purchase.id),
        "reference": command.reference,
        "refunded": amount(amount_minor, purchase.unit),
        "remaining": amount(purchase.remaining_minor, purchase.unit),
        "journal_id": wire_id("journal", journal_id),
        "posted_at": instant(group.now),
        **returned_to(payer),
    }
    group.emit("purchase.refunded", payer.owner_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=record.id)
