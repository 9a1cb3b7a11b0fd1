"""What the book says when the month is over: members, payments, notices, stages, closures, findings."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from florin.clearing.closures.read_closure import closures_page, payouts_page
from florin.clearing.dormancy.member_figures import member_figures
from florin.clearing.payments.read_payments import findings_page, payments_page
from florin.cli.month.office import FINANCE, MANAGER
from florin.cli.month.stage import Stage, done
from florin.domain.movement import sides
from florin.domain.paging import Page
from florin.storage.loyalty.personal_tiers import tier_of_member
from florin.storage.loyalty.points import earned_by_member
from florin.storage.notices.told_notices import list_notices
from florin.storage.reconciliation.breaks import WhichBreaks, list_breaks
from florin.storage.reports.movements import read_movements

MOST: Final = 10_000

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts by what they are counted by, in the words of the API; ``points`` is what was credited in all."""

    members: Mapping[str, int]
    lives: Mapping[str, int]
    tiers: Mapping[str, int]
    payments: Mapping[str, int]
    notices: Mapping[str, int]
    sendings: Mapping[str, int]
    dormancy: Mapping[str, int]
    closures: Mapping[str, int]
    payouts: Mapping[str, int]
    findings: Mapping[str, int]
    points: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference that stands between our book and somebody else's: what they say more, in minor units."""

    kind: str
    counterparty: str | None
    value_on: date
    amount_minor: int
    state: str


async def differences(stage: Stage) -> tuple[Difference, ...]:
    """The breaks that wait for somebody, the oldest first."""
    page = await list_breaks(stage.house.pool, WhichBreaks(), None, MOST)
    found = [each.known for each in page.items]
    rows = [
        Difference(each.kind, each.counterparty_code, each.value_on, each.amount_minor, each.state) for each in found
    ]
    return tuple(sorted(rows, key=lambda each: (each.value_on, each.kind, each.amount_minor)))


async def balances(stage: Stage) -> dict[int, int]:
    """Credits less debits of each account's code, in minor units."""
    async with stage.house.pool.connection() as connection:
        moved = await read_movements(connection, stage.programme.id)
    return {code: each.credits_minor - each.debits_minor for (code, _), each in sides(moved).items()}


async def read_facts(stage: Stage) -> Facts:
    """All of it, as our people may see it."""
    house, now = stage.house, stage.clock()
    manager, finance = await stage.office.actor(MANAGER), await stage.office.actor(FINANCE)
    figures = done("figures", await member_figures(house, manager, stage.programme.id, None, now))
    payments = done("payments", await payments_page(house, finance, None, None, None, MOST))
    findings = done("findings", await findings_page(house, finance, None, None, MOST))
    closures = done("closures", await closures_page(house, manager, None, None, None, MOST))
    payouts = done("payouts", await payouts_page(house, finance, None, None, MOST))
    kinds, sendings = await _notices(stage)
    return Facts(
        members={kind.value: count for kind, count in figures.classes.items()},
        lives={life.value: count for life, count in figures.lives.items()},
        tiers=await _tiers(stage),
        payments=_counted(payments, lambda each: f"{each.purpose}: {each.status}"),
        notices=kinds,
        sendings=sendings,
        dormancy=dict(stage.watch.swept),
        closures=_counted(closures, lambda each: each.closure.status),
        payouts=_counted(payouts, lambda each: each.status),
        findings=_counted(findings, lambda each: each.kind),
        points=await _points(stage),
    )


def _counted(page: Page[_Item, UUID], kind_of: Callable[[_Item], str]) -> dict[str, int]:
    return dict(sorted(Counter(str(kind_of(each)) for each in page.items).items()))


async def _notices(stage: Stage) -> tuple[dict[str, int], dict[str, int]]:
    """Notices by kind, and their sendings by channel and status."""
    kinds: Counter[str] = Counter()
    sendings: Counter[str] = Counter()
    for member_id in stage.everybody:
        for each in (await list_notices(stage.house.pool, member_id, None, MOST)).items:
            kinds[each.kind] += 1
            sendings.update([f"{sent.channel}: {sent.status}" for sent in each.sendings] or ["nobody wanted it"])
    return dict(sorted(kinds.items())), dict(sorted(sendings.items()))


async def _tiers(stage: Stage) -> dict[str, int]:
    found = [await tier_of_member(stage.house.pool, each) for each in stage.everybody]
    return dict(sorted(Counter(each.name for each in found if each is not None and each.name is not None).items()))


async def _points(stage: Stage) -> int:
    """What the cast has been credited with for its purchases, less what was taken back."""
    pool = stage.house.pool
    return sum([await earned_by_member(pool, each.id, date.min, date.max) for each in stage.members.values()])
