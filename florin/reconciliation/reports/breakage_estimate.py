"""The estimate of breakage by the proportional method of IFRS 15; a report only, which posts nothing."""

from typing import Final

from florin.domain.breakage import Estimate, cohorts_of, estimate, quarter_name, redemption_curve
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reports.cohorts import read_cohorts
from florin.storage.reports.gift_cards import read_gift_card_total

HORIZON: Final = 12
"""Quarters after which no more is expected: the three years that a bearer card is valid at least."""

_PER_BASIS_POINT: Final = 100

COHORTS: Final = (
    Column("cohort", "售出季度", Kind.TEXT),
    Column("loaded", "面值", Kind.MONEY),
    Column("used", "已消费", Kind.MONEY),
    Column("expected_used", "预计消费", Kind.MONEY),
    Column("breakage", "预计沉淀", Kind.MONEY),
    Column("earned", "已实现", Kind.MONEY),
    Column("to_come", "待实现", Kind.MONEY),
)
CURVE: Final = (Column("age_quarters", "季龄", Kind.COUNT), Column("spent", "累计消费比例", Kind.RATIO))
METHOD: Final = (
    "IFRS 15 B44-B47: expected breakage is earned in proportion to what has been spent of what is expected to be.",
    "The curve adds up, age by age, what the cohorts that lived through an age spent in it, in parts of their load.",
    "Without a cohort of twelve quarters nothing is expected to remain (B46), and the estimate is nought.",
    "Recharge cards and wallets are left out; what was moved, paid out or lapsed is no right that can still be used.",
    "A report only: nothing is posted. Where the law lets no balance go, none of it may be taken as income.",
)


async def read(connection: Connection, asked: Asked) -> Report:
    """The estimate at the end of a business day."""
    unit = asked.unit
    moved = await read_cohorts(connection, asked.programme.id, asked.through)
    this_quarter = asked.through.year * 4 + (asked.through.month - 1) // 3
    cohorts = cohorts_of(((each.quarter, each.age, each.loaded_minor, each.used_minor) for each in moved), this_quarter)
    curve = redemption_curve(cohorts, HORIZON)
    estimates = [estimate(each, curve) for each in cohorts]
    outstanding = sum(each.loaded_minor - each.all_used_minor for each in cohorts)
    held = await read_gift_card_total(connection, asked.programme.id, asked.through)
    shares = enumerate(curve or ())
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(
            Section(
                "cohorts", "各期", COHORTS, tuple(_row(each, unit) for each in estimates), (_total(estimates, unit),)
            ),
            Section(
                "redemption_curve", "消费曲线", CURVE, tuple((age, part // _PER_BASIS_POINT) for age, part in shares)
            ),
        ),
        checks=(Check("loaded less used is what is on the cards", Money(held, unit), Money(outstanding, unit)),),
        notes=METHOD,
    )


def _amounts(each: Estimate) -> tuple[int, ...]:
    cohort = each.cohort
    used, expected = cohort.all_used_minor, each.expected_used_minor
    return cohort.loaded_minor, used, expected, each.breakage_minor, each.earned_minor, each.to_come_minor


def _row(each: Estimate, unit: str) -> Row:
    return (quarter_name(each.cohort.quarter), *(Money(minor, unit) for minor in _amounts(each)))


def _total(estimates: list[Estimate], unit: str) -> Row:
    columns = zip(*map(_amounts, estimates), strict=True) if estimates else ((0,) for _ in COHORTS[1:])
    return ("total", *(Money(sum(column), unit) for column in columns))


KIND: Final = ReportKind(
    ReportName.BREAKAGE_ESTIMATE,
    "沉淀收益估计",
    "What is expected never to be spent of cards, and how much of it is earned by now (IFRS 15, B44-B47).",
    Span.DAY,
    read,
)
