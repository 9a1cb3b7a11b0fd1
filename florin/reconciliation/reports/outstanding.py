"""What is outstanding: on cards by product, denomination and age, in wallets, and of companies' money."""

from typing import Final

from florin.domain.ageing import Bands
from florin.domain.chart import AccountCode
from florin.domain.liability import LIABILITIES
from florin.domain.movement import Movement, credited
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.reconciliation.reports.liability_roll_forward import NAMES
from florin.storage.connect import Connection
from florin.storage.reports.movements import read_movements
from florin.storage.reports.outstanding import OutstandingLine, read_outstanding

AGES: Final = Bands((31, 91, 181, 366, 731, 1096))
"""Days since activation: a month, a quarter, half a year, one, two and three years."""

UNKNOWN: Final = "unknown"

CARDS: Final = (
    Column("product", "产品", Kind.TEXT),
    Column("denomination", "面值", Kind.MONEY),
    Column("age_days", "激活天数", Kind.TEXT),
    Column("cards", "张数", Kind.COUNT),
    Column("principal", "本金", Kind.MONEY),
    Column("bonus", "赠送", Kind.MONEY),
)
ALL: Final = (Column("account", "科目", Kind.TEXT), Column("balance", "余额", Kind.MONEY))


async def read(connection: Connection, asked: Asked) -> Report:
    """What was outstanding at the end of a business day."""
    programme, unit = asked.programme, asked.unit
    lines = await read_outstanding(connection, programme.id, asked.through, AGES.begins, programme.time_zone)
    moved = await read_movements(connection, programme.id, through=asked.through)
    principal = Money(sum(each.principal_minor for each in lines), unit)
    bonus = Money(sum(each.bonus_minor for each in lines), unit)
    cards = Section(
        "cards",
        "卡",
        CARDS,
        tuple(_card_row(each, unit) for each in lines),
        (("total", None, None, sum(each.cards for each in lines), principal, bonus),),
    )
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(cards, _all(moved, unit)),
        checks=(
            Check("principal on cards is what the book says", _of(moved, AccountCode.CARD_PRINCIPAL, unit), principal),
            Check("bonus on cards is what the book says", _of(moved, AccountCode.CARD_BONUS, unit), bonus),
        ),
        notes=("账龄按激活日起算。 The age of a card is counted in days from its activation.",),
    )


def _card_row(line: OutstandingLine, unit: str) -> Row:
    age = UNKNOWN if line.band is None else AGES.names[line.band]
    denomination = Money(line.denomination_minor, unit)
    amounts = Money(line.principal_minor, unit), Money(line.bonus_minor, unit)
    return (line.product_code, denomination, age, line.cards, *amounts)


def _all(moved: list[Movement], unit: str) -> Section:
    rows: tuple[Row, ...] = tuple(
        (f"{NAMES[code][1]} {NAMES[code][0].replace('_', ' ')}", _of(moved, code, unit)) for code in LIABILITIES
    )
    total = Money(sum(credited(moved, code, unit) for code in LIABILITIES), unit)
    return Section("outstanding", "未兑付合计", ALL, rows, (("total", total),))


def _of(moved: list[Movement], code: AccountCode, unit: str) -> Money:
    return Money(credited(moved, code, unit), unit)


KIND: Final = ReportKind(
    ReportName.OUTSTANDING,
    "未兑付余额表",
    "What is outstanding, on cards by product, denomination and age, and in wallets.",
    Span.DAY,
    read,
    each_day=True,
)
