"""What a pack permits to become of a balance that nobody has touched for years."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from florin.domain.dormancy import DormancyTerms, Ending
from florin.domain.invalid_field import InvalidField
from florin.domain.policy.catalogue import PackName

ENDINGS: Final[Mapping[PackName, frozenset[Ending]]] = MappingProxyType(
    {
        # The Measures let no balance go: an expired card that holds money is reactivated or exchanged.
        PackName.CN: frozenset({Ending.NONE}),
        PackName.NONE: frozenset(Ending),
    }
)
"""Never taken is permitted everywhere, and the default everywhere."""


def require_permitted(terms: DormancyTerms, pack: PackName) -> None:
    """Refuse (`InvalidField`) terms under which balances end in a way that the pack does not permit."""
    if terms.ending not in ENDINGS[pack]:
        raise InvalidField("ending", f"the policy pack {pack} permits {', '.join(sorted(ENDINGS[pack]))}")
