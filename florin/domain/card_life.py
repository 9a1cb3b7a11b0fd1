"""The life of a card: which operation its status, its block and its expiry allow, and what status follows.

Three axes are kept apart because they change apart. **Status** is where the card stands in its life; **block** is what
an operator has stopped; **expiry** is only a date. An operation is refused in this order of precedence, so that a
caller always hears the most lasting reason: status, then block, then expiry. Rules about money, merchants and PINs are
asked after these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.declines import Decline


class CardStatus(StrEnum):
    """Where a card stands. Only an active card is worth anything."""

    CREATED = auto()  # made, with number and PIN, not yet received into stock
    IN_STOCK = auto()  # for sale
    SOLD = auto()  # handed over or shipped against an order, not yet switched on
    ACTIVE = auto()  # in use
    CLOSING = auto()  # given up by its holder; its principal is kept for the payout
    REDEEMED = auto()  # its whole value went into a wallet
    CLOSED = auto()  # its value was paid out
    VOIDED = auto()  # destroyed unsold
    REPLACED = auto()  # its value went to another card


class CardBlock(StrEnum):
    """What an operator has stopped on a card, whatever its status."""

    NONE = auto()
    DEBIT = auto()  # nothing new goes out
    CREDIT = auto()  # nothing new comes in
    ALL = auto()  # neither


class CardOperation(StrEnum):
    """What can be asked of a card."""

    STOCK = auto()  # receive a made card into stock
    SELL = auto()  # mark as sold ahead of its activation
    ACTIVATE = auto()  # switch on and load its face value
    TAKE_BACK = auto()  # undo a sale or an activation whose value is untouched: the card is for sale again
    VOID = auto()  # destroy unsold stock
    RECALL = auto()  # destroy a card of a corporate order that was never activated
    INQUIRE = auto()  # read balance and statement, by the holder
    PURCHASE = auto()  # take value out at a merchant
    HOLD = auto()  # keep value for a purchase to come
    CAPTURE = auto()  # take what a hold has kept
    RELEASE = auto()  # free what a hold has kept
    REFUND_IN = auto()  # put back what a purchase took: refund, void or reversal
    LOAD = auto()  # put new value on the card
    REDEEM = auto()  # move the whole value into a wallet
    BLOCK = auto()  # set or tighten a block
    UNBLOCK = auto()  # lift a block
    EXTEND = auto()  # set a later expiry date
    REPLACE = auto()  # move the whole value to a new card
    GIVE_UP = auto()  # keep the whole value for its payout
    KEEP = auto()  # call that off
    CLOSE = auto()  # pay the whole value out


@dataclass(frozen=True, slots=True)
class Rule:
    """When one operation is allowed: the statuses it starts from and leads to, the blocks and expiry that stop it."""

    moves: Mapping[CardStatus, CardStatus]
    refusal: Decline = Decline.CARD_NOT_ACTIVE
    stopped_by: frozenset[CardBlock] = frozenset()
    stopped_by_expiry: bool = False


_S: Final = CardStatus
_STAYS_ACTIVE: Final = {_S.ACTIVE: _S.ACTIVE}
_STAYS_OPEN: Final = {_S.ACTIVE: _S.ACTIVE, _S.CLOSING: _S.CLOSING}
_ANY_LIVE: Final = {status: status for status in (_S.CREATED, _S.IN_STOCK, _S.SOLD, _S.ACTIVE)}
_DEBITS: Final = frozenset({CardBlock.DEBIT, CardBlock.ALL})
_CREDITS: Final = frozenset({CardBlock.CREDIT, CardBlock.ALL})
_ANY_BLOCK: Final = _DEBITS | _CREDITS

RULES: Final[Mapping[CardOperation, Rule]] = MappingProxyType(
    {
        CardOperation.STOCK: Rule({_S.CREATED: _S.IN_STOCK}, Decline.CARD_NOT_SELLABLE),
        # A card that its holder could not use in full is not sold.
        CardOperation.SELL: Rule(
            {_S.IN_STOCK: _S.SOLD}, Decline.CARD_NOT_SELLABLE, stopped_by=_ANY_BLOCK, stopped_by_expiry=True
        ),
        CardOperation.ACTIVATE: Rule(
            {_S.IN_STOCK: _S.ACTIVE, _S.SOLD: _S.ACTIVE},
            Decline.CARD_NOT_SELLABLE,
            stopped_by=_ANY_BLOCK,
            stopped_by_expiry=True,
        ),
        # What undoes a till's mistake must work even on a card that someone has blocked since.
        CardOperation.TAKE_BACK: Rule({_S.SOLD: _S.IN_STOCK, _S.ACTIVE: _S.IN_STOCK}),
        # A sold card has a buyer: it is taken back first.
        CardOperation.VOID: Rule({_S.CREATED: _S.VOIDED, _S.IN_STOCK: _S.VOIDED}, Decline.CARD_NOT_VOIDABLE),
        # Given up by the customer who ordered it, whatever has been blocked meanwhile; its money is free again.
        CardOperation.RECALL: Rule({_S.SOLD: _S.VOIDED}, Decline.CARD_NOT_VOIDABLE),
        CardOperation.INQUIRE: Rule(_STAYS_OPEN),
        CardOperation.PURCHASE: Rule(_STAYS_ACTIVE, stopped_by=_DEBITS, stopped_by_expiry=True),
        CardOperation.HOLD: Rule(_STAYS_ACTIVE, stopped_by=_DEBITS, stopped_by_expiry=True),
        # The merchant has relied on the hold: a later block or expiry stops new ones, not this one.
        CardOperation.CAPTURE: Rule(_STAYS_ACTIVE),
        CardOperation.RELEASE: Rule(_STAYS_ACTIVE),
        # Value that is the holder's own comes back to an expired card too, and waits there for its reactivation.
        # To one that is being given up as well: it is paid out with the rest.
        CardOperation.REFUND_IN: Rule(_STAYS_OPEN, stopped_by=_CREDITS),
        CardOperation.LOAD: Rule(_STAYS_ACTIVE, stopped_by=_CREDITS, stopped_by_expiry=True),
        CardOperation.REDEEM: Rule({_S.ACTIVE: _S.REDEEMED}, stopped_by=_DEBITS, stopped_by_expiry=True),
        CardOperation.BLOCK: Rule(_ANY_LIVE),
        CardOperation.UNBLOCK: Rule(_ANY_LIVE),
        # Expired value is never confiscated: the date can be moved, the card exchanged or paid out.
        CardOperation.EXTEND: Rule(_STAYS_ACTIVE),
        # A lost card is blocked first and replaced then; one that was never switched on may be missing already.
        CardOperation.REPLACE: Rule({_S.SOLD: _S.REPLACED, _S.ACTIVE: _S.REPLACED}),
        CardOperation.GIVE_UP: Rule({_S.ACTIVE: _S.CLOSING}, stopped_by=_DEBITS),
        CardOperation.KEEP: Rule({_S.CLOSING: _S.ACTIVE}),
        CardOperation.CLOSE: Rule({_S.CLOSING: _S.CLOSED}),
    }
)
"""Every operation and its rule; what is not listed as a move is refused."""


def permit(operation: CardOperation, status: CardStatus, block: CardBlock, *, expired: bool) -> CardStatus | Decline:
    """The status that follows ``operation``, or the decline that refuses it: status first, then block, then expiry."""
    rule = RULES[operation]
    following = rule.moves.get(status)
    if following is None:
        return _refusal(rule, status)
    if block in rule.stopped_by:
        return Decline.CARD_BLOCKED
    if expired and rule.stopped_by_expiry:
        return Decline.CARD_EXPIRED
    return following


def stop_debits(block: CardBlock) -> CardBlock:
    """The block of a card out of which nothing goes any more, whatever it was before."""
    return CardBlock.ALL if block in _CREDITS else CardBlock.DEBIT


def allow_debits(block: CardBlock) -> CardBlock:
    """The block of a card whose debits are not stopped any more; what is stopped of its credits stays so."""
    return CardBlock.CREDIT if block in _CREDITS else CardBlock.NONE


def _refusal(rule: Rule, status: CardStatus) -> Decline:
    # "Not active" is all there is to say of most statuses; of a redeemed card the holder wants to know where it went.
    if rule.refusal is Decline.CARD_NOT_ACTIVE and status is CardStatus.REDEEMED:
        return Decline.CARD_REDEEMED
    return rule.refusal


def is_expired(expires_on: date | None, business_date: date) -> bool:
    """Whether a card is past its last day. ``expires_on`` is itself still a day of use; None never expires."""
    return expires_on is not None and business_date > expires_on
