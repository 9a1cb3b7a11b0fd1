"""Closing the days of programmes that do so by themselves, at their hour; what waits is gone through again."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from florin.clearing.house import ClearingHouse
from florin.domain.day_close import TRY_AGAIN_AFTER, DayCloseTerms
from florin.domain.programme import Programme
from florin.reconciliation.day_close.close_days import CloseUnderWayError, close_through
from florin.storage.audit_trail import Author
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.day_close.checklists import days_to_close, last_attempt
from florin.storage.day_close.terms import day_close_terms

_ONE_DAY: Final = timedelta(days=1)

_log: Final = structlog.get_logger("florin.day_close")


async def close_days_by_themselves(house: ClearingHouse, now: datetime) -> int:
    """Close what is over in each programme whose terms say so; how many days were sealed.

    A day that waits or is blocked is left alone for half an hour; somebody who knows better may close it any time.
    """
    catalogue = await read_catalogue(house.pool)
    async with house.pool.connection() as connection:
        terms = await day_close_terms(connection)
    sealed = 0
    for programme in catalogue.programmes.values():
        found = terms.get(programme.id)
        if found is not None and found.closes_itself:
            sealed += await _close_if_due(house, catalogue, programme, found, now)
    return sealed


async def _close_if_due(
    house: ClearingHouse, catalogue: Catalogue, programme: Programme, terms: DayCloseTerms, now: datetime
) -> int:
    if programme.id in catalogue.reopened:
        return 0  # Whoever has reopened it is at work there, and closes it again.
    over = programme.business_date(now - timedelta(minutes=terms.minutes_after_cut_off)) - _ONE_DAY
    last_closed = catalogue.last_closed.get(programme.id)
    if last_closed is not None and last_closed >= over:
        async with house.pool.connection() as connection:
            tried_at = await last_attempt(connection, programme.id)
        was_tried = tried_at is not None and now - tried_at < TRY_AGAIN_AFTER
        if was_tried or not await days_to_close(house.pool, programme.id, over):
            return 0
    try:
        done = await close_through(house, programme, over, Author(None, now, "the service"))
    except CloseUnderWayError:
        return 0
    if done.checklists and (last := done.checklists[-1]).ended_at is None:
        told = {each.step.value: each.finding.get("blocking") for each in last.steps if each.finding.get("blocking")}
        day = last.business_date.isoformat()
        _log.warning("day_close_stands", programme=programme.code, day=day, state=last.state, ways=told)
    return len(done.sealed)
