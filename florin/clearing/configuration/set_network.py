"""Set whether a merchant accepts and sells a programme's cards."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.declines import Decline
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNetwork:
    """What a merchant is to do for a programme: take its cards as payment, and sell and activate them."""

    programme_id: UUID
    merchant_id: UUID
    accepts: bool
    sells: bool


async def set_network(change: ConfigurationChange, command: SetNetwork) -> SetNetwork | Decline:
    """Set it and return it as it is now; `PROGRAMME_NOT_FOUND` or `MERCHANT_NOT_FOUND`."""
    pair = (command.programme_id, command.merchant_id)
    if command.programme_id not in change.catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    if command.merchant_id not in change.catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    if (change.catalogue.accepts(*pair), change.catalogue.sells(*pair)) != (command.accepts, command.sells):
        await change.set_network(*pair, accepts=command.accepts, sells=command.sells)
    return command
