"""The liability roll-forward: how what customers are owed came from opening to closing."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from florin.domain.chart import AccountCode
from florin.domain.liability import LIABILITIES, Line, roll_forward
from florin.domain.movement import credited
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.reconciliation.reports.trial_balance import ONE_DAY
from florin.storage.connect import Connection
from florin.storage.reports.movements import read_movements, read_strict_totals

NAMES: Final = {
    AccountCode.CARD_PRINCIPAL: ("card_principal", "卡本金"),
    AccountCode.CARD_BONUS: ("card_bonus", "卡赠送"),
    AccountCode.WALLET_PRINCIPAL: ("wallet_principal", "账户本金"),
    AccountCode.WALLET_BONUS: ("wallet_bonus", "账户赠送"),
    AccountCode.CORPORATE_FUNDING: ("corporate_funding", "企业预存"),
}
LINES: Final = {
    Line.RECEIVED: "企业付款",
    Line.SOLD: "售卡",
    Line.TOPPED_UP: "充值",
    Line.GRANTED: "赠送",
    Line.MOVED: "卡与账户间转移",
    Line.SPENT: "消费",
    Line.REFUNDED: "退货",
    Line.PAID_OUT: "退卡退款",
    Line.FORFEITED: "赠送作废",
    Line.LAPSED: "失效",
    Line.OTHER: "其他",
}
COLUMNS: Final = (
    Column("line", "项目", Kind.TEXT),
    *(Column(name, chinese, Kind.MONEY) for name, chinese in NAMES.values()),
    Column("total", "合计", Kind.MONEY),
)


async def read(connection: Connection, asked: Asked) -> Report:
    """From what customers were owed before a span of business days to what they are owed at its end."""
    programme_id, unit = asked.programme.id, asked.unit
    first = asked.since or date.min
    before = [] if first == date.min else await read_movements(connection, programme_id, through=first - ONE_DAY)
    within = await read_movements(connection, programme_id, first, asked.through)
    later = await read_movements(connection, programme_id, asked.through + ONE_DAY)
    counters = await read_strict_totals(connection, programme_id)
    rolled = roll_forward(before, within, unit)
    rows = [_row("期初 opening", rolled.opening, unit)]
    rows += [_row(f"{LINES[line]} {line.replace('_', ' ')}", moved, unit) for line, moved in rolled.lines.items()]
    closing = rolled.closing
    checks = [
        Check(
            f"{name.replace('_', ' ')}: closing is what the accounts hold by their own counters, less what moved since",
            Money(counters.get((code, unit), 0) - credited(later, code, unit), unit),
            Money(closing[code], unit),
        )
        for code, (name, _) in NAMES.items()
    ]
    moved = sum(rolled.lines[Line.MOVED].values())
    checks.append(Check("what moves between cards and wallets is nought in all", Money(0, unit), Money(moved, unit)))
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(Section("liability", "负债变动", COLUMNS, tuple(rows), (_row("期末 closing", closing, unit),)),),
        checks=tuple(checks),
        notes=("红字为减少。 Amounts below zero are what customers are owed less.",),
    )


def _row(name: str, amounts: Mapping[AccountCode, int], unit: str) -> Row:
    return (name, *(Money(amounts[code], unit) for code in LIABILITIES), Money(sum(amounts.values()), unit))


KIND: Final = ReportKind(
    ReportName.LIABILITY_ROLL_FORWARD,
    "预收资金变动表",
    "What customers are owed: opening, sold, topped up, spent, refunded, paid out, closing.",
    Span.DAYS,
    read,
    each_day=True,
)
