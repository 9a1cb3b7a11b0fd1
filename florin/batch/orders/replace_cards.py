"""Carrying out replacements: the successor is made first, and then takes the old card's place in one posting.

A kill in between leaves a card that is worth nothing and has nobody's place; whoever goes on finds it in the
replacement and does the rest, under a key that the posting engine knows again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from florin.clearing.change_card import VoidCardCommand, void_card
from florin.clearing.house import ClearingHouse
from florin.clearing.new_cards import make_cards
from florin.clearing.orders.card_in_order import order_as_caller
from florin.clearing.orders.replace_ordered_card import ReplaceOrderedCard, replace_ordered_card
from florin.clearing.orders.reported_card import settle_reported_cards
from florin.domain.card_life import CardStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.replacement import Replacement, ReplacementStatus
from florin.storage.corporate.replacements import (
    OldCard,
    add_successor,
    ask_again,
    end_replacement,
    find_replacement,
    old_card,
    replacements_to_make,
)

ATTEMPTS: Final = 5
"""How many numbers are tried for one successor; a thousand programmes' cards leave the next one free."""

_log: Final = structlog.get_logger("florin.batch")


class NoFreeNumber(Exception):
    """Number after number existed already: the programme's issuer prefix is used up."""


async def replace_cards(
    house: ClearingHouse, order_id: UUID, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Carry out every replacement of an order that waits for nobody's word.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; the next call goes on.
        NoFreeNumber: a successor cannot be made.
    """
    for replacement_id in await replacements_to_make(house.pool, order_id):
        await replace_card(house, replacement_id, clock())


async def replace_cards_that_wait(
    house: ClearingHouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Carry out what was asked for and left undone; one that fails is logged and holds up no other."""
    await settle_reported_cards(house)
    for replacement_id in await replacements_to_make(house.pool):
        try:
            await replace_card(house, replacement_id, clock())
        except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the next try tells)
            name = wire_id("replacement", replacement_id)
            _log.warning("card_not_replaced", replacement=name, error=type(error).__name__)


async def replace_card(house: ClearingHouse, replacement_id: UUID, now: datetime) -> Replacement | None:
    """Carry out one replacement, if it is to be made, and return it as it stands then.

    Raises:
        BusyError, OutcomeUnknownError, NoFreeNumber: as `replace_cards`.
    """
    replacement = await find_replacement(house.pool, replacement_id)
    if replacement is None or replacement.status is not ReplacementStatus.MAKING:
        return replacement
    old = await old_card(house.pool, replacement.old_card_id)
    await _make_successor(house, replacement, old)
    made = await find_replacement(house.pool, replacement_id)
    if made is not None and made.new_card_id is not None:
        await _take_place(house, made, made.new_card_id, old, now)
    return await find_replacement(house.pool, replacement_id)


async def _make_successor(house: ClearingHouse, replacement: Replacement, old: OldCard) -> None:
    catalogue = await house.engine.current_catalogue()
    product = catalogue.products[old.product_id]
    prefix = catalogue.programmes[product.programme_id].issuer_prefix
    for _ in range(ATTEMPTS):
        (card,) = make_cards(house.vault, prefix, 1, has_ecode=product.has_ecode)
        if await add_successor(house.pool, replacement, card, house.vault.cards.writing_key_id):
            return
    raise NoFreeNumber(f"no free card number for {wire_id('replacement', replacement.id)}")


async def _take_place(
    house: ClearingHouse, replacement: Replacement, new_card_id: UUID, old: OldCard, now: datetime
) -> None:
    caller = order_as_caller(replacement.order_id, replacement.session_id, wire_id("replacement", replacement.id))
    command = ReplaceOrderedCard(
        replacement.customer_id,
        replacement.order_id,
        replacement.old_card_id,
        new_card_id,
        replacement.is_approved,
        _holder(house, replacement, old),
    )
    # With consent it is another request: without it, it may have been refused.
    key = f"replace:{replacement.id.hex}:{'approved' if replacement.is_approved else 'asked'}"
    answer = await house.engine.submit(replace_ordered_card(house, caller, key, command))
    if answer.decline is None:
        replaced = ReplacementStatus.REPLACED
        await end_replacement(house.pool, replacement.id, replaced, journal_id=answer.journal_id, replaced_at=now)
    elif answer.decline is Decline.APPROVAL_REQUIRED:
        # It was activated after it was reported.
        await ask_again(house.pool, replacement.id)
        await settle_reported_cards(house, replacement.order_id)
    else:
        # The successor has nobody's place, and never will.
        await house.engine.submit(void_card(house, caller, VoidCardCommand(new_card_id, str(answer.decline))))
        await end_replacement(house.pool, replacement.id, ReplacementStatus.REFUSED, refusal=answer.decline)
        await settle_reported_cards(house, replacement.order_id)


def _holder(house: ClearingHouse, replacement: Replacement, old: OldCard) -> Identity | None:
    """Who holds an active registered card, to be sealed anew for its successor."""
    if old.status is CardStatus.SOLD or old.holder_encrypted is None:
        return None
    plain = house.vault.card_identities.open(old.holder_encrypted, replacement.old_card_id.bytes)
    return msgspec.json.decode(plain, type=Identity)
