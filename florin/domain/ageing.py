"""Ages in bands of days, as ageing reports have them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of days: ``begins`` are the first days of all but the youngest band, which begins at nought."""

    begins: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The bands, the youngest first: ``0-30``, ``31-90``... ``366+``."""
        starts = (0, *self.begins)
        return (
            *(f"{first}-{following - 1}" for first, following in zip(starts, self.begins, strict=False)),
            f"{starts[-1]}+",
        )

    def of(self, days: int) -> int:
        """The number of the band that so many days belong to; what is younger than nought is in the youngest."""
        return bisect_right(self.begins, days)


def aged(grew_minor: Sequence[int], shrank_minor: int) -> list[int]:
    """What stands on an account by band of age, the youngest first, in minor units; the oldest is paid first.

    ``grew_minor`` is all by which the account ever grew, up to the day itself and to the last day of each older band;
    ``shrank_minor`` all by which it ever shrank. What was paid ahead stands, below zero, in the youngest band.
    """
    older = [max(0, grown - shrank_minor) for grown in grew_minor[1:]]
    following = [*older[1:], 0]
    youngest = grew_minor[0] - shrank_minor - (older[0] if older else 0)
    return [youngest, *(from_here - beyond for from_here, beyond in zip(older, following, strict=True))]
