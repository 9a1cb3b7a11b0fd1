"""Ending holds whose time has passed, so that their money is free and their merchants are told without delay.

A posting group ends the expired holds of every owner that it locks, so all that is to be done is to send it there. A
hold that ends by itself meanwhile, or by another process, is simply found ended: the sweep may run anywhere, any time.
"""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.storage.book.expired_holds import owners_of_expired_holds
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted

CHUNK: Final = 200

_NOBODY: Final = UUID(int=0)


async def expire_holds(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """End every open hold that has expired at ``now``, and return how many were found.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; whatever is left is for the next sweep.
    """
    found = 0
    after = _NOBODY
    while owners := await owners_of_expired_holds(house.pool, now, after, chunk):
        await asyncio.gather(*(house.engine.submit(_visit(house, owner)) for owner in owners))
        found += sum(owners.values())
        after = max(owners)
    return found


def _visit(house: ClearingHouse, owner_id: UUID) -> PostingRequest:
    def decide(_: Group) -> Outcome:
        return Outcome({})

    # The id of the owner is all that is wanted; whether it is a card or a member makes no difference to the locks.
    return house.request(Caller(_NOBODY, _NOBODY), None, "expire_holds", owner_id, Wanted(card_id=owner_id), decide)
