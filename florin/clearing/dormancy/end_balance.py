"""End one dormant balance as two people have decided, and give a lapsed one back: the engine's verbs."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import Json, amount, declined, instant
from florin.clearing.house import ClearingHouse
from florin.domain.card_life import CardStatus
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.dormancy import Ending
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, StrictAccount
from florin.domain.member_life import MemberStatus
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.dormant_balances import ENDINGS
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted

_PRINCIPAL: Final = {"card": AccountCode.CARD_PRINCIPAL, "member": AccountCode.WALLET_PRINCIPAL}
_POSTED: Final = {
    Ending.LAPSE: (Event.BALANCE_LAPSED, AccountCode.LAPSED_BALANCES, "balance.lapsed"),
    Ending.ESCHEAT: (Event.BALANCE_ESCHEATED, AccountCode.UNCLAIMED_PROPERTY, "balance.escheated"),
}


@dataclass(frozen=True, slots=True)
class EndBalance:
    """A line of an approved proposal: the principal of an owner, in minor units, at a line of its statement."""

    ending_id: UUID
    kind: Ending
    owner_id: UUID
    owner_kind: str
    amount_minor: int
    principal_sequence: int


@dataclass(frozen=True, slots=True)
class RestoreBalance:
    """Give back what has lapsed by a line of a proposal."""

    ending_id: UUID
    owner_id: UUID
    owner_kind: str
    amount_minor: int


def end_balance(house: ClearingHouse, session_id: UUID, command: EndBalance) -> PostingRequest:
    """The request to be submitted. The proposal is its caller, so a repetition is a replay.

    ``balance_changed`` when anything has happened on the account since the proposal, when something of it is held, or
    when the policy pack permits no such ending any more; then it is left alone.
    """

    def decide(group: Group) -> Outcome:
        account = group.account(command.owner_id, _PRINCIPAL[command.owner_kind])
        if account is None or not _is_as_proposed(group, account, command):
            return declined(Decline.BALANCE_CHANGED)
        event, code, name = _POSTED[command.kind]
        programme = group.programme(account.programme_id)
        journal_id = group.post(event, programme, [(command.amount_minor, account, FlowAccount(code, programme.id))])
        group.emit(name, command.owner_id, None, journal_id)
        return Outcome(_view(group, command, account, journal_id), journal_id=journal_id, subject_id=command.owner_id)

    caller = Caller(command.ending_id, session_id, None, None)
    return house.request(caller, command.owner_id.hex, "end_balance", command, _wanted(command), decide)


def restore_balance(house: ClearingHouse, actor_id: UUID, command: RestoreBalance) -> PostingRequest:
    """The request to be submitted; once for each line, whoever asks. ``balance_not_restorable`` for a dead owner."""

    def decide(group: Group) -> Outcome:
        account = group.account(command.owner_id, _PRINCIPAL[command.owner_kind])
        if account is None or not _can_receive(group, command.owner_id):
            return declined(Decline.BALANCE_NOT_RESTORABLE)
        programme = group.programme(account.programme_id)
        lapsed = FlowAccount(AccountCode.LAPSED_BALANCES, programme.id)
        event = Event.LAPSED_BALANCE_RESTORED
        journal_id = group.post(event, programme, [(command.amount_minor, lapsed, account)])
        group.emit("balance.restored", command.owner_id, None, journal_id)
        return Outcome(_view(group, command, account, journal_id), journal_id=journal_id, subject_id=command.owner_id)

    caller = Caller(command.ending_id, actor_id, None, None)
    key = f"restore:{command.owner_id.hex}"
    return house.request(caller, key, "restore_balance", command, _wanted(command), decide)


def _wanted(command: EndBalance | RestoreBalance) -> Wanted:
    return Wanted(card_id=command.owner_id) if command.owner_kind == "card" else Wanted(member_id=command.owner_id)


def _is_as_proposed(group: Group, account: StrictAccount, command: EndBalance) -> bool:
    """Whether nothing at all has happened since the proposal: the numbers of the statement tell."""
    programme = group.programme(account.programme_id)
    held = any(each.held_minor for each in group.facts.accounts[command.owner_id])
    return (
        (account.sequence, account.balance_minor) == (command.principal_sequence, command.amount_minor)
        and not held
        and command.kind in ENDINGS[PackName(programme.policy_pack)]
        and _can_receive(group, command.owner_id)
    )


def _can_receive(group: Group, owner_id: UUID) -> bool:
    card, wallet = group.card(owner_id), group.wallet(owner_id)
    if card is not None:
        return card.status is CardStatus.ACTIVE
    return wallet is not None and wallet.status in {MemberStatus.REGISTERED, MemberStatus.ACTIVE, MemberStatus.BLOCKED}


def _view(group: Group, command: EndBalance | RestoreBalance, account: StrictAccount, journal_id: UUID) -> Json:
    return {
        "balance_ending_id": wire_id("balance_ending", command.ending_id),
        "owner_id": wire_id(command.owner_kind, command.owner_id),
        "amount": amount(command.amount_minor, account.unit),
        "journal_id": wire_id("journal", journal_id),
        "posted_at": instant(group.now),
    }
