"""Look at every line of the banks' statements once, in order, and do what it is for.

One process at a time does it, in whichever the turn is. What a line has done is written behind it, and found by the
line's key where a process ended in between.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.banking.book_line import VERBS, Booked, Outcome, book_line
from florin.clearing.banking.line_facts import look_at
from florin.clearing.house import ClearingHouse
from florin.domain.bank_line import LeftReason, Suspend, purpose_of
from florin.domain.identifiers import wire_id
from florin.domain.programme import Programme
from florin.domain.suspense import SuspenseReason
from florin.storage.banking.lines_to_book import (
    LineToBook,
    files_to_book,
    is_payout_of_provider,
    lines_to_book,
    longest_lag,
    mark_file,
    mark_line,
)
from florin.storage.catalogue import read_catalogue
from florin.storage.posting.request import BusyError, OutcomeUnknownError
from florin.storage.settlement.bank_calendars import calendar_of
from florin.storage.turns import open_turns

TURN: Final = UUID("62616e6b-0000-7000-8000-626f6f6b6564")
LINES_AT_ONCE: Final = 500

_log: Final = structlog.get_logger("florin.banking")


@dataclass(slots=True)
class BookedLines:
    """What the lines that were new have done, and how many credits may still turn out to be a provider's payout."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    waiting: int = 0


async def book_bank_lines(house: ClearingHouse, now: datetime) -> BookedLines | None:
    """Do what every line is for that nothing has used yet; None while another process is at it.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again; what was done is done.
    """
    async with open_turns(house.pool) as turns, turns.at(TURN) as is_ours:
        if not is_ours:
            return None
        done = BookedLines()
        for file_id in await files_to_book(house.pool):
            waiting_before = done.waiting
            await _book_file(house, file_id, now, done)
            if done.waiting == waiting_before:
                await mark_file(house.pool, file_id, now)
        return done


async def _book_file(house: ClearingHouse, file_id: UUID, now: datetime, done: BookedLines) -> None:
    after, may_wait = 0, _MayWait(house)
    programmes = (await read_catalogue(house.pool)).programmes
    while lines := await lines_to_book(house.pool, file_id, after, LINES_AT_ONCE):
        for line in lines:
            booked = await _try(house, line, programmes, now, may_wait)
            if booked is None:
                done.waiting += 1
                continue
            await mark_line(house.pool, line.id, booked.outcome, booked.reason, booked.journal_id, now)
            done.outcomes[booked.outcome] += 1
        after = lines[-1].position


async def _try(
    house: ClearingHouse, line: LineToBook, programmes: Mapping[UUID, Programme], now: datetime, may_wait: "_MayWait"
) -> Booked | None:
    """What a line has done; None where it waits, or cannot be understood: that holds up no other line."""
    try:
        return await _book(house, line, programmes, now, may_wait)
    except (BusyError, OutcomeUnknownError):
        raise
    except Exception as error:  # noqa: BLE001 (a fault of ours, or of the line: the next time tells)
        _log.warning("bank_line_not_booked", line=wire_id("statement_line", line.id), error=type(error).__name__)
        return None


async def _book(
    house: ClearingHouse, line: LineToBook, programmes: Mapping[UUID, Programme], now: datetime, may_wait: "_MayWait"
) -> Booked | None:
    """What a line has done; None where it waits."""
    if line.posted_verb is not None:
        return Booked(VERBS[line.posted_verb], line.posted_journal_id)
    programme = programmes[line.programme_id]
    looked_at = await look_at(house, line, programme)
    purpose = purpose_of(looked_at.facts)
    if purpose == Suspend(SuspenseReason.NOBODY_NAMED):
        if await is_payout_of_provider(house.pool, line):
            return Booked(Outcome.LEFT, reason=LeftReason.PROVIDER_PAYOUT)
        if await may_wait.is_for(line, programme.business_date(now)):
            return None
    return await book_line(house, looked_at, purpose, now)


class _MayWait:
    """How long a credit that names nobody may still be the payout of a provider that is late to tell of it."""

    def __init__(self, house: ClearingHouse) -> None:
        self._house = house
        self._lags: dict[UUID, int | None] = {}

    async def is_for(self, line: LineToBook, today: date) -> bool:
        """Whether a provider of the programme may still tell that a credit is its payout."""
        if line.programme_id not in self._lags:
            self._lags[line.programme_id] = await longest_lag(self._house.pool, line.programme_id)
        lag = self._lags[line.programme_id]
        if lag is None:
            return False
        async with self._house.pool.connection() as connection:
            calendar = await calendar_of(connection, line.programme_id)
        return today <= calendar.after(line.booked_on, lag)
