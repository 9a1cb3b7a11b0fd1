"""Add a merchant."""

from dataclasses import dataclass

from florin.domain.configuration_fields import require_code, require_name
from florin.domain.declines import Decline
from florin.domain.programme import Merchant
from florin.storage.configuration import ConfigurationChange
from florin.storage.fresh_ids import fresh_id, fresh_reference


@dataclass(frozen=True, slots=True)
class AddMerchant:
    """A new merchant, active from the start. `InvalidField` for a bad field."""

    code: str
    name: str

    def __post_init__(self) -> None:
        """Refuse what no merchant can be."""
        require_code(self.code)
        require_name(self.name)


async def add_merchant(change: ConfigurationChange, command: AddMerchant) -> Merchant | Decline:
    """Add the merchant and return it; `CODE_TAKEN` when there is one of that code."""
    if change.catalogue.merchant_by_code(command.code) is not None:
        return Decline.CODE_TAKEN
    taken = {each.payment_reference for each in change.catalogue.merchants.values()}
    reference = next(each for each in iter(fresh_reference, None) if each not in taken)
    merchant = Merchant(fresh_id(), command.code, command.name, "active", reference)
    await change.add_merchant(merchant)
    return merchant
