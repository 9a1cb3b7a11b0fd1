"""Merchant ageing: what merchants are owed and owe, and since when; and payouts that are due.

The oldest is paid first: of what is owed, that part is older than some days which what was paid in all does not reach.
So two totals of an account say it, of the day and of the days before; no payment is followed to what it was for.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from florin.domain.ageing import Bands, aged
from florin.domain.chart import AccountCode
from florin.domain.movement import credited
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reports.account_balances import FlowTotals, read_flow_totals
from florin.storage.reports.due_payouts import DuePayouts, read_due_payouts
from florin.storage.reports.merchant_names import read_merchant_names
from florin.storage.reports.movements import read_movements

AGES: Final = Bands((2, 8, 31, 91))
"""Calendar days since the merchant sold or was paid for: what is usual, a week, a month, a quarter."""

OVERDUE: Final = Bands((1, 8, 31))
"""Calendar days after the day on which a payout was due."""

_BANDS: Final = tuple(
    Column(f"days_{name.replace('-', '_to_').replace('+', '_and_more')}", f"{name}天", Kind.MONEY)
    for name in AGES.names
)
AGED: Final = (
    Column("merchant", "商户", Kind.TEXT),
    Column("balance", "余额", Kind.MONEY),
    *_BANDS,
)
PAYOUTS: Final = (
    Column("merchant", "商户", Kind.TEXT),
    Column("due_on", "应付日", Kind.DATE),
    Column("days_overdue", "逾期天数", Kind.TEXT),
    Column("payouts", "笔数", Kind.COUNT),
    Column("amount", "金额", Kind.MONEY),
)
SECTIONS: Final = {
    AccountCode.MERCHANT_PAYABLE: ("owed_to_merchants", "应付商户"),
    AccountCode.MERCHANT_RESERVE: ("kept_in_reserve", "商户保证金"),
    AccountCode.MERCHANT_RECEIVABLE: ("owed_by_merchants", "应收商户"),
}


async def read(connection: Connection, asked: Asked) -> Report:
    """What merchants were owed and owed at the end of a business day."""
    programme, unit = asked.programme, asked.unit
    codes = tuple(map(int, SECTIONS))
    days = [asked.through, *(asked.through - timedelta(days=first) for first in AGES.begins)]
    totals = [await read_flow_totals(connection, programme.id, day, *codes) for day in days]
    names = await read_merchant_names(connection)
    _, ends_at = programme.times_of(asked.through, asked.through)
    payouts = await read_due_payouts(connection, programme.id, asked.through, ends_at)
    moved = await read_movements(connection, programme.id, through=asked.through)
    sections = [_section(code, totals, names, unit) for code in SECTIONS]
    checks = tuple(
        Check(
            f"account {code} is what the book says of all merchants",
            Money(_sign(code) * credited(moved, code, unit), unit),
            _balance(section),
        )
        for code, section in zip(SECTIONS, sections, strict=True)
    )
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(*sections, _payouts(payouts, names, asked)),
        checks=checks,
        notes=("先发生的先结清。 The oldest is taken to be paid first.",),
    )


def _sign(code: int) -> int:
    return -1 if code == AccountCode.MERCHANT_RECEIVABLE else 1


def _sides(code: int, totals: FlowTotals | None) -> tuple[int, int]:
    """By how much an account ever grew and shrank."""
    if totals is None:
        return 0, 0
    sides = totals.credits_minor, totals.debits_minor
    return sides if _sign(code) > 0 else (sides[1], sides[0])


def _section(
    code: int, totals: list[dict[tuple[int, UUID, str], FlowTotals]], names: dict[UUID, str], unit: str
) -> Section:
    name, chinese = SECTIONS[AccountCode(code)]
    rows: list[Row] = []
    for key in sorted(
        (each for each in totals[0] if each[0] == code), key=lambda each: (names.get(each[1], ""), each[1])
    ):
        grew = [_sides(code, of_day.get(key))[0] for of_day in totals]
        shrank = _sides(code, totals[0][key])[1]
        if grew[0] != shrank:
            of_bands = (Money(minor, key[2]) for minor in aged(grew, shrank))
            rows.append((names.get(key[1], key[1].hex), Money(grew[0] - shrank, key[2]), *of_bands))
    width = len(AGED)
    sums = (Money(sum(_minor(row[position]) for row in rows), unit) for position in range(1, width))
    return Section(name, chinese, AGED, tuple(rows), (("total", *sums),))


def _minor(cell: object) -> int:
    return cell.amount_minor if isinstance(cell, Money) else 0


def _balance(section: Section) -> Money:
    balance = section.totals[0][1]
    if not isinstance(balance, Money):
        raise TypeError("a total is an amount")
    return balance


def _payouts(due: list[DuePayouts], names: dict[UUID, str], asked: Asked) -> Section:
    rows = tuple(
        (
            names.get(each.merchant_id, each.merchant_id.hex),
            each.pays_on,
            "-" if each.pays_on >= asked.through else OVERDUE.names[OVERDUE.of((asked.through - each.pays_on).days)],
            each.payouts,
            Money(each.amount_minor, each.unit),
        )
        for each in due
    )
    total = Money(sum(each.amount_minor for each in due), asked.unit)
    return Section(
        "payouts_not_sent",
        "未付款项",
        PAYOUTS,
        rows,
        (("total", None, None, sum(each.payouts for each in due), total),),
    )


KIND: Final = ReportKind(
    ReportName.MERCHANT_AGEING,
    "商户账龄表",
    "What merchants are owed and owe, and since when; payouts that are due.",
    Span.DAY,
    read,
    each_day=True,
)
