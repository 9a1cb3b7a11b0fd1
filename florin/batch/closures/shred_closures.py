"""Shredding: what tells who the holder of a closed account was is forgotten when the policy pack no longer wants it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import kept_until
from florin.domain.programme import Programme
from florin.storage.catalogue import read_catalogue
from florin.storage.closures.shredding import EndedClosure, ended_closures, shred

CHUNK: Final = 200

_FIRST: Final = UUID(int=0)


async def shred_closures(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """Forget the holders of every closure whose records need not be kept any longer; return how many that were."""
    programmes = (await read_catalogue(house.pool)).programmes
    shredded, after = 0, _FIRST
    while ended := await ended_closures(house.pool, now, after, chunk):
        due = [each for each in ended if _is_due(programmes[each.programme_id], each, now)]
        for each in due:
            shredded += await shred(house.pool, each, now)
        after = ended[-1].id
    return shredded


def _is_due(programme: Programme, closure: EndedClosure, now: datetime) -> bool:
    pack = PACKS[PackName(programme.policy_pack)]
    ended_on = programme.business_date(closure.ended_at)
    return programme.business_date(now) > kept_until(pack, ended_on)
