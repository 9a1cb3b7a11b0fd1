from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.lots import SpendOrder
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Programme
from florin.domain.programme_terms import ProgrammeTerms, require_unit, terms_of

TERMS = ProgrammeTerms(name="Honeynut Farm", policy_pack=PackName.CN, low_balance_threshold_minor=20_00)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"policy_pack": "mars"},
        {"spend_order": "dice"},
        {"low_balance_threshold_minor": -1},
        {"hold_lifetime_s": 0},
        {"hold_lifetime_limit_s": 31 * 24 * 3600 + 1},
        {"payment_code_lifetime_s": 9},
        {"payment_code_lifetime_s": 601},
        {"dormancy_days": 0},
        {"closure_cooling_days": -1},
        {"closure_cooling_days": 91},
        {"review_hours": 0},
        {"review_hours": 721},
        {"case_closing_days": 0},
        {"issuer_class": "small"},
        {"case_closing_days": 366},
    ],
)
def test_terms_out_of_bounds_are_refused_by_the_field(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidField) as refusal:
        replace(TERMS, **changes)

    assert [refusal.value.field] == list(changes)


def test_a_hold_lives_no_longer_by_default_than_at_most() -> None:
    assert 60 == replace(TERMS, hold_lifetime_s=60, hold_lifetime_limit_s=60).hold_lifetime_s
    with pytest.raises(InvalidField, match="hold_lifetime_s"):
        replace(TERMS, hold_lifetime_s=61, hold_lifetime_limit_s=60)


@pytest.mark.parametrize(("unit", "pack"), [("CNY", PackName.CN), ("EUR", PackName.NONE), ("JPY", PackName.NONE)])
def test_a_pack_serves_its_own_currency_and_one_without_amounts_serves_any(unit: str, pack: PackName) -> None:
    require_unit(unit, replace(TERMS, policy_pack=pack))


@pytest.mark.parametrize(
    ("field", "unit", "pack"), [("policy_pack", "EUR", PackName.CN), ("unit", "XXX", PackName.NONE)]
)
def test_another_currency_is_refused(field: str, unit: str, pack: PackName) -> None:
    with pytest.raises(InvalidField) as refusal:
        require_unit(unit, replace(TERMS, policy_pack=pack))

    assert field == refusal.value.field


def test_the_terms_of_a_programme_are_those_that_it_was_made_with() -> None:
    terms = replace(TERMS, spend_order=SpendOrder.PRO_RATA, dormancy_days=90)
    programme = Programme(
        id=UUID(int=1),
        code="honeynut",
        unit="CNY",
        time_zone="Asia/Shanghai",
        cut_off=time(0),
        issuer_prefix="987654",
        **terms.fields(),
    )

    assert terms == terms_of(programme)
