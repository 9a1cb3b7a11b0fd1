"""The account that is closed, under its locks: its owner, its lots, and its life."""

from uuid import UUID

from florin.clearing.payer import Payer, payer_of
from florin.domain.card_life import CardOperation, CardStatus, permit
from florin.domain.closure import Closure
from florin.domain.declines import Decline
from florin.domain.journal import InvariantBrokenError
from florin.domain.member_life import MemberOperation, MemberStatus, permit_member, status_before_block
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Closing
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.domain.purchase import OwnerKind
from florin.domain.wallet import Wallet
from florin.storage.posting.group import Group
from florin.storage.posting.request import Wanted
from florin.storage.posting.working_rows import StaleFactsError


def wanted_of(owner_kind: OwnerKind, owner_id: UUID, closure_id: UUID | None = None) -> Wanted:
    """What to lock for a closure: the strict accounts of its owner."""
    if owner_kind is OwnerKind.CARD:
        return Wanted(card_id=owner_id, closure_id=closure_id)
    return Wanted(member_id=owner_id, closure_id=closure_id)


def wanted_to_end(owner_kind: OwnerKind, owner_id: UUID, closure_id: UUID | None = None) -> Wanted:
    """What to lock and read for the end of an account: also what lapses with it."""
    wanted = wanted_of(owner_kind, owner_id, closure_id)
    wanted.points_and_vouchers = wanted.open_vouchers = owner_kind is OwnerKind.MEMBER
    return wanted


def owner_of(group: Group, closure: Closure) -> Payer:
    """The account that is closed."""
    return payer_of(group, closure.owner_kind, closure.owner_id)


def refused_by_policy(
    group: Group, owner: Payer, amount_minor: int, *, in_cash: bool, identity_shown: bool
) -> Decline | None:
    """Why the programme's policy pack lets nobody be paid out like this, if it does not."""
    facts = Closing(amount_minor, in_cash, identity_shown)
    verdict = consult_policy(facts, PACKS[PackName(owner.programme.policy_pack)], group.business_date(owner.programme))
    return None if isinstance(verdict, Allow) else verdict.decline


def refused_by_life(group: Group, owner: Payer) -> Decline | None:
    """Why the account may not be given up, if it may not be: gone, blocked, or given up already."""
    if owner.card is not None:
        if owner.card.status is CardStatus.CLOSING:
            return Decline.CLOSURE_UNDER_WAY
        following = permit(CardOperation.GIVE_UP, owner.card.status, owner.card.block, expired=False)
        return following if isinstance(following, Decline) else None
    status = _wallet(group, owner).status
    if status is MemberStatus.CLOSING:
        return Decline.CLOSURE_UNDER_WAY
    standing = permit_member(MemberOperation.GIVE_UP, status)
    return standing if isinstance(standing, Decline) else None


def give_up(group: Group, owner: Payer) -> None:
    """Let the account be given up: nothing goes out and nothing new is begun from now on."""
    _move(group, owner, CardOperation.GIVE_UP, MemberOperation.GIVE_UP)


def keep(group: Group, owner: Payer) -> None:
    """Let an account that was given up be in use again."""
    _move(group, owner, CardOperation.KEEP, MemberOperation.KEEP)
    if owner.card is None:
        wallet = _wallet(group, owner)
        # An account's sequence counts what was ever posted to it.
        wallet.status = status_before_block(has_received=any(each.sequence for each in group.facts.accounts[wallet.id]))


def pay_out(group: Group, owner: Payer) -> None:
    """Let an account that was given up end; a member is signed out."""
    _move(group, owner, CardOperation.CLOSE, MemberOperation.PAY_OUT)
    if owner.card is None:
        group.end_access(_wallet(group, owner))
    else:
        owner.card.ended_at = group.now


def _move(group: Group, owner: Payer, card_operation: CardOperation, member_operation: MemberOperation) -> None:
    if owner.card is not None:
        card = owner.card
        card_follows = permit(card_operation, card.status, card.block, expired=False)
        if isinstance(card_follows, Decline):
            raise InvariantBrokenError(f"{card_operation} of a card that is {card.status}")
        card.status = card_follows
        group.save_card(card)
        return
    wallet = _wallet(group, owner)
    member_follows = permit_member(member_operation, wallet.status)
    if isinstance(member_follows, Decline):
        raise InvariantBrokenError(f"{member_operation} of a member who is {wallet.status}")
    wallet.status = member_follows
    group.save_wallet(wallet)


def _wallet(group: Group, owner: Payer) -> Wallet:
    wallet = group.wallet(owner.owner_id)
    if wallet is None:
        raise StaleFactsError(f"member {owner.owner_id} was not read")
    return wallet
