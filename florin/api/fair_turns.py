"""Long work that a request may ask for, of which a process does one piece at a time while others wait in a short queue.

What waits costs a place in memory and no thread, so tills notice nothing of it. The queue is fair between customers,
not between requests: as long as others wait, nobody gets two turns running, and nobody takes more than a few places.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from starlette.requests import Request

from florin.api.problems.document import Refused
from florin.domain.declines import Decline
from florin.domain.people import Actor

PLACES: Final = 16
PLACES_EACH: Final = 2
"""How many may wait, of all and of one customer: more would not come to their turn within `PATIENCE_S`."""

PATIENCE_S: Final = 20
"""How long somebody waits, well within the minute after which proxies give an answer up."""

RETRY_AFTER_S: Final = 10


class FairTurns:
    """The queue of one kind of work; ``under_way`` tells who is refused what the process is busy with."""

    def __init__(self, under_way: str, *, patience_s: float = PATIENCE_S) -> None:
        self._under_way = under_way
        self._patience_s = patience_s
        self._served: UUID | None = None
        self._waiting: dict[UUID, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, who: Actor | UUID, request: Request) -> AsyncIterator[None]:
        """Do the work when it is one's turn.

        Raises:
            Refused: `BUSY`, with the time to wait: too many wait already, the turn did not come in time, or nobody
                waits for the answer any more.
        """
        # Our own people are one each: they work for any customer.
        whose = who if isinstance(who, UUID) else who.customer_id or who.login_id
        waited = await self._begin(whose)
        try:
            if waited and await request.is_disconnected():
                raise self._busy()
            yield
        finally:
            self._end(whose)

    async def _begin(self, whose: UUID) -> bool:
        """Take the turn, and return whether that took waiting."""
        if self._served is None:
            self._served = whose
            return False
        if len(self._waiting.get(whose, ())) >= PLACES_EACH or sum(map(len, self._waiting.values())) >= PLACES:
            raise self._busy()
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(place)
        try:
            async with asyncio.timeout(self._patience_s):
                await place
        except BaseException as error:
            self._give_up(whose, place)
            if isinstance(error, TimeoutError):
                raise self._busy() from None
            raise
        return True

    def _give_up(self, whose: UUID, place: asyncio.Future[None]) -> None:
        if not place.cancelled():
            # The turn came in the same moment.
            self._end(whose)
        elif place in self._waiting.get(whose, ()):
            self._take(whose, place)

    def _end(self, whose: UUID) -> None:
        """Pass the turn on: to whoever has waited longest of the others, else to the same customer's next."""
        self._served = None
        while self._waiting and self._served is None:
            following = next((each for each in self._waiting if each != whose), whose)
            place = self._waiting[following][0]
            self._take(following, place)
            if not place.cancelled():
                place.set_result(None)
                self._served = following

    def _take(self, whose: UUID, place: asyncio.Future[None]) -> None:
        """Take a place out of the queue; its customer's other places are behind everybody else's from then on."""
        places = self._waiting.pop(whose)
        places.remove(place)
        if places:
            self._waiting[whose] = places

    def _busy(self) -> Refused:
        return Refused(Decline.BUSY, self._under_way, headers={"Retry-After": str(RETRY_AFTER_S)})
