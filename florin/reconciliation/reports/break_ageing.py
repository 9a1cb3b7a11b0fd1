"""Break ageing: what differs between our book and others', by whose file it is, what it is and how old."""

from typing import Final

from florin.domain.break_age import age_days
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section
from florin.domain.standing_breaks import by_age
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reconciliation.standing_breaks import count_breaks, standing_breaks
from florin.storage.settlement.bank_calendars import calendar_of

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
    about = (programme.id, asked.through, ends_at)
    count, standing = await count_breaks(connection, *about), await standing_breaks(connection, *about)
    calendar = await calendar_of(connection, programme.id)
    groups = by_age(standing, lambda each: age_days(calendar, each.value_on, each.lag_days, asked.through))
    rows: tuple[Row, ...] = tuple(
        (each.counterparty, each.kind.value, each.bucket.value, each.breaks, Money(each.amount_minor, each.currency))
        for each in groups
    )
    found = sum(each.breaks for each in groups)
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
