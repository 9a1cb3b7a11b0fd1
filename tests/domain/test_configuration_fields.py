from collections.abc import Callable
from datetime import UTC, time
from typing import Any

import pytest

from florin.domain import configuration_fields as fields
from florin.domain.invalid_field import InvalidField
from florin.domain.lots import SpendOrder

GOOD: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
    (fields.require_code, ("honeynut",)),
    (fields.require_code, ("a1",)),
    (fields.require_code, ("a" * 32,)),
    (fields.require_terminal_code, ("T",)),
    (fields.require_terminal_code, ("Till-01",)),
    (fields.require_version, ("2026-03.1",)),
    (fields.require_name, ("蜂蜜农场",)),
    (fields.require_name, ("x" * 100,)),
    (fields.require_time_zone, ("Asia/Shanghai",)),
    (fields.require_time_zone, ("UTC",)),
    (fields.require_cut_off, (time(0),)),
    (fields.require_cut_off, (time(23, 30),)),
    (fields.require_issuer_prefix, ("987654",)),
    (fields.require_denominations, ((1,),)),
    (fields.require_denominations, ((100_00, 200_00),)),
    (fields.require_validity, (None,)),
    (fields.require_validity, (100,)),
    (fields.require_between, ("days", 1, 1, 3)),
    (fields.require_between, ("days", 3, 1, 3)),
    (fields.require_choice, ("spend_order", "pro_rata", SpendOrder)),
]
BAD: list[tuple[str, Callable[..., None], tuple[Any, ...]]] = [
    ("code", fields.require_code, ("",)),
    ("code", fields.require_code, ("a",)),
    ("code", fields.require_code, ("a" * 33,)),
    ("code", fields.require_code, ("1a",)),
    ("code", fields.require_code, ("Honeynut",)),
    ("code", fields.require_code, ("honey nut",)),
    ("code", fields.require_code, ("honeynut\n",)),
    ("code", fields.require_terminal_code, ("",)),
    ("code", fields.require_terminal_code, ("till 1",)),
    ("code", fields.require_terminal_code, ("x" * 33,)),
    ("version", fields.require_version, ("",)),
    ("version", fields.require_version, ("-1",)),
    ("name", fields.require_name, ("",)),
    ("name", fields.require_name, (" Farm",)),
    ("name", fields.require_name, ("x" * 101,)),
    ("name", fields.require_name, ("Farm\x00",)),
    ("time_zone", fields.require_time_zone, ("",)),
    ("time_zone", fields.require_time_zone, ("Asia",)),
    ("time_zone", fields.require_time_zone, ("Asia/Atlantis",)),
    ("time_zone", fields.require_time_zone, ("../../etc/passwd",)),
    ("time_zone", fields.require_time_zone, ("Asia/Shang\0hai",)),
    ("cut_off", fields.require_cut_off, (time(0, tzinfo=UTC),)),
    ("cut_off", fields.require_cut_off, (time(0, 0, 1),)),
    ("cut_off", fields.require_cut_off, (time(0, 0, 0, 1),)),
    ("issuer_prefix", fields.require_issuer_prefix, ("887654",)),
    ("issuer_prefix", fields.require_issuer_prefix, ("98765",)),
    ("denominations_minor", fields.require_denominations, ((),)),
    ("denominations_minor", fields.require_denominations, ((0,),)),
    ("denominations_minor", fields.require_denominations, ((True,),)),
    ("denominations_minor", fields.require_denominations, ((200, 100),)),
    ("denominations_minor", fields.require_denominations, ((100, 100),)),
    ("denominations_minor", fields.require_denominations, (tuple(range(1, 52)),)),
    ("denominations_minor", fields.require_denominations, ((9_000_000_001,),)),
    ("validity_years", fields.require_validity, (0,)),
    ("validity_years", fields.require_validity, (101,)),
    ("days", fields.require_between, ("days", 0, 1, 3)),
    ("days", fields.require_between, ("days", 4, 1, 3)),
    ("days", fields.require_between, ("days", True, 1, 3)),
    ("spend_order", fields.require_choice, ("spend_order", "random", SpendOrder)),
]


@pytest.mark.parametrize(("check", "arguments"), GOOD)
def test_a_good_field_passes(check: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    check(*arguments)


@pytest.mark.parametrize(("field", "check", "arguments"), BAD)
def test_a_bad_field_is_refused_by_its_name(field: str, check: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidField) as refusal:
        check(*arguments)

    assert field == refusal.value.field
    assert f"{field}: {refusal.value.reason}" == str(refusal.value)
