"""The posting engine: requests wait in a queue while a group commits, and then go together.

There is no timer: a lone request goes at once, and under load the groups grow by themselves. A group is locked and
read, decided request by request, written in one set-based statement a table, and committed once; only then does any
caller get an answer.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import psycopg
import structlog
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from florin.storage.catalogue import Catalogue, load_catalogue
from florin.storage.fresh_ids import FreshIds
from florin.storage.posting.decide import decide
from florin.storage.posting.exchange import roll_back
from florin.storage.posting.group import Group
from florin.storage.posting.lock_and_read import lock_and_read
from florin.storage.posting.request import (
    Answer,
    BrokenError,
    BusyError,
    KeyReusedError,
    OutcomeUnknownError,
    PostingRequest,
)
from florin.storage.posting.working_rows import StaleFactsError
from florin.storage.posting.writes import write_and_commit

ATTEMPTS: Final = 5
"""How often a group is tried before its callers are told that the service is busy."""

_SHORT_WAIT_MS: Final = 50
"""How long a part of a group that was held up waits for a lock: the whole has waited its full time already."""

_PASSING: Final = (
    errors.UniqueViolation,  # Another process wrote the same key or reference first: reread and replay.
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
    errors.TransactionTimeout,
    StaleFactsError,
)
_GONE: Final = (psycopg.OperationalError, psycopg.InterfaceError)

_log: Final = structlog.get_logger("florin.posting")


Result = Answer | KeyReusedError | BusyError | OutcomeUnknownError | BrokenError
"""What became of a request: its answer, or the error by which it fell alone."""


class _Party:
    """Requests that were submitted together, and the one caller who waits for all of them."""

    __slots__ = ("_missing", "_results", "answered")

    def __init__(self, size: int, answered: asyncio.Future[list[Result]]) -> None:
        self.answered = answered
        self._missing = size
        self._results: list[Any] = [None] * size

    def give(self, place: int, result: Result) -> None:
        """Keep a result, and with the last one tell the caller, unless it has gone away."""
        self._results[place] = result
        self._missing -= 1
        if not self._missing and not self.answered.done():
            self.answered.set_result(self._results)


@dataclass(slots=True)
class _Ticket:
    """A request in the queue, and its place among those that were submitted with it.

    ``claims`` is what only one lane at a time may be busy with: its key, because a repeated request waits for the first
    one's answer, and what it names its payer by, because a lane that waits for a row lock would take others with it.
    """

    request: PostingRequest
    party: _Party
    place: int
    claims: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """How many requests may wait, how many make the largest group, and how many groups may be under way at once.

    ``patience_ms``: no attempt at a group begins later than that after its first.
    """

    queue: int = 2000
    group: int = 256
    lanes: int = 2
    patience_ms: int = 5000


class _Effort:
    """What a group has cost its callers so far, and what is known of it; its parts share it when it is split."""

    __slots__ = ("_until", "is_held_up", "is_unknown")

    def __init__(self, patience_ms: int) -> None:
        self._until = time.monotonic() + patience_ms / 1000  # not money: seconds
        self.is_held_up = False
        self.is_unknown = False

    @property
    def rest_s(self) -> float:  # not money: seconds
        """The seconds within which another attempt may begin."""
        return max(0, self._until - time.monotonic())

    def given_up(self) -> BusyError | OutcomeUnknownError:
        """What callers are told after the last attempt."""
        if self.is_unknown:
            return OutcomeUnknownError("the database went away while it committed")
        return BusyError("the database does not answer")


class _HeldUpError(Exception):
    """Others keep a row that the group needs, so nothing was done; whoever does not need it may go without the rest."""


class PostingEngine:
    """Takes posting requests one by one, runs them in groups. Use it as an asynchronous context manager."""

    def __init__(
        self,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        limits: EngineLimits | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.limits = limits or EngineLimits()
        self.catalogue: Catalogue | None = None
        self.groups_committed = 0
        self.group_sizes: Counter[int] = Counter()
        self.retries = 0
        self._pool = pool
        self._clock = clock
        self._queue: deque[_Ticket] = deque()
        self._under_way: set[Hashable] = set()
        self._idle_lanes = self.limits.lanes
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def __aenter__(self) -> Self:
        """Read the catalogue, so that the doors can use it at once."""
        await self.current_catalogue()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Refuse newcomers and let everything that is in the queue finish."""
        self._closing = True
        while self._tasks:
            await asyncio.gather(*self._tasks)

    @property
    def waiting(self) -> int:
        """How many requests wait for a group."""
        return len(self._queue)

    async def current_catalogue(self, version: int | None = None) -> Catalogue:
        """The catalogue, reread when it is not of the version asked for."""
        if self.catalogue is None or (version is not None and self.catalogue.version != version):
            async with self._pool.connection() as connection:
                self.catalogue = await load_catalogue(connection)
        return self.catalogue

    async def submit(self, request: PostingRequest) -> Answer:
        """Decide and post one request; returns when its effect is durable.

        Raises `BusyError` (nothing happened), `OutcomeUnknownError` (the same key will tell), `KeyReusedError` and
        `BrokenError`. A business "no" is an answer with a decline.
        """
        (result,) = await self.submit_all((request,))
        if isinstance(result, Answer):
            return result
        raise result

    async def submit_all(self, requests: Sequence[PostingRequest]) -> list[Result]:
        """Decide and post several requests, which share groups; each has a result of its own, in their order.

        Raises `BusyError`, and takes none of them, when the queue has no room for all.
        """
        if self._closing or len(self._queue) + len(requests) > self.limits.queue:
            raise BusyError("the queue is full")
        if not requests:
            return []
        party = _Party(len(requests), asyncio.get_running_loop().create_future())
        self._queue.extend(_Ticket(each, party, place, _claims_of(each)) for place, each in enumerate(requests))
        self._start_lane()
        return await party.answered

    # The lanes --------------------------------------------------------------------------------------------------------

    def _start_lane(self) -> None:
        if self._idle_lanes and self._queue:
            self._idle_lanes -= 1
            task = asyncio.get_running_loop().create_task(self._run_lane())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run_lane(self) -> None:
        # One turn of the loop lets everything that has arrived together join the first group.
        await asyncio.sleep(0)
        try:
            while tickets := self._next_group():
                self._start_lane()  # There may be more than one group's worth, and another lane may be idle.
                claims = {claim for each in tickets for claim in each.claims}
                self._under_way |= claims
                try:
                    await self._answer(tickets)
                finally:
                    self._under_way -= claims
        finally:
            self._idle_lanes += 1

    def _next_group(self) -> list[_Ticket]:
        """The oldest requests, leaving those that claim what another lane is busy with."""
        chosen: list[_Ticket] = []
        left: list[_Ticket] = []
        while self._queue and len(chosen) < self.limits.group:
            ticket = self._queue.popleft()
            (chosen if self._under_way.isdisjoint(ticket.claims) else left).append(ticket)
        self._queue.extendleft(reversed(left))
        return chosen

    async def _answer(self, tickets: list[_Ticket], effort: _Effort | None = None) -> None:
        effort = effort or _Effort(self.limits.patience_ms)
        try:
            results = await self._run_group([each.request for each in tickets], effort)
        except Exception as error:  # noqa: BLE001 (whatever happens, every caller gets an answer)
            if len(tickets) > 1 and not isinstance(error, BusyError | OutcomeUnknownError):
                # One request must not take the others with it: halves of halves, until it is alone.
                middle = len(tickets) // 2
                await self._answer(tickets[:middle], effort)
                await self._answer(tickets[middle:], effort)
                return
            results = [_as_refusal(error, tickets)] * len(tickets)
        for ticket, result in zip(tickets, results, strict=True):
            ticket.party.give(ticket.place, result)

    # A group ----------------------------------------------------------------------------------------------------------

    async def _run_group(self, requests: Sequence[PostingRequest], effort: _Effort) -> Sequence[Result]:
        for attempt in range(ATTEMPTS):
            rest_s = effort.rest_s
            if not rest_s:
                break
            self.retries += attempt > 0
            try:
                async with self._pool.connection(rest_s) as connection:
                    lock_wait_ms = _SHORT_WAIT_MS if effort.is_held_up else None
                    return await self._try_group(connection, requests, lock_wait_ms)
            except PoolTimeout:
                # The pool has waited for all the time that there was.
                _log.warning("no_connection", attempt=attempt)
                break
            except errors.LockNotAvailable as error:
                _log.info("group_held_up", requests=len(requests))
                effort.is_held_up = True
                if len(requests) > 1:
                    raise _HeldUpError from error
                break
            except _PASSING as error:
                _log.info("group_retried", reason=type(error).__name__, attempt=attempt)
            except OutcomeUnknownError:
                # The operations' keys tell when it is tried again.
                _log.warning("commit_unanswered", attempt=attempt)
                effort.is_unknown = True
                await _back_off(attempt)
            except _GONE as error:
                _log.warning("database_gone", reason=type(error).__name__, attempt=attempt)
                await _back_off(attempt)
        raise effort.given_up()

    async def _try_group(
        self, connection: AsyncConnection[Any], requests: Sequence[PostingRequest], lock_wait_ms: int | None
    ) -> Sequence[Result]:
        try:
            facts = await lock_and_read(connection, requests, lock_wait_ms)
            catalogue = await self.current_catalogue(facts.version)
            group = Group(self._clock(), catalogue, facts, FreshIds())
            group.expire_holds()
            results = [decide(group, request) for request in requests]
            await write_and_commit(connection, group.writes)
        except BaseException:
            await roll_back(connection)
            raise
        self.groups_committed += 1
        self.group_sizes[len(requests)] += 1
        return results


async def _back_off(attempt: int) -> None:
    await asyncio.sleep(0.05 * 2**attempt)  # not money: seconds


def _as_refusal(error: Exception, tickets: Sequence[_Ticket]) -> BusyError | OutcomeUnknownError | BrokenError:
    match error:
        case BusyError() | OutcomeUnknownError():
            return error
        case _:
            request_ids = [each.request.caller.request_id for each in tickets]
            _log.critical("posting_broken", error=type(error).__name__, request_ids=request_ids, exc_info=error)
            return BrokenError("the request could not be carried out and nothing happened")


def _claims_of(request: PostingRequest) -> tuple[Hashable, ...]:
    handle = request.wanted.handle
    key = () if request.key is None else ((request.caller.id, request.key),)
    return key if handle is None else (*key, handle)
