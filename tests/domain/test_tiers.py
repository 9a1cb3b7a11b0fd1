import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.tiers import Tier, ladder_of, tier_at

BRONZE, SILVER, GOLD = Tier("bronze", 5_000_00, 9_800), Tier("silver", 10_000_00, 9_500), Tier("gold", 30_000_00, 9_300)
LADDER = ladder_of([GOLD, BRONZE, SILVER])


def test_a_ladder_is_in_ascending_order() -> None:
    assert (BRONZE, SILVER, GOLD) == LADDER


@pytest.mark.parametrize(
    ("received_minor", "expected"),
    [
        (0, None),
        (4_999_99, None),
        (5_000_00, BRONZE),
        (5_000_01, BRONZE),
        (9_999_99, BRONZE),
        (10_000_00, SILVER),
        (10_000_01, SILVER),
        (29_999_99, SILVER),
        (30_000_00, GOLD),
        (30_000_01, GOLD),
        (10**12, GOLD),
    ],
)
def test_a_tier_is_reached_at_its_threshold(received_minor: int, expected: Tier | None) -> None:
    assert expected == tier_at(LADDER, received_minor)


def test_without_tiers_nobody_has_one() -> None:
    assert tier_at((), 10**12) is None


@pytest.mark.parametrize(
    "tiers",
    [
        [BRONZE, Tier("bronze", 6_000_00, 9_700)],
        [BRONZE, Tier("other", 5_000_00, 9_700)],
        [BRONZE, Tier("dearer", 6_000_00, 9_801)],
        [Tier(f"t{number}", number, 10_000) for number in range(1, 22)],
    ],
)
def test_what_is_no_ladder_is_refused(tiers: list[Tier]) -> None:
    with pytest.raises(InvalidField, match="tiers"):
        ladder_of(tiers)


@pytest.mark.parametrize(
    ("name", "from_minor", "price_basis_points"),
    [("", 1, 1), (" x", 1, 1), ("x", 0, 1), ("x", -1, 1), ("x", 1, 0), ("x", 1, 10_001)],
)
def test_what_is_no_tier_is_refused(name: str, from_minor: int, price_basis_points: int) -> None:
    with pytest.raises(InvalidField):
        Tier(name, from_minor, price_basis_points)
