"""Every operation on a card, tried in every status: what is answered and what happens to the book.

The table is written out rather than taken from the domain's rules, so that it is a second opinion on them.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from florin.clearing.change_card import (
    BlockCommand,
    UnblockCommand,
    VoidCardCommand,
    block_card,
    unblock_card,
    void_card,
)
from florin.domain.card_life import CardBlock, CardStatus
from florin.domain.declines import Decline
from florin.storage.posting.request import Answer, Caller
from tests.till import Till, fresh, subject
from tests.world import NOON, Balance, KnownCard, World

S: Final = CardStatus
UNSOLD: Final = (S.CREATED, S.IN_STOCK, S.SOLD)
GONE: Final = (S.CLOSING, S.CLOSED, S.VOIDED, S.REPLACED)

Do = Callable[[World, Till, KnownCard, Caller], Awaitable[Answer]]
"""A verb by a till, or by a member's own hand where the verb is a member's."""


async def set_status(world: World, card: KnownCard, status: CardStatus) -> None:
    # A card that ended some other way is worth nothing; here its value is only laid aside.
    world.connection.execute("UPDATE card SET status = %s WHERE id = %s", (status, card.id))


def operators(command: str) -> Do:
    async def do(world: World, till: Till, card: KnownCard, _: Caller) -> Answer:
        requests = {
            "block": block_card(till.house, world.operator, BlockCommand(card.id, CardBlock.ALL, "why")),
            "unblock": unblock_card(till.house, world.operator, UnblockCommand(card.id, "why")),
            "void card": void_card(till.house, world.operator, VoidCardCommand(card.id, "why")),
        }
        return await till.house.engine.submit(requests[command])

    return do


VERBS: Final[Mapping[str, Do]] = {
    "sell": lambda _, till, card, __: till.sell(card),
    "activate": lambda _, till, card, __: till.activate(card),
    "purchase": lambda _, till, card, __: till.purchase(card.by_pin, 10_00),
    "purchase by e-code": lambda _, till, card, __: till.purchase(card.by_ecode, 10_00),
    "hold": lambda _, till, card, __: till.hold(card.by_pin, 10_00),
    "inquire": lambda _, till, card, __: till.inquire(card.by_pin),
    "redeem": lambda _, till, card, member: till.at(member).redeem(card.by_pin),
    "preview": lambda _, till, card, member: till.at(member).preview(card.by_pin),
    "block": operators("block"),
    "unblock": operators("unblock"),
    "void card": operators("void card"),
}


def in_use(*, moved_minor: int = 0) -> dict[CardStatus, Decline | int]:
    """Answers of whatever needs an active card: nobody hears why before its activation, everybody afterwards."""
    return {
        **dict.fromkeys(UNSOLD, Decline.CARD_NOT_ACCEPTED),
        S.ACTIVE: moved_minor,
        S.REDEEMED: Decline.CARD_REDEEMED,
        **dict.fromkeys(GONE, Decline.CARD_NOT_ACTIVE),
    }


def only(allowed: Mapping[CardStatus, int], otherwise: Decline) -> dict[CardStatus, Decline | int]:
    return {**dict.fromkeys(S, otherwise), **allowed}


CHANGEABLE: Final[Mapping[CardStatus, Decline | int]] = {
    **dict.fromkeys((*UNSOLD, S.ACTIVE), 0),
    S.REDEEMED: Decline.CARD_REDEEMED,
    **dict.fromkeys(GONE, Decline.CARD_NOT_ACTIVE),
}

# What happens to the card's balance in minor units, or why nothing does.
EXPECTED: Final[Mapping[str, Mapping[CardStatus, Decline | int]]] = {
    "sell": only({S.IN_STOCK: 0}, Decline.CARD_NOT_SELLABLE),
    "activate": only({S.IN_STOCK: 100_00, S.SOLD: 100_00}, Decline.CARD_NOT_SELLABLE),
    "purchase": in_use(moved_minor=-10_00),
    "purchase by e-code": in_use(moved_minor=-10_00),
    "hold": in_use(),
    # Whoever has given a card up may look what is on it.
    "inquire": {**in_use(), S.CLOSING: 0},
    "redeem": in_use(moved_minor=-100_00),
    "preview": in_use(),
    "block": CHANGEABLE,
    "unblock": CHANGEABLE,
    "void card": only({S.CREATED: 0, S.IN_STOCK: 0}, Decline.CARD_NOT_VOIDABLE),
}

# These refer to something that was done while the card was active.
LATER_VERBS: Final = ("capture", "release", "refund", "void", "reverse")


@pytest.mark.parametrize("status", CardStatus)
@pytest.mark.parametrize("verb", VERBS)
async def test_a_verb_on_a_card(world: World, till: Till, verb: str, status: CardStatus) -> None:
    card = world.card(status=status, sold_by=world.shop.id if status is S.SOLD else None)
    member = world.member()
    before, balance = world.everything_that_counts(), world.balance(card.id)
    answer = await VERBS[verb](world, till, card, member)
    expected = EXPECTED[verb][status]
    if isinstance(expected, Decline):
        assert (expected, before) == (answer.decline, world.everything_that_counts())
    else:
        assert (None, balance.principal_minor + expected) == (
            answer.decline,
            world.balance(card.id).principal_minor,
        )
    assert (answer.journal_id is not None) == (not isinstance(expected, Decline) and expected != 0)


@pytest.mark.parametrize("status", CardStatus)
@pytest.mark.parametrize("verb", LATER_VERBS)
async def test_a_verb_that_refers_to_an_earlier_one(world: World, till: Till, verb: str, status: CardStatus) -> None:
    card, reference = world.card(), fresh("ref")
    purchase_id = subject(await till.purchase(card.by_pin, 40_00, reference=reference))
    hold_id = subject(await till.hold(card.by_pin, 10_00))
    await set_status(world, card, status)
    member = world.member()
    if status is S.REDEEMED:
        world.insert(
            "redemption",
            card_id=card.id, shard=0, member_id=member.id, amount_minor=1, unit="CNY", last4="0000",
            journal_id=card.id, posted_at=NOON,
        )  # fmt: skip
    before = world.everything_that_counts()
    answers: Mapping[str, Callable[[], Awaitable[Answer]]] = {
        "capture": lambda: till.capture(hold_id),
        "release": lambda: till.release(hold_id),
        "refund": lambda: till.refund(purchase_id),
        "void": lambda: till.void(purchase_id),
        "reverse": lambda: till.reverse(reference),
    }
    answer = await answers[verb]()
    # To let go of a hold takes nothing from anybody, so nothing stands in its way.
    gives_back = verb in ("refund", "void", "reverse")
    expected = None if status is S.ACTIVE or verb == "release" else Decline.CARD_NOT_ACTIVE
    if status is S.CLOSING and gives_back:
        # It is paid out with the rest.
        expected = None
    followed = status is S.REDEEMED and gives_back
    if status is S.REDEEMED and expected:
        # What is given back goes after the card's value, into the wallet.
        expected = None if followed else Decline.CARD_REDEEMED
    assert expected == answer.decline
    left = {"capture": Balance(50_00), "release": Balance(60_00)}.get(verb, Balance(100_00, 0, 10_00))
    if followed:
        assert (Balance(60_00, 0, 10_00), Balance(40_00)) == (world.balance(card.id), world.balance(member.id))
    elif expected is None:
        assert left == world.balance(card.id)
    else:
        assert before == world.everything_that_counts()
