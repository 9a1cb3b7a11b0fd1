"""The close of a business day: nothing may join it any more, the book is proven, and then the day is sealed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from florin.domain.business_day import opens_at
from florin.domain.programme import Programme
from florin.reconciliation.findings import ProofReport
from florin.reconciliation.run_proofs import OnProgress, run_proofs
from florin.storage.audit_trail import Author
from florin.storage.book.sealing import SealedDay, close_days, seal_day, unsealed_days
from florin.storage.connect import Pool

_ONE_DAY: Final = timedelta(days=1)


class DayNotOverError(Exception):
    """The business day has not ended yet, so it cannot be closed."""


class BookNotProvenError(Exception):
    """The proofs have findings, so the day stays closed and unsealed until the book is put right."""

    def __init__(self, report: ProofReport) -> None:
        super().__init__("the book does not prove itself: the day is closed, but not sealed")
        self.report = report


@dataclass(frozen=True, slots=True)
class DayClose:
    """What a close has done: the days that it closed and those that it sealed, and the proofs in between.

    Days are fewer, or none, when an earlier close got so far already; ``proofs`` is None when nothing was left to seal.
    """

    closed: tuple[date, ...]
    sealed: tuple[SealedDay, ...]
    proofs: ProofReport | None


async def close_and_seal(
    pool: Pool, programme: Programme, business_date: date, author: Author, on_progress: OnProgress | None = None
) -> DayClose:
    """Close and seal every day of the programme up to ``business_date``; ``author`` is put on record for both.

    Each step commits by itself and finds what is already done, so a close that was interrupted is simply run again and
    comes to the same seals.

    Raises:
        DayNotOverError: ``business_date`` has not ended when the author asks.
        BookNotProvenError: a proof has findings; nothing was sealed.
    """
    ends_at = opens_at(business_date + _ONE_DAY, programme.zone, programme.cut_off)
    if author.now < ends_at:
        raise DayNotOverError(f"{business_date} of {programme.code} ends at {ends_at.isoformat()}")
    closed = await close_days(pool, programme.id, business_date, author)
    waiting = await unsealed_days(pool, programme.id, business_date)
    if not waiting:
        return DayClose(tuple(closed), (), None)
    report = await run_proofs(pool, on_progress=on_progress)
    if not report.ok:
        raise BookNotProvenError(report)
    sealed = [await seal_day(pool, programme.id, day, author) for day in waiting]
    return DayClose(tuple(closed), tuple(each for each in sealed if each is not None), report)
