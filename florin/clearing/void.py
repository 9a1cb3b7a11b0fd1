"""Void: take a purchase back whole within 24 hours, as if it had not been."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import amount, declined, purchase_view, returned_to
from florin.clearing.give_back import own_purchase, receiver_of, return_to_lots, unable_to_receive
from florin.clearing.house import ClearingHouse
from florin.domain.chart import Event
from florin.domain.declines import Decline
from florin.domain.purchase import VOID_WINDOW, PurchaseStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class VoidCommand:
    """Take a purchase back."""

    purchase_id: UUID


def void(house: ClearingHouse, caller: Caller, key: str, command: VoidCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that sold."""

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, command)

    return house.request(caller, key, "void", command, Wanted(purchase_id=command.purchase_id), decide)


def _decide(group: Group, caller: Caller, command: VoidCommand) -> Outcome:
    purchase = own_purchase(group, caller, command.purchase_id)
    if isinstance(purchase, Decline):
        return declined(purchase)
    if group.now - purchase.posted_at > VOID_WINDOW:
        return declined(Decline.VOID_WINDOW_PASSED)
    if purchase.refunded_minor:
        remaining = amount(purchase.remaining_minor, purchase.unit)
        return declined(Decline.PARTLY_REFUNDED, remaining=remaining)
    payer = receiver_of(group, purchase)
    refusal = unable_to_receive(group, payer)
    if refusal is not None:
        return declined(refusal)
    journal_id, *_ = return_to_lots(group, payer, purchase, purchase.remaining_minor, Event.VOID)
    purchase.status = PurchaseStatus.VOIDED
    answer = {**purchase_view(purchase), **returned_to(payer)}
    group.emit("purchase.voided", payer.owner_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=purchase.id)
