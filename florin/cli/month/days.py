"""A day of the story: the night before, who joins, what befalls whom, who shops, and the round of the duties."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from florin.batch.demo_tills import StoryCard
from florin.cli.month.cast import Habit, Part, Role
from florin.cli.month.errands import Pays, buy, enter, load, register, top_up
from florin.cli.month.incidents import call_whoever_is_quiet, plan
from florin.cli.month.outside import banking_day, hand_in
from florin.cli.month.stage import Member, Stage
from florin.domain.identity import Identity
from florin.domain.loyalty_terms import LoyaltyTerms

RECHARGE_FACE_MINOR: Final = 200_00

MORNING: Final = time(10, 30)
"""When the bank's statement and the provider's bills of the day before are there."""

DINNER: Final = time(18, 30)
EVENING: Final = time(21, 30)

_ONE_DAY: Final = timedelta(days=1)
_FIRST_TOP_UPS_MINOR: Final = (100_00, 200_00, 300_00)
_TOP_UPS_MINOR: Final = (50_00, 100_00, 200_00)
_SHOPS: Final = 0.25
"""How likely somebody who still buys does so on a day."""

_BUYS_FOR_DAYS: Final = 3
"""Who stops does so after so many days."""

_POOR_MINOR: Final = 60_00
_LEAST_MINOR: Final = 8_00
_DEAREST_MINOR: Final = 120_00
_LIKES_CARDS: Final = 0.3
_FATES: Final = {Pays.AS_ASKED: 88, Pays.NEVER: 8, Pays.REFUSES: 4}
"""What becomes of a hundred top-ups."""

_UNHEARD_EVERY: Final = 6
_AGAIN_EVERY: Final = 9
_CALLS_EVERY: Final = 5
_FIRST_CALLS_ON: Final = 25


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joins."""

    role: Role
    identity: Identity
    password: str


@dataclass(frozen=True, slots=True)
class Props:
    """What the story needs besides people: cards to load and to lose, the terms of loyalty, and when it ends."""

    recharge_cards: Iterator[StoryCard]
    registered_card: StoryCard
    terms: LoyaltyTerms
    last_day: date


async def live_through(stage: Stage, newcomers: Sequence[Newcomer], props: Props) -> None:
    """One day, from its morning, on which the day before is closed, to its evening.

    On the last one there is another round in the evening, so that what can be told that day is told.
    """
    today = stage.clock.today
    await morning(stage)
    for each in newcomers:
        member = await register(stage, each.role, each.identity, each.password)
        plan(stage, member, props.terms, props.registered_card)
        await _first_money(stage, member, props)
    if stage.day >= _FIRST_CALLS_ON and stage.day % _CALLS_EVERY == 0:
        await call_whoever_is_quiet(stage)
    for deed in stage.later.pop(stage.day, []):
        await deed()
    for member in stage.chance.sample(list(stage.members.values()), len(stage.members)):
        if _still_buys(stage, member) and stage.chance.random() < _SHOPS:
            await _shop(stage, member)
    stage.clock.go_to(today, DINNER)
    await _what_goes_astray(stage)
    await banking_day(stage, (props.last_day - today).days)
    if today == props.last_day:
        stage.clock.go_to(today, EVENING)
        await stage.watch.go_round()
    stage.clock.go_to(today + _ONE_DAY, time())
    stage.day += 1


async def morning(stage: Stage) -> None:
    """The files of the day before come, the duties are done, and that day is closed, if all its files are there."""
    stage.clock.go_to(stage.clock.today, MORNING)
    await hand_in(stage)
    await stage.watch.go_round()
    if stage.day:
        await stage.watch.close_yesterday(stage.programme)


async def _first_money(stage: Stage, member: Member, props: Props) -> None:
    """What a new member brings in, by a card or online, if anything."""
    if member.role.habit is Habit.NEVER_PAYS:
        await top_up(stage, member, 100_00, Pays.NEVER)
        return
    if member.role.part in (Part.FORGETS, Part.RUNS_LOW, Part.LEAVES, Part.WANTS_TO_LEAVE):
        await top_up(stage, member, 200_00)
        return
    likes_cards = member.role.part in (Part.COMPLAINS, Part.THINKS_BETTER) or stage.chance.random() < _LIKES_CARDS
    card = next(props.recharge_cards, None) if likes_cards else None
    if card is None:
        await top_up(stage, member, stage.chance.choice(_FIRST_TOP_UPS_MINOR))
    else:
        await enter(stage, member)
        await load(stage, member, card, RECHARGE_FACE_MINOR)


def _still_buys(stage: Stage, member: Member) -> bool:
    if member.has_left or member.role.habit is Habit.NEVER_PAYS:
        return False
    if member.role.habit is Habit.REGULAR:
        return True
    return member.role.part is None and stage.day - member.role.joins_on < _BUYS_FOR_DAYS


async def _shop(stage: Stage, member: Member) -> None:
    """Top up if little is left, and buy something that the wallet can pay."""
    balance_minor = await stage.balance_of(member)
    if balance_minor < _POOR_MINOR:
        (pays,) = stage.chance.choices(list(_FATES), list(_FATES.values()))
        await top_up(stage, member, stage.chance.choice(_TOP_UPS_MINOR), pays)
        balance_minor = await stage.balance_of(member)
    if balance_minor >= _LEAST_MINOR:
        await buy(stage, member, stage.chance.randint(_LEAST_MINOR, min(balance_minor, _DEAREST_MINOR)))


async def _what_goes_astray(stage: Stage) -> None:
    """Now and then a notification of the provider's never comes, and now and then all of them come once more."""
    regular = [each for each in stage.members.values() if each.role.habit is Habit.REGULAR]
    if stage.day % _UNHEARD_EVERY == 1 and regular:
        await top_up(stage, stage.chance.choice(regular), 50_00, Pays.UNHEARD)
        stage.notes.happened["top-ups found by asking"] += 1
    if stage.day % _AGAIN_EVERY == _AGAIN_EVERY - 1:
        await stage.provider.notify(again=True)
