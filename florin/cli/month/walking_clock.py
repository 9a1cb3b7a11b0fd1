"""The clock of a month that is played: it stands still until somebody lets time pass, and never goes back."""

from datetime import date, datetime, time, timedelta, tzinfo


class WalkingClock:
    """Tells the time of the story to whoever asks."""

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        """A clock that begins at ``now`` and keeps the days of ``zone``."""
        self._now = now
        self._zone = zone

    def __call__(self) -> datetime:
        """The time now."""
        return self._now

    @property
    def today(self) -> date:
        """The day in the clock's zone."""
        return self._now.astimezone(self._zone).date()

    def let_pass(self, seconds: int) -> None:
        """Let so much time pass."""
        self._now += timedelta(seconds=seconds)

    def go_to(self, day: date, at: time) -> None:
        """Let time pass until a time of a day in the clock's zone, unless it is later already."""
        self._now = max(self._now, datetime.combine(day, at, self._zone).astimezone(self._now.tzinfo))
