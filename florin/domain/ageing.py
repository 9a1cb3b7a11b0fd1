"""Ages in bands of days, as ageing reports have them."""

from bisect import bisect_right
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
