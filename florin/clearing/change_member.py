"""Block and unblock a member's account, with a reason that is kept."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import Json, declined
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.member_life import MemberOperation, permit_member
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class ChangeMemberCommand:
    """Block, unblock or close the account of a member."""

    member_id: UUID
    operation: MemberOperation
    reason: str


def change_member(house: ClearingHouse, caller: Caller, command: ChangeMemberCommand) -> PostingRequest:
    """The request to be submitted; an account is closed here only when nothing is left in it."""

    def decide(group: Group) -> Outcome:
        wallet = group.wallet(command.member_id)
        if wallet is None:
            return declined(Decline.MEMBER_NOT_ACTIVE)
        following = permit_member(command.operation, wallet.status)
        if isinstance(following, Decline):
            return declined(following)
        if command.operation is MemberOperation.CLOSE and any(
            account.balance_minor for account in group.facts.accounts[wallet.id]
        ):
            return declined(Decline.BALANCE_REMAINS)
        before, wallet.status = wallet.status, following
        group.save_wallet(wallet)
        detail = {"before": before, "after": following, "reason": command.reason}
        group.record(caller.actor_id, f"member.{command.operation}", wallet.id, detail)
        answer: Json = {"id": wire_id("member", wallet.id), "status": following}
        return Outcome(answer, subject_id=wallet.id)

    wanted = Wanted(member_id=command.member_id)
    return house.request(caller, None, f"{command.operation}_member", command, wanted, decide)
