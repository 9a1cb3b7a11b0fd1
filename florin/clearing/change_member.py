"""Block, unblock and close a member's account, with a reason that is kept.

Whoever may not sign in any more is signed out with it, and the payment code withdrawn: what a thief has taken of a
telephone must not work again when the block is lifted.
"""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import Json, declined
from florin.clearing.closures.empty_account import record_empty_closure
from florin.clearing.closures.standing import wanted_to_end
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.lapse_with_account import lapse_with_account
from florin.clearing.payer import wallet_payer
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.member_life import MemberOperation, MemberStatus, permit_member, status_before_block
from florin.domain.purchase import OwnerKind
from florin.domain.wallet import Wallet
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
        following = _following(group, wallet, command.operation)
        if isinstance(following, Decline):
            return declined(following)
        lapses: list[PostingRequest] = []
        if command.operation is MemberOperation.CLOSE:
            owner = wallet_payer(group, wallet.id)
            if owner.balance_minor:
                return declined(Decline.BALANCE_REMAINS)
            record_empty_closure(group, owner, caller.actor_id, command.reason)
            lapses = lapse_with_account(group, house, owner)
        before, wallet.status = wallet.status, following
        group.save_wallet(wallet)
        if isinstance(permit_member(MemberOperation.SIGN_IN, following), Decline):
            group.end_access(wallet)
        detail = {"before": before, "after": following, "reason": command.reason}
        group.record(caller.actor_id, f"member.{command.operation}", wallet.id, detail)
        answer: Json = {"id": wire_id("member", wallet.id), "status": following}
        return Outcome(answer, subject_id=wallet.id, then=lapses)

    ends = command.operation is MemberOperation.CLOSE
    wanted = wanted_to_end(OwnerKind.MEMBER, command.member_id) if ends else Wanted(member_id=command.member_id)
    return house.request(caller, None, f"{command.operation}_member", command, wanted, decide)


def _following(group: Group, wallet: Wallet, operation: MemberOperation) -> MemberStatus | Decline:
    if operation is MemberOperation.UNBLOCK and wallet.status is MemberStatus.BLOCKED:
        # An account's sequence counts what was ever posted to it.
        return status_before_block(has_received=any(each.sequence for each in group.facts.accounts[wallet.id]))
    return permit_member(operation, wallet.status)
