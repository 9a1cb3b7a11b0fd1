"""Matching our book with what banks and providers say, when somebody asks and when there is something new."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.banking.book_bank_lines import book_bank_lines
from florin.clearing.banking.identify_payouts import identify_payouts
from florin.clearing.breaks.post_tolerated import post_tolerated
from florin.clearing.house import ClearingHouse
from florin.clearing.provider_settlement.book_total import book_totals
from florin.domain.asked_run import OnStep
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.reconciliation.counterparties import WHO_MAY
from florin.storage.catalogue import read_catalogue
from florin.storage.reconciliation.match_runs import MatchRun, is_matching_due, run_matching

PATIENCE: Final = timedelta(minutes=15)
"""After so long what has been posted meanwhile is worth a run of its own, without any file."""


async def match_statements(
    house: ClearingHouse,
    actor: Actor | None,
    now: datetime,
    programme_id: UUID | None = None,
    on_step: OnStep = lambda _done, _of: None,
    run_id: UUID | None = None,
) -> MatchRun | Decline:
    """Match everything that is not matched, of all programmes, and say what each pass has matched and what differs.

    What providers say that they have kept and paid out is posted first, so that it is matched, too; what differs by no
    more than its counterparty's tolerance is posted after it, and matched by the next run.

    A run is of the whole book, because programmes share providers; by the day of the programme named it is late what is
    late, else by that of the one which is furthest behind. Without an ``actor`` a duty or the close of a day asks, or
    somebody has done so under ``run_id`` and does not wait.
    Declines: ``role_required``, ``programme_not_found``, also where there is no programme at all.
    """
    if actor is not None and not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    today = await _today(house, now, programme_id)
    return Decline.PROGRAMME_NOT_FOUND if today is None else await _match(house, today, now, on_step, run_id)


async def match_if_due(house: ClearingHouse, now: datetime) -> MatchRun | None:
    """Match when a file has come, a day is over, or the last run is a while ago; None where there was no reason."""
    today = await _today(house, now)
    if today is None or not await is_matching_due(house.pool, today, now, PATIENCE):
        return None
    return await _match(house, today, now)


async def _match(
    house: ClearingHouse,
    today: date,
    now: datetime,
    on_step: OnStep = lambda _done, _of: None,
    run_id: UUID | None = None,
) -> MatchRun:
    # What providers have kept and paid out, and what lines of banks do, is in the book before both are compared.
    await book_totals(house)
    await book_bank_lines(house, now)
    await identify_payouts(house)
    run = await run_matching(house.pool, today, now, on_step, run_id)
    await post_tolerated(house)
    return run


async def _today(house: ClearingHouse, now: datetime, programme_id: UUID | None = None) -> date | None:
    programmes = (await read_catalogue(house.pool)).programmes
    if programme_id is not None:
        programme = programmes.get(programme_id)
        return None if programme is None else programme.business_date(now)
    return min((each.business_date(now) for each in programmes.values()), default=None)
