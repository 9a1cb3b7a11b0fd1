"""The demo's opening story: what a few shops and two members do on the first day, so that there is something to see.

It can be interrupted anywhere and played again from the same script: every step has a key of its own, so what has
happened already only answers once more.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from florin.batch.demo_tills import (
    StoryCard,
    StoryInterrupted,
    StoryIssue,
    Tills,
    approved,
    issue_story_cards,
    present_catalogue,
    stock_online,
    subject,
)
from florin.clearing.house import ClearingHouse
from florin.clearing.membership.register_member import Registered, RegisterMember, register_member
from florin.clearing.redeem import RedeemCommand, redeem
from florin.domain.declines import Decline
from florin.domain.programme import Programme
from florin.storage.members.members import member_named
from florin.storage.posting.request import Caller, KeyReusedError

_STORY: Final = "story"
_GIFT_CARDS: Final = 20
_RECHARGE_CARDS: Final = 10
_ONLINE_CARDS: Final = 50
_TRIAL_FACE_MINOR: Final = 100_00
_DELIVERY_S: Final = 3 * 24 * 3600
_LOCAL: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class StoryMember:
    """A member of the demo, for whoever wants to sign in."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Script:
    """Who takes part. Whoever plays the story keeps this first: sold cards and passwords cannot be found out again."""

    members: tuple[StoryMember, ...]
    gifts: tuple[StoryCard, ...] = field(repr=False)
    recharges: tuple[StoryCard, ...] = field(repr=False)


async def write_script(
    house: ClearingHouse, programme: Programme, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Script:
    """Make the cards, all still unsold, and think up members; again only while the script has not been played.

    Raises:
        StoryInterrupted: the cards were refused.
    """
    members = tuple(StoryMember(each, secrets.token_urlsafe(12)) for each in ("lin.mei", "wang.fang"))
    gifts, recharges = [
        await issue_story_cards(house, programme, StoryIssue(_STORY, code, face_minor, quantity), clock)
        for code, face_minor, quantity in (("gift", 200_00, _GIFT_CARDS), ("recharge", 500_00, _RECHARGE_CARDS))
    ]
    return Script(members, gifts, recharges)


async def play_opening_story(
    house: ClearingHouse,
    programme: Programme,
    script: Script,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[StoryCard, ...]:
    """Sell some cards, register the members, load, buy, refund and hold; all through the verbs.

    Cards of the trial's face are there for members to buy online.

    Returns the cards that are left over for visitors.

    Raises:
        StoryInterrupted: a step was refused.
    """
    tills = Tills(house, await present_catalogue(house), _STORY, clock)
    gifts, recharges = script.gifts, script.recharges
    await stock_online(house, programme, StoryIssue(_STORY, "recharge", _TRIAL_FACE_MINOR, _ONLINE_CARDS), clock)
    for card in gifts[:6]:
        await tills.sell("orchard-gate", card)
    for card in recharges[:4]:
        await tills.sell("station-kiosk", card)
    await _spend_gift_cards(tills, gifts)
    member_ids = [await join(house, programme, each, clock()) for each in script.members]
    for member_id, card in zip(member_ids, recharges, strict=False):
        load = RedeemCommand(card.number, card.pin)
        await approved(house, redeem(house, Caller(member_id, member_id), "story-load", load))
    await _shop_as_members(tills, member_ids)
    return (
        replace(gifts[5], note="gift card with 200.00 on it"),
        replace(gifts[6], note="gift card in stock, to be sold"),
        replace(recharges[3], note="recharge card of 500.00 to load"),
    )


async def _spend_gift_cards(tills: Tills, gifts: tuple[StoryCard, ...]) -> None:
    await tills.take("mill-lane", gifts[0].secret, 36_50)
    await tills.take("beehive", gifts[0].secret, 148_00)  # leaves 15.50: below the threshold of 20
    honey = subject(await tills.take("beehive", gifts[1].secret, 88_00))
    await tills.give_back("beehive", honey, 30_00)
    await tills.take("walnut-tree", gifts[2].secret, 42_00)
    await tills.reserve("delivery", gifts[3].secret, 120_00, _DELIVERY_S)
    ordered = await tills.reserve("delivery", gifts[4].secret, 150_00, _DELIVERY_S)
    await tills.deliver("delivery", ordered, 137_80)


async def _shop_as_members(tills: Tills, members: list[UUID]) -> None:
    for member_id, merchant, amount_minor in (
        (members[0], "long-meadow", 64_20),
        (members[0], "dairy-yard", 31_00),
        (members[1], "east-barn", 215_00),
    ):
        # Played before, with the payment code of that time, which is the only thing that is new each time.
        with suppress(KeyReusedError):
            await tills.take(merchant, await tills.code_of(member_id), amount_minor)


async def join(
    house: ClearingHouse, programme: Programme, member: StoryMember, now: datetime, referrer: str | None = None
) -> UUID:
    """A member of that name, who registers unless that has been done; `StoryInterrupted` when it is refused."""
    command = RegisterMember(
        programme_id=programme.id,
        user_name=member.user_name,
        password=member.password,
        mail=f"{member.user_name}@honeynut.example",
        agreement_version="1",
        address=_LOCAL,
        referrer=referrer,
    )
    registered = await register_member(house, command, now)
    if isinstance(registered, Registered):
        return registered.member_id
    joined = await member_named(house.pool, programme.id, member.user_name)
    if registered is not Decline.USER_NAME_TAKEN or joined is None:
        raise StoryInterrupted(f"member {member.user_name}: {registered}")
    return joined
