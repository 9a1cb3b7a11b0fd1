"""The duties of a serving process, each once whenever the story comes to it, and the close of a business day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from florin.batch.notices.send_notices import Senders
from florin.cli.duties import Duty
from florin.cli.month.walking_clock import WalkingClock
from florin.domain.day_close import Checklist
from florin.domain.notice import Channel
from florin.domain.programme import Programme
from florin.reconciliation.day_close.close_days import close_through
from florin.storage.audit_trail import Author
from florin.storage.dormancy.dormancy_sweep import Sweep

_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Watch:
    """Who does the duties. ``swept`` counts what the dormancy sweeps have done."""

    clock: WalkingClock
    duties: Sequence[Duty]
    senders: Senders
    swept: Counter[str] = field(default_factory=Counter)
    days_sealed: int = 0
    last_close: Checklist | None = None

    async def go_round(self) -> None:
        """Do every duty once, and send all notices that wait."""
        for duty in self.duties:
            if not duty.endless:
                self._count(await duty.work())
        for channel in (Channel.EITHER, Channel.MAIL, Channel.SMS):
            await self.senders.send_waiting(channel)

    async def close_yesterday(self, programme: Programme) -> None:
        """Go through the close of every day that is over and not sealed; one whose files are late waits for them."""
        author = Author(None, self.clock(), "the month")
        yesterday = self.clock.today - _ONE_DAY
        closed = await close_through(self.senders.house, programme, yesterday, author, clock=self.clock)
        self.days_sealed += len(closed.sealed)
        self.last_close = closed.checklists[-1] if closed.checklists else self.last_close

    def _count(self, result: object) -> None:
        if isinstance(result, Sweep):
            of_sweep = {"notices": result.notices, "inactive": result.inactive, "dormant": result.dormant}
            self.swept.update({**of_sweep, "woken": result.woken})
