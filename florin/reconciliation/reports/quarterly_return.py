"""The quarter's figures for the regulator: cards issued, what was prepaid and used, what is outstanding, custody."""

from typing import Final

from florin.domain.chart import AccountCode
from florin.domain.liability import PREPAID, Line, RollForward, roll_forward
from florin.domain.movement import credited
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import return_on
from florin.domain.quarter import due_on, quarter_of
from florin.domain.report import Cell, Check, Column, Kind, Money, Report, Row, Section, words
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.reconciliation.reports.custody_ratio import alarms_of, facts_of, read_position
from florin.reconciliation.reports.liability_roll_forward import LINES
from florin.reconciliation.reports.trial_balance import ONE_DAY
from florin.storage.connect import Connection
from florin.storage.reports.movements import read_movements, read_strict_totals
from florin.storage.reports.sold_cards import read_sold_cards

KINDS: Final = {"bearer_gift": "不记名卡", "registered_gift": "记名卡", "recharge": "充值卡"}
CARDS: Final = (
    Column("kind", "卡类", Kind.TEXT),
    Column("sold", "发卡张数", Kind.COUNT),
    Column("taken_back", "退回张数", Kind.COUNT),
    Column("amount", "发卡金额", Kind.MONEY),
)
FUNDS: Final = (Column("line", "项目", Kind.TEXT), Column("amount", "金额", Kind.MONEY))


async def read(connection: Connection, asked: Asked) -> Report:
    """The figures of the quarter in which the last day lies, up to the end of it."""
    programme, unit = asked.programme, asked.unit
    first, last = quarter_of(asked.through)
    before = await read_movements(connection, programme.id, through=first - ONE_DAY)
    within = await read_movements(connection, programme.id, first, last)
    later = await read_movements(connection, programme.id, last + ONE_DAY)
    counters = await read_strict_totals(connection, programme.id)
    rolled = roll_forward(before, within, unit)
    sold = await read_sold_cards(connection, programme.id, first, last)
    position = await read_position(connection, programme, last)
    rule = return_on(PACKS[PackName(programme.policy_pack)], last)
    paid = sum(each.amount_minor for each in sold)
    outstanding = sum(counters.get((code, unit), 0) - credited(later, code, unit) for code in PREPAID)
    due: Cell = None if rule is None else due_on(last, rule.due_day)
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        facts=((Column("due_on", "填报期限", Kind.DATE), due), *facts_of(position, unit)),
        sections=(
            Section(
                "cards",
                "发卡",
                CARDS,
                tuple(
                    (KINDS.get(each.kind, each.kind), each.sold, each.taken_back, Money(each.amount_minor, unit))
                    for each in sold
                ),
                (("total", sum(each.sold for each in sold), sum(each.taken_back for each in sold), Money(paid, unit)),),
            ),
            Section("prepaid_funds", "预收资金", FUNDS, *_funds(rolled, unit)),
        ),
        checks=(
            Check(
                "what single cards were sold for is what the roll-forward says",
                Money(rolled.lines[Line.SOLD][AccountCode.CARD_PRINCIPAL], unit),
                Money(paid, unit),
            ),
            Check(
                "prepaid funds at the end are what the accounts hold by their own counters, less what moved since",
                Money(outstanding, unit),
                Money(sum(rolled.closing[code] for code in PREPAID), unit),
            ),
        ),
        notes=(f"依据 Source: {'the policy pack asks for no report' if rule is None else rule.source}.",),
        alarms=alarms_of(position, unit),
    )


def _funds(rolled: RollForward, unit: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    opening = ("期初 opening", Money(sum(rolled.opening[code] for code in PREPAID), unit))
    lines = [
        (f"{LINES[line]} {words(line)}", Money(sum(amounts[code] for code in PREPAID), unit))
        for line, amounts in rolled.lines.items()
    ]
    closing = ("期末 closing", Money(sum(rolled.closing[code] for code in PREPAID), unit))
    return (opening, *lines), (closing,)


KIND: Final = ReportKind(
    ReportName.QUARTERLY_RETURN,
    "单用途卡业务季度报表",
    "The quarter's figures for the regulator: cards sold, prepaid funds, what is outstanding, custody.",
    Span.QUARTER,
    read,
)
