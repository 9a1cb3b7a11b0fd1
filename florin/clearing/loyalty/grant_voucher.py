"""Grant a member a voucher for a cause, once: a month's points, or somebody brought in."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import grant, in_background, is_closed, voucher_view, wanted_of_member
from florin.clearing.payer import wallet_payer
from florin.domain.identifiers import wire_id
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class GrantVoucher:
    """A voucher of ``face_minor`` (minor units), valid for so many days from the day on which it is granted."""

    programme_id: UUID
    member_id: UUID
    cause: str
    face_minor: int
    validity_days: int


def grant_voucher(house: ClearingHouse, command: GrantVoucher) -> PostingRequest:
    """The request to be submitted; its key is the member and the cause. A member who has left gets nothing."""

    def decide(group: Group) -> Outcome:
        return decide_grant(group, command)

    key = f"voucher:{command.member_id.hex}:{command.cause}"
    caller, wanted = in_background(command.programme_id), wanted_of_member(command.member_id)
    return house.request(caller, key, "grant_voucher", command, wanted, decide)


def decide_grant(group: Group, command: GrantVoucher) -> Outcome:
    """Grant it, among whatever else the group decides."""
    if is_closed(group, command.member_id):
        return Outcome({}, subject_id=command.member_id)
    voucher = grant(
        group,
        command.member_id,
        cause=command.cause,
        face_minor=command.face_minor,
        validity_days=command.validity_days,
    )
    unit = wallet_payer(group, command.member_id).programme.unit
    answer = {"member_id": wire_id("member", command.member_id), "voucher": voucher_view(voucher, unit)}
    group.emit("voucher.granted", command.member_id, None, voucher.granted_journal_id)
    return Outcome(answer, journal_id=voucher.granted_journal_id, subject_id=voucher.id)
