"""Break ageing: what differs between our book and others', by whose file it is, what it is and how old."""

from collections import defaultdict
from typing import Final

from florin.domain.ageing import Bands
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reports.live_breaks import read_live_breaks
from florin.storage.settlement.bank_calendars import calendar_of

AGES: Final = Bands((1, 2, 6, 11))
"""Banking days since the value date, less those by which the counterparty is usually later than we are."""

COLUMNS: Final = (
    Column("counterparty", "对方", Kind.TEXT),
    Column("kind", "差错类型", Kind.TEXT),
    Column("age", "账龄银行工作日", Kind.TEXT),
    Column("breaks", "笔数", Kind.COUNT),
    Column("amount", "金额", Kind.MONEY),
)


async def read(connection: Connection, asked: Asked) -> Report:
    """The breaks about days up to a business day that had not ended when it did."""
    programme = asked.programme
    _, ends_at = programme.times_of(asked.through, asked.through)
    count, live = await read_live_breaks(connection, programme.id, asked.through, ends_at)
    calendar = await calendar_of(connection, programme.id)
    grouped: defaultdict[tuple[str, str, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in live:
        band = AGES.of(calendar.days_between(each.value_on, asked.through) - each.lag_days)
        group = grouped[each.counterparty, each.kind, band, each.currency]
        group[0] += each.breaks
        group[1] += each.amount_minor
    rows: tuple[Row, ...] = tuple(
        (counterparty, kind, AGES.names[band], breaks, Money(minor, currency))
        for (counterparty, kind, band, currency), (breaks, minor) in sorted(grouped.items())
    )
    found = sum(breaks for breaks, _ in grouped.values())
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(Section("breaks", "差错", COLUMNS, rows, (("total", None, None, found, None),)),),
        checks=(Check("every break is in a group", count, found),),
        notes=(
            "金额不分正负。 Amounts are without their signs.",
            "账龄已扣除对方通常的滞后天数。 The usual lag of a counterparty is taken off.",
        ),
    )


KIND: Final = ReportKind(
    ReportName.BREAK_AGEING,
    "差错账龄表",
    "What differs from banks' and providers' statements, by counterparty, kind and age in banking days.",
    Span.DAY,
    read,
    each_day=True,
)
