"""Stop the keys of tills that guess: at PINs, e-codes and payment codes, by the rules for tills in `throttle_rules`.

Nothing is asked of the database before a payment. Each process keeps in memory who is beyond the limit; it learns that
from the table that all processes share, when a guess of its own was wrong and whenever it refreshes.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.throttled import by_id, in_total
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.throttle_rules import TILL_GUESSES_BY_KEY, TILL_GUESSES_IN_TOTAL, RateLimited
from florin.storage.connect import Pool
from florin.storage.people.throttle import EVERYBODY
from florin.storage.people.wrong_guesses import beyond_limit, count_wrong_guesses
from florin.storage.posting.engine import Result
from florin.storage.posting.request import Answer

_WRONG: Final = (Decline.CARD_NOT_ACCEPTED, Decline.PAYMENT_CODE_INVALID)
_RULES: Final = (TILL_GUESSES_BY_KEY, TILL_GUESSES_IN_TOTAL)


class GuessLimit:
    """Who may not guess any more, and until when."""

    def __init__(self, pool: Pool, vault: Vault, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._pool = pool
        self._vault = vault
        self._clock = clock
        self._stopped: dict[bytes, datetime] = {}

    def refusal(self, key_id: UUID) -> RateLimited | None:
        """``rate_limited`` while the key, or everybody, is beyond the limit."""
        if not self._stopped:
            return None
        now, never = self._clock(), datetime.min.replace(tzinfo=UTC)
        own = by_id(self._vault, TILL_GUESSES_BY_KEY, key_id).subject
        ends = max(self._stopped.get(own, never), self._stopped.get(EVERYBODY, never))
        return RateLimited(-((now - ends) // timedelta(seconds=1))) if now < ends else None

    async def count(self, key_id: UUID, results: Iterable[Result]) -> RateLimited | None:
        """Count the results that tell of a wrong guess (a replay tells of none), and return the key's refusal."""
        wrong = sum(isinstance(each, Answer) and each.decline in _WRONG and not each.replayed for each in results)
        if wrong:
            own, everybodys = by_id(self._vault, TILL_GUESSES_BY_KEY, key_id), in_total(TILL_GUESSES_IN_TOTAL)
            await count_wrong_guesses(self._pool, own, everybodys, wrong, self._clock())
            await self.refresh()
        return self.refusal(key_id)

    async def refresh(self) -> None:
        """Learn who is beyond the limit now."""
        self._stopped = await beyond_limit(self._pool, _RULES, self._clock())
