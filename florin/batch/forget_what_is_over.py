"""The duty that forgets people: holders of closed accounts, what providers told of payers, recipients of orders.

Forgetting cannot be undone, and a clock that jumps by years would forget everybody at once. So nothing is forgotten
until the service has been at work for a week by the clock as it is now: whoever runs it notices a wrong year first.
"""

from datetime import UTC, datetime
from typing import Final

from florin.batch.closures.shred_closures import shred_closures
from florin.batch.forget_records import forget_records
from florin.clearing.house import ClearingHouse
from florin.storage.closures.lived_days import live_through

DAYS: Final = 7
SPAN_DAYS: Final = 14
"""So many days within so many are enough: a service may rest for some of them."""


async def forget_what_is_over(house: ClearingHouse, now: datetime) -> int:
    """Forget whatever need not be kept any longer at ``now``, and return how many records that were."""
    if await live_through(house.pool, now.astimezone(UTC).date(), SPAN_DAYS) < DAYS:
        return 0
    return await shred_closures(house, now) + await forget_records(house, now)
