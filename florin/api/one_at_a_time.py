"""Long work that a request may ask for, and of which one process does only one piece at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from florin.api.problems.document import Refused
from florin.domain.declines import Decline


class OneAtATime:
    """Whoever comes second is refused at once: waiting callers would fill the room that tills need."""

    def __init__(self, under_way: str) -> None:
        self._under_way = under_way
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Do the work; `Refused` with `BUSY` while somebody else does."""
        if self._taken:
            raise Refused(Decline.BUSY, self._under_way)
        self._taken = True
        try:
            yield
        finally:
            self._taken = False
