"""Release: give up a hold; what it reserved is free again, and nobody is to pay for it any more."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import declined, funds_of, hold_view
from florin.clearing.capture import open_hold
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import payer_of
from florin.clearing.payments.withdraw_payment import withdraw_payment
from florin.domain.declines import Decline
from florin.domain.purchase import Hold, HoldStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class ReleaseCommand:
    """Give up a hold."""

    hold_id: UUID


def release(house: ClearingHouse, caller: Caller, key: str, command: ReleaseCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that holds."""

    def decide(group: Group) -> Outcome:
        found = open_hold(group, caller, command.hold_id)
        if isinstance(found, Decline):
            return declined(found)
        give_up(group, found)
        payer = payer_of(group, found.owner_kind, found.owner_id)
        return Outcome({**hold_view(found), **funds_of(payer)}, subject_id=found.id)

    wanted = Wanted(hold_id=command.hold_id, with_payment=True)
    return house.request(caller, key, "release", command, wanted, decide)


def give_up(group: Group, hold: Hold) -> None:
    """End an open hold that its merchant wants no more, and withdraw the payment that it waits for."""
    group.end_hold(hold, HoldStatus.RELEASED)
    if hold.payment_id is not None:
        withdraw_payment(group, hold.payment_id)
