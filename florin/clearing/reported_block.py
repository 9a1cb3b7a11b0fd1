"""The block of a card that somebody reports: it bears the report's name, and only that report's end lifts it.

A block that an operator has set beside it stays, and one that an operator sets later is nobody else's to lift.
"""

from typing import Final

from florin.domain.card import Card
from florin.domain.card_life import allow_debits, stop_debits

_BETWEEN: Final = "; "


def stop_debits_as(card: Card, name: str) -> bool:
    """Let nothing go out of the card any more; False when nothing did, and it stays as it was."""
    following = stop_debits(card.block)
    if following is card.block:
        return False
    card.block = following
    card.block_reason = _BETWEEN.join(filter(None, (card.block_reason, name)))
    return True


def allow_debits_as(card: Card, name: str) -> bool:
    """Let what was stopped under that name go on; False when it was not, or somebody has blocked the card since."""
    reason = card.block_reason or ""
    if not reason.endswith(name):
        return False
    card.block = allow_debits(card.block)
    card.block_reason = reason.removesuffix(name).removesuffix(_BETWEEN) or None
    return True
