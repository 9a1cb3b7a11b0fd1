"""Crediting points for closed business days, in stretches that end with a month, and what a month and a year bring.

Every step may be done twice, by two processes or after a kill: each member's part has a key of its own, and how far the
days have come is written only when all of them are done.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.credit_points import CreditPoints, credit_points
from florin.clearing.loyalty.grant_voucher import GrantVoucher, grant_voucher
from florin.clearing.loyalty.lapse_points import LapsePoints, lapse_points
from florin.domain.loyalty_terms import DatedTerms, terms_on
from florin.domain.points import end_of_month, reward_reached, stages
from florin.domain.programme import Programme
from florin.storage.loyalty.loyalty_terms import terms_of_programme
from florin.storage.loyalty.points import (
    PointsDue,
    Stretch,
    earned_at_least,
    keeps_nothing,
    points_due,
    points_until,
    write_points_until,
)
from florin.storage.posting.request import Answer, KeyReusedError, PostingRequest

_DECEMBER: Final = 12
_LAST_DAY_OF_DECEMBER: Final = 31


async def credit_closed_days(house: ClearingHouse, programme: Programme, closed_until: date) -> None:
    """Credit all days up to the last closed one, from where it was left; nothing for a programme without terms.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; the next time goes on from the same day.
    """
    done_until = await points_until(house.pool, programme.id)
    if done_until is None:
        return
    history = await terms_of_programme(house.pool, programme.id)
    for last in stages(done_until, closed_until):
        stretch = Stretch(programme.id, done_until + timedelta(days=1), last)
        await _credit(house, stretch, history)
        if last == end_of_month(last):
            await _reward_month(house, Stretch(programme.id, last.replace(day=1), last), history)
        if (last.month, last.day) == (_DECEMBER, _LAST_DAY_OF_DECEMBER):
            await _end_year(house, Stretch(programme.id, date(last.year, 1, 1), last), history)
        await write_points_until(house.pool, programme.id, last)
        done_until = last


async def _credit(house: ClearingHouse, stretch: Stretch, history: tuple[DatedTerms, ...]) -> None:
    async for chunk in points_due(house.pool, stretch):
        changes = [_change(stretch, each, history) for each in chunk]
        await submit_all(house, [credit_points(house, each) for each in changes if each is not None])


def _change(stretch: Stretch, due: PointsDue, history: tuple[DatedTerms, ...]) -> CreditPoints | None:
    terms = terms_on(history, due.day)
    earned = 0 if terms is None else terms.points.points_for(due.spent_minor, due.day)
    if earned == due.credited:
        return None
    return CreditPoints(
        stretch.programme_id, due.member_id, due.day, due.revision + 1, due.spent_minor, due.credited, earned
    )


async def _reward_month(house: ClearingHouse, month: Stretch, history: tuple[DatedTerms, ...]) -> None:
    terms = terms_on(history, month.last)
    if terms is None or not terms.monthly:
        return
    cause = f"month:{month.last:%Y-%m}"
    async for chunk in earned_at_least(house.pool, month, min(each.points for each in terms.monthly), cause):
        reached = [(each.member_id, reward_reached(terms.monthly, each.points)) for each in chunk]
        grants = [
            GrantVoucher(month.programme_id, member_id, cause, reward.face_minor, terms.voucher_days)
            for member_id, reward in reached
            if reward is not None
        ]
        await submit_all(house, [grant_voucher(house, each) for each in grants])


async def _end_year(house: ClearingHouse, year: Stretch, history: tuple[DatedTerms, ...]) -> None:
    terms = terms_on(history, year.last)
    if terms is None or terms.points.keep_from_points is None:
        return
    async for chunk in keeps_nothing(house.pool, year, terms.points.keep_from_points):
        lapses = [LapsePoints(year.programme_id, each.member_id, year.last.year) for each in chunk]
        await submit_all(house, [lapse_points(house, each) for each in lapses])


async def submit_all(house: ClearingHouse, requests: Sequence[PostingRequest]) -> None:
    """Carry out requests that have keys of their own; what another process has done differently is left to it."""
    for result in await house.engine.submit_all(requests):
        if not isinstance(result, Answer | KeyReusedError):
            raise result
