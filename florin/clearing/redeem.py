"""Redeem: load a card's whole value into a member's wallet; the card is void from then on."""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.answers import amount, declined, funds_of, instant
from florin.clearing.give_back import holding_of_payer, is_known_by_name
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import Payer, by_pin, refused_by_life, wallet_payer
from florin.crypto.vault import Vault
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus
from florin.domain.card_number import normalise
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement
from florin.domain.member_life import MemberOperation, MemberStatus
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Credit, CreditCause
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted
from florin.storage.posting.rows import RedemptionRow


@dataclass(frozen=True, slots=True)
class RedeemCommand:
    """Load the card of that number, opened by its PIN, into the caller's wallet."""

    number: str = field(repr=False)
    pin: str = field(repr=False)


def redeem(house: ClearingHouse, caller: Caller, key: str, command: RedeemCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the member."""
    wanted = _wanted(house.vault, caller, command)

    def decide(group: Group) -> Outcome:
        checked = _check(group, house.vault, caller.id, command, wanted)
        return checked if isinstance(checked, Outcome) else _load(group, *checked)

    return house.request(caller, key, "redeem", command, wanted, decide)


def preview_redemption(house: ClearingHouse, caller: Caller, command: RedeemCommand) -> PostingRequest:
    """The request that shows the amount before it is confirmed: every check of `redeem`, nothing moved, no key."""
    wanted = _wanted(house.vault, caller, command)

    def decide(group: Group) -> Outcome:
        checked = _check(group, house.vault, caller.id, command, wanted)
        if isinstance(checked, Outcome):
            return checked
        source, _ = checked
        unit = source.programme.unit
        return Outcome({"last4": _card_of(source).last4, "amount": amount(source.balance_minor, unit)})

    return house.request(caller, None, "preview_redemption", command, wanted, decide)


def _wanted(vault: Vault, caller: Caller, command: RedeemCommand) -> Wanted:
    return Wanted(number_index=vault.numbers.of(normalise(command.number)), member_id=caller.id)


def _check(
    group: Group, vault: Vault, member_id: UUID, command: RedeemCommand, wanted: Wanted
) -> tuple[Payer, Payer] | Outcome:
    target = wallet_payer(group, member_id)
    refusal = refused_by_life(group, target, CardOperation.LOAD, MemberOperation.CREDIT)
    if refusal is not None:
        return declined(refusal)
    source = by_pin(group, vault, group.card_by_number(wanted.number_index or b""), command.pin)
    if isinstance(source, Decline):
        return declined(source)
    kind = group.catalogue.products[_card_of(source).product_id].kind
    if source.programme.id != target.programme.id or not kind.loads_a_wallet:
        return declined(Decline.CARD_NOT_ACCEPTED)
    refusal = refused_by_life(group, source, CardOperation.REDEEM, MemberOperation.CREDIT) or _not_whole(source)
    if refusal is not None:
        return declined(refusal)
    facts = Credit(
        holding_of_payer(group, target),
        CreditCause.TRANSFER_IN,
        target.balance_minor,
        source.balance_minor,
        real_name_known=is_known_by_name(group, target),
    )
    pack = PACKS[PackName(target.programme.policy_pack)]
    verdict = consult_policy(facts, pack, group.business_date(target.programme))
    return (source, target) if isinstance(verdict, Allow) else declined(verdict.decline)


def _not_whole(source: Payer) -> Decline | None:
    if source.balance_minor == 0:
        return Decline.INSUFFICIENT_FUNDS
    return Decline.OPEN_HOLDS if source.available.total_minor != source.balance_minor else None


def _load(group: Group, source: Payer, target: Payer) -> Outcome:
    card = _card_of(source)
    amount_minor = source.balance_minor
    journal_id = group.post(Event.CARD_REDEEMED, source.programme, _movements(group, source, target))
    card.status, card.ended_at = CardStatus.REDEEMED, group.now
    group.save_card(card)
    wallet = group.wallet(target.owner_id)
    if wallet is not None and wallet.status is MemberStatus.REGISTERED:
        wallet.status = MemberStatus.ACTIVE
        group.save_wallet(wallet)
    unit = source.programme.unit
    group.add_redemption(
        RedemptionRow(card.id, card.shard, target.owner_id, amount_minor, unit, card.last4, journal_id, group.now)
    )
    answer = {
        "card_id": wire_id("card", card.id),
        "last4": card.last4,
        "amount": amount(amount_minor, unit),
        "journal_id": wire_id("journal", journal_id),
        "posted_at": instant(group.now),
        **funds_of(wallet_payer(group, target.owner_id)),
    }
    group.emit("card.redeemed", card.id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=card.id)


def _movements(group: Group, source: Payer, target: Payer) -> list[Movement]:
    clearing = FlowAccount(AccountCode.REDEMPTION_CLEARING, source.programme.id)
    principal_minor = source.principal.balance_minor
    movements: list[Movement] = []
    if principal_minor:
        movements += [(principal_minor, source.principal, clearing), (principal_minor, clearing, target.principal)]
    if source.bonus is not None and source.bonus.balance_minor:
        bonus_minor = source.bonus.balance_minor
        bonus = group.account_to_credit(target.principal, AccountCode.WALLET_BONUS)
        movements += [(bonus_minor, source.bonus, clearing), (bonus_minor, clearing, bonus)]
    return movements


def _card_of(source: Payer) -> Card:
    if source.card is None:
        raise TypeError("only a card is redeemed")
    return source.card
