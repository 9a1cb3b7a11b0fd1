"""The loyalty duty: everything that is due in every programme, as often as anybody asks."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.batch.loyalty.credit_days import credit_closed_days, submit_all
from florin.batch.loyalty.decide_tiers import decide_tiers
from florin.batch.loyalty.reward_referrals import reward_referrals
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.lapse_voucher import LapseVoucher, lapse_voucher
from florin.domain.programme import Programme
from florin.storage.catalogue import read_catalogue
from florin.storage.loyalty.vouchers import overdue_vouchers

CHUNK: Final = 200
_NOBODY: Final = UUID(int=0)


async def carry_out_loyalty(house: ClearingHouse, now: datetime) -> None:
    """Credit closed days, let overdue vouchers lapse, decide on tiers and reward referrals.

    Days count once they are closed, so a clock that jumps neither credits nor takes anything.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; the next time goes on.
    """
    catalogue = await read_catalogue(house.pool)
    for programme in catalogue.programmes.values():
        closed_until = catalogue.last_closed.get(programme.id)
        if closed_until is not None:
            await credit_closed_days(house, programme, closed_until)
            await lapse_overdue_vouchers(house, programme, closed_until)
            await decide_tiers(house, programme, closed_until, now)
        await reward_referrals(house, programme, now)


async def lapse_overdue_vouchers(house: ClearingHouse, programme: Programme, closed_until: date) -> None:
    """Let every voucher lapse whose last day is closed."""
    after = _NOBODY
    while overdue := await overdue_vouchers(house.pool, programme.id, closed_until, after, CHUNK):
        lapses = [LapseVoucher(programme.id, each.member_id, each.id) for each in overdue]
        await submit_all(house, [lapse_voucher(house, each) for each in lapses])
        after = overdue[-1].id
