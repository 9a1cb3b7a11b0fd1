"""A proof of the book: what it promises, and the question that finds whatever breaks the promise."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Reach(StrEnum):
    """How much of the book a proof looks at when only what came since the last sealed days is proven."""

    WHOLE = auto()  # all of it: it is about how things stand now, or about few rows
    LATER = auto()  # what came since: it looks at journals, or at accounts, one by one
    FULL_ONLY = auto()  # nothing: it compares what sealed days say with all their transfers


@dataclass(frozen=True, slots=True)
class Proof:
    """One promise. ``looks_at`` is the kind of row it looks at; ``question`` returns the rows that break it.

    ``question`` is None for the seals, which are hashed again rather than asked about. ``reach`` is how much of the
    book a run since the last seals asks about, by ``later`` where another question says it of later rows.
    """

    number: int
    name: str
    promise: str
    looks_at: str
    question: str | None
    reach: Reach = Reach.WHOLE
    later: str | None = None
