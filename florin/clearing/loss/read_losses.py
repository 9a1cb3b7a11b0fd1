"""Read what has become of lost cards."""

from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.loss.report_loss import WHO_MAY
from florin.domain.declines import Decline
from florin.domain.loss import Loss, LossStatus
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.cards.losses import find_loss, list_losses

READERS: Final = WHO_MAY | {Role.AUDITOR}


async def read_loss(house: ClearingHouse, actor: Actor, loss_id: UUID) -> Loss | Decline:
    """A loss. Declines: ``role_required``, ``loss_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await find_loss(house.pool, loss_id) or Decline.LOSS_NOT_FOUND


async def losses_page(
    house: ClearingHouse, actor: Actor, status: LossStatus | None, before: UUID | None, limit: int
) -> Page[Loss, UUID] | Decline:
    """A page of losses, the latest first; ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_losses(house.pool, status, None, before, limit)
