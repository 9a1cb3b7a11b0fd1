"""Who acts when a bank's statement does: nobody of ours, under the rights that finance has."""

from typing import Final
from uuid import UUID

from florin.domain.people import Actor, Role

NOBODY: Final = UUID(int=0)

THE_BANK: Final = Actor(NOBODY, NOBODY, NOBODY, frozenset({Role.FINANCE}), None)
"""Its statement says what it has done, and the book follows; who took the statement in is kept with its file."""
