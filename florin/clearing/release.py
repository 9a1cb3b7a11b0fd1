"""Release: give up a hold; what it reserved is free again."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import declined, funds_of, hold_view
from florin.clearing.capture import open_hold
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import payer_of
from florin.domain.declines import Decline
from florin.domain.purchase import HoldStatus
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
        group.end_hold(found, HoldStatus.RELEASED)
        payer = payer_of(group, found.owner_kind, found.owner_id)
        return Outcome({**hold_view(found), **funds_of(payer)}, subject_id=found.id)

    return house.request(caller, key, "release", command, Wanted(hold_id=command.hold_id), decide)
