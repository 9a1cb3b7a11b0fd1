"""Wrong PINs: five in a row lock the card for a day, ten for good."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

FAILURES_TO_LOCK: Final = 5
FAILURES_TO_LOCK_FOR_GOOD: Final = 10
LOCK_DURATION: Final = timedelta(hours=24)


class PinAttempts(NamedTuple):
    """How many wrong PINs a card has had since the last right one, and until when it is locked for that.

    While a card is locked no attempt is evaluated, so none is counted: otherwise anyone could lock a stranger's card
    for good by going on, and an attacker would learn from the lock's own answers. Times are timezone-aware.
    """

    failures: int = 0
    locked_until: datetime | None = None

    @property
    def is_locked_for_good(self) -> bool:
        """Whether only an operator can open the card again."""
        return self.failures >= FAILURES_TO_LOCK_FOR_GOOD

    def is_locked(self, now: datetime) -> bool:
        """Whether an attempt at ``now`` must be refused unevaluated. The instant at which a lock ends is free."""
        return self.is_locked_for_good or (self.locked_until is not None and now < self.locked_until)

    def after_wrong(self, now: datetime) -> "PinAttempts":
        """The state after a wrong PIN at ``now``; unchanged while locked.

        The count goes on after a day's lock has passed: a card gets nine guesses at most before the lock for good.
        """
        if self.is_locked(now):
            return self
        failures = self.failures + 1
        return PinAttempts(failures, now + LOCK_DURATION if failures == FAILURES_TO_LOCK else None)

    def after_right(self) -> "PinAttempts":
        """The state after a right PIN, which the caller evaluates only when ``is_locked`` says no: a clean slate.

        A card that is locked for good stays so.
        """
        return self if self.is_locked_for_good else PinAttempts()
