"""Deciding on the tiers of members, from the purchases and refunds of closed business days."""

from datetime import date, datetime

from florin.clearing.house import ClearingHouse
from florin.domain.programme import Programme
from florin.storage.audit_trail import Author
from florin.storage.loyalty.personal_tiers import decide_tiers_of, members_to_look_at, tiers_until, write_tiers_until


async def decide_tiers(house: ClearingHouse, programme: Programme, closed_until: date, now: datetime) -> None:
    """Look at who has bought or got back anything since the last time; at everybody when other tiers were set.

    What is decided twice comes out the same, so it may be interrupted and run by several processes at once.
    """
    progress = await tiers_until(house.pool, programme.id)
    if progress is None:
        return
    (after,) = progress
    if after is not None and after >= closed_until:
        return
    async for members in members_to_look_at(house.pool, programme.id, after, closed_until):
        await decide_tiers_of(house.pool, programme.id, members, Author(None, now))
    await write_tiers_until(house.pool, programme.id, after, closed_until)
