"""Credit a member's points of a business day, or take some back when purchases of that day were refunded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import (
    in_background,
    is_closed,
    points_account,
    points_granted,
    wanted_of_member,
)
from florin.domain.chart import Event
from florin.domain.identifiers import wire_id
from florin.storage.posting.group import Group
from florin.storage.posting.loyalty_rows import PointsEntry
from florin.storage.posting.request import Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class CreditPoints:
    """Bring a day's points from ``credited`` to ``earned``, which ``spent_minor`` (minor units) has earned by now.

    ``revision`` counts how often the day has been looked at for this member; two who look at once write the same one,
    and only one of them is carried out.
    """

    programme_id: UUID
    member_id: UUID
    business_date: date
    revision: int
    spent_minor: int
    credited: int
    earned: int


def credit_points(house: ClearingHouse, command: CreditPoints) -> PostingRequest:
    """The request to be submitted; its key is the member, the day and the revision."""

    def decide(group: Group) -> Outcome:
        return _decide(group, command)

    key = f"points:{command.member_id.hex}:{command.business_date}:{command.revision}"
    caller, wanted = in_background(command.programme_id), wanted_of_member(command.member_id)
    return house.request(caller, key, "credit_points", command, wanted, decide)


def _decide(group: Group, command: CreditPoints) -> Outcome:
    if is_closed(group, command.member_id):
        return Outcome({}, subject_id=command.member_id)
    account = points_account(group, command.member_id)
    programme, granted = group.programme(account.programme_id), points_granted(group.programme(account.programme_id))
    change = command.earned - command.credited
    # What the member has spent already cannot be taken back now; it stays owed.
    change = max(change, -account.available_minor)
    owed = command.credited + change - command.earned
    journal_id = None
    if change > 0:
        journal_id = group.post(Event.POINTS_EARNED, programme, [(change, granted, account)])
    elif change < 0:
        journal_id = group.post(Event.POINTS_TAKEN_BACK, programme, [(-change, account, granted)])
    entry = PointsEntry(
        command.member_id,
        command.business_date,
        command.revision,
        account.shard,
        programme.id,
        command.spent_minor,
        change,
        owed,
        journal_id,
        group.now,
    )
    group.add_points_entry(entry)
    answer = {
        "member_id": wire_id("member", command.member_id),
        "business_date": command.business_date.isoformat(),
        "points": change,
        "owed": owed,
        "balance": account.balance_minor,
    }
    if journal_id is not None:
        name = "points.earned" if change > 0 else "points.taken_back"
        group.emit(name, command.member_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=command.member_id)
