"""The lock between posting and closing: what joins a business day and what ends it must never overlap."""

from typing import Final

DAY_LOCK: Final = 2_026_112_201
"""Advisory lock: shared by every posting group, exclusive for the moment in which a business day is closed."""
