"""Refund by reference: for a merchant that knows its own reference of a purchase and not our id of it."""

from dataclasses import dataclass

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.refund import RefundCommand, decide_refund
from florin.domain.declines import Decline
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class RefundByReferenceCommand:
    """Give ``amount_minor`` of ``currency`` back (None: all that remains) of the caller's ``original_reference``."""

    original_reference: str
    amount_minor: int | None
    currency: str | None
    reference: str


def refund_by_reference(
    house: ClearingHouse, caller: Caller, key: str, command: RefundByReferenceCommand
) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that sold."""
    wanted = Wanted(original_reference=command.original_reference)

    def decide(group: Group) -> Outcome:
        original = group.operation_of(caller.id, command.original_reference)
        if original is not None and original.verb == "reverse":
            return declined(Decline.ALREADY_REVERSED)
        if original is None or original.subject_id is None:
            return declined(Decline.PURCHASE_NOT_FOUND)
        # What is no purchase, such as another refund, is not found among the purchases.
        refund = RefundCommand(original.subject_id, command.amount_minor, command.currency, command.reference)
        return decide_refund(group, caller, refund)

    return house.request(caller, key, "refund", command, wanted, decide, reference=command.reference)
