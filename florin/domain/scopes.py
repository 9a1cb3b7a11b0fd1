"""Scopes: what an API key may be used for. What no scope of a key allows is refused."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Self

from florin.domain.invalid_field import InvalidField


class Scope(StrEnum):
    """One permission. The value is its name on the wire, ``meaning`` says in one line what it allows."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Self:
        """A member that is its name and carries its meaning."""
        scope = str.__new__(cls, name)
        scope._value_ = name
        scope.meaning = meaning
        return scope

    PROGRAMMES_READ = "programmes:read", "see programmes, products, merchants, terminals and the network"
    PROGRAMMES_WRITE = "programmes:write", "create and change programmes, products and agreements"
    MERCHANTS_WRITE = "merchants:write", "add merchants and terminals, suspend them, and set the network"
    KEYS_WRITE = "keys:write", "issue and revoke API keys"
    CARDS_ISSUE = "cards:issue", "make cards and export their card files to a recipient's key"
    CARDS_READ = "cards:read", "see a card's state, balance and statement"
    CARDS_SELL = "cards:sell", "sell, activate and take back cards at a till"
    CARDS_BLOCK = "cards:block", "block and unblock cards"
    CARDS_VOID = "cards:void", "destroy unsold stock"
    PURCHASES_WRITE = "purchases:write", "take payments at a till, void and reverse them"
    PURCHASES_READ = "purchases:read", "see purchases, holds and refunds"
    REFUNDS_WRITE = "refunds:write", "give back what a purchase took"
    HOLDS_WRITE = "holds:write", "take, capture and release holds"
    MEMBERS_READ = "members:read", "see members, their wallets and statements"
    MEMBERS_BLOCK = "members:block", "block, unblock and close members"
    LEDGER_READ = "ledger:read", "read the book: transfers, journals, proofs and seals"
    DAYS_CLOSE = "days:close", "close and seal business days"
    NOTICES_WRITE = "notices:write", "write the texts and terms of notices to members"
    WEBHOOKS_WRITE = "webhooks:write", "keep the addresses that events are sent to, and have events sent again"
    STATEMENTS_READ = "statements:read", "see merchants' settlement statements: a merchant's key its own"


TILL_SCOPES: Final = frozenset(
    {
        Scope.PROGRAMMES_READ,
        Scope.CARDS_READ,
        Scope.CARDS_SELL,
        Scope.PURCHASES_WRITE,
        Scope.PURCHASES_READ,
        Scope.REFUNDS_WRITE,
        Scope.HOLDS_WRITE,
    }
)
"""What a till's key holds: one stolen from a shop makes no cards, lifts no block, issues no further keys."""

MERCHANT_SCOPES: Final = TILL_SCOPES | {Scope.WEBHOOKS_WRITE, Scope.STATEMENTS_READ}
"""All that a merchant's key may hold. A till has no use for webhooks and statements: its merchant's own server has."""

_ACTS_AS_A_MERCHANT: Final = {Scope.CARDS_SELL, Scope.PURCHASES_WRITE, Scope.REFUNDS_WRITE, Scope.HOLDS_WRITE}

OPERATOR_SCOPES: Final = frozenset(Scope) - _ACTS_AS_A_MERCHANT
"""All that the operator's key may hold: not what happens at a till, because a sale or a payment is some merchant's."""


def require_grantable(scopes: Iterable[str], *, to_merchant: bool) -> frozenset[Scope]:
    """The scopes of a new key.

    Raises:
        InvalidField: there is none, one does not exist, or a key of that kind may not hold one.
    """
    wanted = frozenset(scopes)
    grantable = MERCHANT_SCOPES if to_merchant else OPERATOR_SCOPES
    if not wanted:
        raise InvalidField("scopes", "a key without scopes may do nothing")
    refused = sorted(wanted - grantable)
    if refused:
        kind = "a merchant's" if to_merchant else "an operator's"
        raise InvalidField("scopes", f"{kind} key may not hold {', '.join(refused)}")
    return frozenset(each for each in grantable if each in wanted)
