"""Journals: what may be posted together, and in which unit each transfer is written."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from florin.domain.chart import AccountCode, Event
from florin.domain.journal import FlowAccount, Header, InvariantBrokenError, Movement, StrictAccount, post

PROGRAMME, MEMBER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def header(event: Event) -> Header:
    return Header(UUID(int=3), PROGRAMME, event, "CNY", date(2026, 11, 22), NOON, NOON)


def account(code: AccountCode, unit: str, balance_minor: int = 0) -> StrictAccount:
    return StrictAccount(2, MEMBER, code, unit, PROGRAMME, balance_minor, sequence=int(balance_minor > 0))


def flow(code: AccountCode) -> FlowAccount:
    return FlowAccount(code, PROGRAMME)


def test_a_voucher_that_is_used_leaves_in_its_own_unit_and_arrives_as_money() -> None:
    vouchers = account(AccountCode.VOUCHERS, "XVO", 50_00)
    bonus = account(AccountCode.WALLET_BONUS, "CNY")
    movements: list[Movement] = [
        (50_00, vouchers, flow(AccountCode.VOUCHERS_GRANTED)),
        (50_00, flow(AccountCode.PROMOTIONAL_VALUE), bonus),
    ]
    transfers = post(header(Event.VOUCHER_USED), movements)
    assert [("XVO", 0), ("CNY", 50_00)] == [(each.unit, each.balance_after_minor) for each in transfers]


@pytest.mark.parametrize(
    ("event", "code", "unit"),
    [
        (Event.POINTS_EARNED, AccountCode.POINTS, "CNY"),
        (Event.VOUCHER_GRANTED, AccountCode.VOUCHERS, "XPO"),
        (Event.TOP_UP, AccountCode.WALLET_PRINCIPAL, "XPO"),
        (Event.TOP_UP, AccountCode.WALLET_PRINCIPAL, "EUR"),
    ],
)
def test_no_account_takes_a_unit_that_is_not_its_own(event: Event, code: AccountCode, unit: str) -> None:
    source = {
        Event.POINTS_EARNED: AccountCode.POINTS_GRANTED,
        Event.VOUCHER_GRANTED: AccountCode.VOUCHERS_GRANTED,
        Event.TOP_UP: AccountCode.PROVIDER_RECEIVABLE,
    }[event]
    with pytest.raises(InvariantBrokenError, match=unit):
        post(header(event), [(1, flow(source), account(code, unit))])


def test_a_strict_account_that_nobody_has_locked_is_not_posted_to() -> None:
    with pytest.raises(InvariantBrokenError, match="locked"):
        post(header(Event.TOP_UP), [(1, flow(AccountCode.PROVIDER_RECEIVABLE), flow(AccountCode.WALLET_PRINCIPAL))])
