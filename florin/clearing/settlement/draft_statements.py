"""Draw up merchants' statements of every closed day, and those that are not approved yet anew."""

from datetime import date, datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DRAFT
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.settlement.draft import draft_next_day


async def draft_statements(
    house: ClearingHouse, actor: Actor | None, programme_id: UUID, now: datetime
) -> list[date] | Decline:
    """Draw up what is missing and return the days; as often as asked, each day is drawn up once.

    Without an ``actor`` it is the close of the day that asks: those statements are approved only after finance has
    drawn them up, too, for two people look at each. Every day is a transaction of its own, so a kill loses one at most.
    Declines: ``role_required``, ``programme_not_found``.
    """
    if actor is not None and not actor.has(*DRAFT):
        return Decline.ROLE_REQUIRED
    if programme_id not in (await read_catalogue(house.pool)).programmes:
        return Decline.PROGRAMME_NOT_FOUND
    days: list[date] = []
    while (day := await draft_next_day(house.pool, programme_id, actor, now)) is not None:
        days.append(day)
    return days
