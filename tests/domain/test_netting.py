"""What two programmes owe each other, set off: a table of both directions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.netting import HASHED, NettingStatement, NettingStatus, pays_to, permit_approval, set_off

FIRST, SECOND = UUID(int=1), UUID(int=2)
ACCOUNT = BankAccount("Farm", "Bank of Honey", "6222021000000001")


def drawn(first: int, second: int) -> NettingStatement:
    made = NettingStatement(
        id=UUID(int=9), first_id=FIRST, second_id=SECOND, unit="CNY", status=NettingStatus.DRAFTED,
        from_day=date(2026, 3, 2), until_day=date(2026, 3, 8), statements=3, first_owes_minor=first,
        second_owes_minor=second, drafted_by=UUID(int=5), drafted_person=UUID(int=6),
        drafted_at=datetime(2026, 3, 9, tzinfo=UTC),
    )  # fmt: skip
    set_off(made)
    pays_to(made, ACCOUNT)
    return made


@pytest.mark.parametrize(
    ("first", "second", "offset", "net", "debtor"),
    [
        (100, 0, 0, 100, FIRST),
        (0, 100, 0, 100, SECOND),
        (100, 30, 30, 70, FIRST),
        (30, 100, 30, 70, SECOND),
        (50, 50, 50, 0, None),
        (0, 0, 0, 0, None),
        (-5, 10, -5, 15, SECOND),  # more went back than was bought: the other one owes it, too
        (10, -5, -5, 15, FIRST),
        (-5, -3, -5, 2, SECOND),
        (-5, -5, -5, 0, None),
    ],
)
def test_the_smaller_debt_is_set_off_and_the_rest_is_paid(
    first: int, second: int, offset: int, net: int, debtor: UUID | None
) -> None:
    made = drawn(first, second)
    assert (offset, net, debtor) == (made.offset_minor, made.net_minor, made.debtor_id)
    # In each book both accounts move by what is set off: one then stands at nought, the other at the net.
    assert sorted([0, net]) == sorted([first - offset, second - offset])
    assert (None if debtor is None else {FIRST, SECOND} - {debtor}) == ({made.creditor_id} if debtor else None)
    assert (ACCOUNT if net else None) == made.payee


OTHER: dict[str, Any] = {"unit": "EUR", "from_day": date(2026, 1, 1), "until_day": date(2027, 1, 1)}


@pytest.mark.parametrize("name", HASHED)
def test_the_hash_binds_every_figure_and_where_it_is_paid_to(name: str) -> None:
    made = drawn(100, 30)
    assert replace(made, **{name: OTHER.get(name, "other")}).details_hash != made.details_hash
    assert replace(made).details_hash == made.details_hash


def test_what_was_looked_at_is_approved_once_and_paid_to_somebody() -> None:
    made = drawn(100, 30)
    assert permit_approval(made, made.details_hash) is None
    assert Decline.NETTING_STATEMENT_CHANGED is permit_approval(made, b"other")
    approved = replace(made, status=NettingStatus.APPROVED)
    assert Decline.NETTING_STATEMENT_NOT_IN_STATE is permit_approval(approved, approved.details_hash)
    pays_to(made, None)
    assert Decline.BANK_ACCOUNT_NOT_SET is permit_approval(made, made.details_hash)
    even = drawn(30, 30)
    assert permit_approval(even, even.details_hash) is None
