"""What it takes to put one card in the place of another: all that is left moves, and the old number is dead."""

from uuid import UUID

from florin.clearing.activate import sealed_holder
from florin.clearing.payer import Payer, card_payer
from florin.crypto.vault import Vault
from florin.domain.card import Card
from florin.domain.card_life import CardStatus
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.journal import FlowAccount, Movement
from florin.storage.posting.group import Group


def refused_succession(group: Group, old: Card) -> Decline | None:
    """Why nothing can be moved from a card, if it cannot.

    Merchants rely on open holds, so they are captured, released or run out first.
    """
    payer = card_payer(group, old)
    if payer.available.total_minor != payer.balance_minor:
        return Decline.OPEN_HOLDS
    return Decline.INSUFFICIENT_FUNDS if payer.balance_minor == 0 else None


def move_whole_value(group: Group, old: Card, new: Card) -> UUID:
    """Post all that is left from one card to another, each lot to the same lot; returns the journal."""
    source, target = card_payer(group, old), card_payer(group, new)
    return group.post(Event.CARD_REPLACED, source.programme, _movements(group, source, target))


def _movements(group: Group, source: Payer, target: Payer) -> list[Movement]:
    clearing = FlowAccount(AccountCode.TRANSFER_CLEARING, source.programme.id)
    movements: list[Movement] = []
    if source.principal.balance_minor:
        amount_minor = source.principal.balance_minor
        movements += [(amount_minor, source.principal, clearing), (amount_minor, clearing, target.principal)]
    if source.bonus is not None and source.bonus.balance_minor:
        bonus = group.account_to_credit(target.principal, AccountCode.CARD_BONUS)
        amount_minor = source.bonus.balance_minor
        movements += [(amount_minor, source.bonus, clearing), (amount_minor, clearing, bonus)]
    return movements


def take_place(group: Group, vault: Vault, old: Card, new: Card, holder: Identity | None) -> None:
    """Let a new card be what the old one was, for the same holder; the old one refers to it from now on."""
    new.status, new.expires_on = old.status, old.expires_on
    new.sold_by, new.sold_at = old.sold_by, old.sold_at
    if old.status is CardStatus.ACTIVE:
        new.activated_at = group.now
        if holder is not None:
            group.add_holder(sealed_holder(group, vault, new, holder))
    old.status, old.ended_at, old.successor_id = CardStatus.REPLACED, group.now, new.id
    group.save_card(old)
    group.save_card(new)
