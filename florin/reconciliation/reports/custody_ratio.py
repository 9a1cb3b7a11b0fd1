"""The custody ratio: what is in custody in parts of what was prepaid at the end of the last quarter, with its alarm."""

from datetime import date
from typing import Final

from florin.domain.chart import AccountCode
from florin.domain.custody import CustodyPosition
from florin.domain.liability import prepaid
from florin.domain.money import format_minor
from florin.domain.movement import credited
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import custody_on
from florin.domain.programme import Programme
from florin.domain.quarter import end_of_last_quarter
from florin.domain.report import Cell, Check, Column, Kind, Money, Report
from florin.reconciliation.reports.asked import Asked, ReportKind, ReportName, Span
from florin.storage.connect import Connection
from florin.storage.reports.account_balances import read_flow_totals
from florin.storage.reports.movements import read_movements

Facts = tuple[tuple[Column, Cell], ...]


async def read_position(connection: Connection, programme: Programme, on: date) -> CustodyPosition:
    """What is in custody at the end of a business day, and what its programme's policy pack asks for then."""
    until_now = await read_movements(connection, programme.id, through=on)
    until_quarter = await read_movements(connection, programme.id, through=end_of_last_quarter(on))
    rule = custody_on(PACKS[PackName(programme.policy_pack)], programme.issuer_class, on)
    return CustodyPosition(
        custody_minor=-credited(until_now, AccountCode.BANK, programme.unit),
        prepaid_minor=prepaid(until_quarter, programme.unit),
        asked_basis_points=None if rule is None else rule.basis_points,
    )


def facts_of(position: CustodyPosition, unit: str) -> Facts:
    """The position as the facts of a report."""
    return (
        (Column("in_custody", "存管资金", Kind.MONEY), Money(position.custody_minor, unit)),
        (Column("prepaid_at_quarter_end", "上季末预收资金余额", Kind.MONEY), Money(position.prepaid_minor, unit)),
        (Column("custody_ratio", "存管比例", Kind.RATIO), position.ratio_basis_points),
        (Column("asked_ratio", "规定比例", Kind.RATIO), position.asked_basis_points),
        (Column("required", "应存管资金", Kind.MONEY), Money(position.required_minor, unit)),
        (Column("short", "缺口", Kind.MONEY), Money(position.short_minor, unit)),
    )


def alarms_of(position: CustodyPosition, unit: str) -> tuple[str, ...]:
    """What is to be said when too little is in custody."""
    if not position.is_short:
        return ()
    missing = f"{format_minor(position.short_minor, unit)} {unit}"
    return (f"存管资金不足: 缺口 {missing}。 Too little is in custody: {missing} are missing.",)


async def read(connection: Connection, asked: Asked) -> Report:
    """The custody ratio at the end of a business day."""
    programme, unit = asked.programme, asked.unit
    position = await read_position(connection, programme, asked.through)
    bank = await read_flow_totals(connection, programme.id, asked.through, AccountCode.BANK)
    held = sum(each.debits_minor - each.credits_minor for each in bank.values() if each.unit == unit)
    rule = custody_on(PACKS[PackName(programme.policy_pack)], programme.issuer_class, asked.through)
    source = "the policy pack asks for nothing" if rule is None else f"{rule.source}; {programme.issuer_class} issuer"
    return Report(
        name=KIND.name,
        chinese=KIND.chinese,
        **asked.heads(),
        facts=facts_of(position, unit),
        sections=(),
        checks=(
            Check(
                "the bank account by its own totals is what events moved on it",
                Money(held, unit),
                Money(position.custody_minor, unit),
            ),
        ),
        notes=(f"依据 Source: {source}.",),
        alarms=alarms_of(position, unit),
    )


KIND: Final = ReportKind(
    ReportName.CUSTODY_RATIO,
    "资金存管比例",
    "What is in custody in parts of what was prepaid at the end of the last quarter.",
    Span.DAY,
    read,
    each_day=True,
)
