"""Let a member's points lapse at the end of a year in which it earned too few to keep them."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import in_background, points_account, points_granted, wanted_of_member
from florin.domain.chart import Event
from florin.domain.identifiers import wire_id
from florin.storage.posting.group import Group
from florin.storage.posting.loyalty_rows import PointsLapse
from florin.storage.posting.request import Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class LapsePoints:
    """Take all points that the member has when the year has been credited."""

    programme_id: UUID
    member_id: UUID
    year: int


def lapse_points(house: ClearingHouse, command: LapsePoints) -> PostingRequest:
    """The request to be submitted; its key is the member and the year."""

    def decide(group: Group) -> Outcome:
        return _decide(group, command)

    key = f"points-lapse:{command.member_id.hex}:{command.year}"
    caller, wanted = in_background(command.programme_id), wanted_of_member(command.member_id)
    return house.request(caller, key, "lapse_points", command, wanted, decide)


def _decide(group: Group, command: LapsePoints) -> Outcome:
    account = points_account(group, command.member_id)
    points = account.available_minor
    if not points:
        return Outcome({}, subject_id=command.member_id)
    programme = group.programme(account.programme_id)
    journal_id = group.post(Event.POINTS_LAPSED, programme, [(points, account, points_granted(programme))])
    lapse = PointsLapse(command.member_id, command.year, account.shard, programme.id, points, journal_id, group.now)
    group.add_points_lapse(lapse)
    answer = {
        "member_id": wire_id("member", command.member_id),
        "year": command.year,
        "points": points,
        "balance": account.balance_minor,
    }
    group.emit("points.lapsed", command.member_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=command.member_id)
