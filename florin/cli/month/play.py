"""A month from its first morning to the report: the stage is set, the days are lived through, and the book is asked."""

import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from florin.batch.demo_programme import LOYALTY, create_demo_programme
from florin.batch.demo_tills import StoryInterrupted, StoryIssue, Tills, issue_story_cards, present_catalogue
from florin.batch.notices.send_notices import Senders
from florin.batch.opening_story import StoryMember
from florin.clearing.house import ClearingHouse
from florin.cli.demo_sheet import add_members, prepare_demo
from florin.cli.duties import duties_of
from florin.cli.house import open_house
from florin.cli.month.cast import cast_of, identities
from florin.cli.month.company import order_and_pay
from florin.cli.month.days import RECHARGE_FACE_MINOR, Newcomer, Props, live_through, morning
from florin.cli.month.facts import balances, differences, read_facts
from florin.cli.month.incidents import REGISTERED_FACE_MINOR
from florin.cli.month.nights import Watch
from florin.cli.month.office import Office
from florin.cli.month.outside import open_outside
from florin.cli.month.provider import Provider, provider_inside
from florin.cli.month.report import MonthReport
from florin.cli.month.stage import Stage
from florin.cli.month.walking_clock import WalkingClock
from florin.cli.notice_gateways import notice_gateways
from florin.cli.progress import Advance
from florin.cli.proof_table import ProofRow
from florin.reconciliation.run_proofs import run_proofs
from florin.settings import Settings
from florin.storage.members.members import member_named
from florin.storage.turns import open_turns

DAYS: Final = 36
"""Enough for who stops buying to be told so and to become inactive, and for a closure to come to its certificate."""

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""The programme's."""

_ORDERS_BEFORE_THE_END: Final = 5
_OPENS_AT: Final = time_of_day(8)
_STORY: Final = "month"


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """How many members, whose choices the seed makes, and which day is the last one of the month."""

    members: int
    seed: int
    last_day: date


async def grow_month(settings: Settings, plan: MonthPlan, advance: Advance = lambda _done, _whole: None) -> MonthReport:
    """Play the month in the data directory of the settings, which has a keyring and nothing else yet.

    Raises:
        StoryInterrupted: a verb refused what the story needs.
    """
    started = time.monotonic()
    chance = random.Random(plan.seed)  # noqa: S311 (no secret depends on it)
    first_day = plan.last_day - timedelta(days=DAYS - 1)
    clock = WalkingClock(datetime.combine(first_day, _OPENS_AT, ZONE).astimezone(UTC), ZONE)
    async with _stage(settings, clock, chance) as stage:
        before = await balances(stage)
        roles = cast_of(plan.members, chance)
        newcomers = [
            Newcomer(role, identity, secrets.token_urlsafe(12))
            for role, identity in zip(roles, identities(roles, chance), strict=True)
        ]
        add_members(settings.data_dir, [StoryMember(each.role.user_name, each.password) for each in newcomers])
        props = await _props(stage, plan)
        stage.on_day(DAYS - _ORDERS_BEFORE_THE_END, partial(order_and_pay, stage))
        for day in range(DAYS):
            await live_through(stage, [each for each in newcomers if each.role.joins_on == day], props)
            advance(day + 1, DAYS)
        await morning(stage)
        # The last day is closed, so what it has earned can be credited.
        await stage.watch.go_round()
        facts, after = await read_facts(stage), await balances(stage)
        proofs = await run_proofs(stage.house.pool)
        return MonthReport(
            first_day,
            plan.last_day,
            plan.seed,
            dict(stage.notes.happened),
            facts,
            stage.notes.points(LOYALTY.points),
            stage.watch.days_sealed,
            {} if stage.watch.last_close is None else {each.step: each.state for each in stage.watch.last_close.steps},
            await differences(stage),
            tuple(stage.notes.compared(before, after)),
            tuple(ProofRow(each.number, each.name, each.rows_checked, each.found) for each in proofs.results),
            round(time.monotonic() - started),
        )


@asynccontextmanager
async def _stage(settings: Settings, clock: WalkingClock, chance: random.Random) -> AsyncIterator[Stage]:
    public_url = f"http://{settings.host}:{settings.port}"
    async with (
        provider_inside(settings.model_copy(update={"public_url": public_url}), clock) as provider,
        open_house(provider.settings, clock=clock) as house,
        open_turns(house.clearing.pool) as turns,
    ):
        provider.tell(house.clearing)
        mail, short_messages = notice_gateways(provider.settings)
        watch = Watch(
            clock,
            duties_of(house, provider.settings, clock),
            Senders(house.clearing, turns, mail, short_messages, clock),
        )
        try:
            yield await _set_up(house.clearing, provider, watch, clock, chance)
        finally:
            await mail.close()


async def _set_up(
    house: ClearingHouse, provider: Provider, watch: Watch, clock: WalkingClock, chance: random.Random
) -> Stage:
    """The programme with its shops, its people and its opening story, on the first morning."""
    sheet = await prepare_demo(house, provider.settings.data_dir, clock)
    if sheet is None:
        raise StoryInterrupted("there is a programme in this directory already")
    programme = (await create_demo_programme(house.pool, clock())).programme
    office = Office(house, clock, {each.user_name: each for each in sheet.people})
    bystanders = [await member_named(house.pool, programme.id, each.user_name) for each in sheet.members]
    return Stage(
        house,
        clock,
        programme,
        Tills(house, await present_catalogue(house), _STORY, clock),
        provider,
        office,
        await open_outside(house, office, programme.id, clock),
        chance,
        watch,
        provider.settings.data_dir,
        tuple(each for each in bystanders if each is not None),
    )


async def _props(stage: Stage, plan: MonthPlan) -> Props:
    recharges = StoryIssue(_STORY, "recharge", RECHARGE_FACE_MINOR, plan.members)
    registered = StoryIssue(_STORY, "gift-registered", REGISTERED_FACE_MINOR, 1)
    cards = await issue_story_cards(stage.house, stage.programme, recharges, stage.clock)
    (lost,) = await issue_story_cards(stage.house, stage.programme, registered, stage.clock)
    return Props(iter(cards), lost, LOYALTY, plan.last_day)
