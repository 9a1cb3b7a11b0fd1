"""Give a lapsed balance back to the holder who has come back, by asking or by using something."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.dormancy.end_balance import RestoreBalance, restore_balance
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.dormancy.balance_endings import LapsedLine, lapsed_of, mark_restored

WHO_MAY: Final = frozenset({Role.OPERATOR, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Restored:
    """What is the holder's again, in minor units."""

    amount_minor: int
    unit: str


async def restore_lapsed(house: ClearingHouse, actor: Actor, owner_id: UUID) -> Restored | Decline:
    """Give back all that has lapsed of a card or member; ``role_required``, ``nothing_lapsed``.

    Raises:
        BusyError, OutcomeUnknownError: the same once more will tell.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    restored = [
        line for line in await lapsed_of(house.pool, owner_id) if await restore_line(house, line, actor.session_id)
    ]
    if not restored:
        return Decline.NOTHING_LAPSED
    return Restored(sum(line.amount_minor for line in restored), restored[0].unit)


async def restore_line(house: ClearingHouse, line: LapsedLine, actor_id: UUID) -> bool:
    """Give one back, once for ever; False when its card or account has died in this moment."""
    command = RestoreBalance(line.ending_id, line.owner_id, line.owner_kind, line.amount_minor)
    answer = await house.engine.submit(restore_balance(house, actor_id, command))
    if answer.decline is not None:
        return False
    await mark_restored(house.pool, line)
    return True
