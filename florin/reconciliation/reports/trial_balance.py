"""The trial balance: what was ever debited and credited to the accounts of each code."""

from datetime import timedelta
from typing import Final

from florin.domain.chart import CHART, STRICT_CODES, AccountCode
from florin.domain.movement import credited, on_normal_side, sides
from florin.domain.report import Check, Column, Kind, Money, Report, Section
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reports.movements import read_movements, read_strict_totals

ONE_DAY: Final = timedelta(days=1)

COLUMNS: Final = (
    Column("account", "科目名称", Kind.TEXT),
    Column("code", "科目", Kind.COUNT),
    Column("debits", "借方", Kind.MONEY),
    Column("credits", "贷方", Kind.MONEY),
    Column("balance", "余额", Kind.MONEY),
)


async def read(connection: Connection, asked: Asked) -> Report:
    """The trial balance at the end of a business day."""
    programme_id = asked.programme.id
    moved = await read_movements(connection, programme_id, through=asked.through)
    later = await read_movements(connection, programme_id, asked.through + ONE_DAY)
    counters = await read_strict_totals(connection, programme_id)
    by_account = sides(moved)
    units = sorted({unit for _, unit in by_account})
    rows = tuple(
        (
            CHART[AccountCode(code)].name,
            code,
            Money(each.debits_minor, unit),
            Money(each.credits_minor, unit),
            Money(on_normal_side(code, each), unit),
        )
        for (code, unit), each in by_account.items()
    )
    totals, checks = [], []
    for unit in units:
        debit = Money(sum(each.debits_minor for (_, of), each in by_account.items() if of == unit), unit)
        credit = Money(sum(each.credits_minor for (_, of), each in by_account.items() if of == unit), unit)
        totals.append(("total", None, debit, credit, None))
        checks.append(Check(f"debits are credits ({unit})", debit, credit))
        counted = sum(minor for (_, of), minor in counters.items() if of == unit)
        since = sum(credited(later, code, unit) for code in STRICT_CODES)
        by_sides = sum(credited(moved, code, unit) for code in STRICT_CODES)
        checks.append(
            Check(
                f"strict accounts by their own counters, less what moved since ({unit})",
                Money(counted - since, unit),
                Money(by_sides, unit),
            )
        )
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        sections=(Section("accounts", "科目", COLUMNS, rows, tuple(totals)),),
        checks=tuple(checks),
    )


KIND: Final = ReportKind(
    ReportName.TRIAL_BALANCE,
    "试算平衡表",
    "Debits and credits of all accounts, by account code.",
    Span.DAY,
    read,
    each_day=True,
)
