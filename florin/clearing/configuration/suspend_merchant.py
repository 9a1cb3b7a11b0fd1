"""Suspend a merchant and let it work again."""

from dataclasses import replace
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.programme import Merchant
from florin.storage.configuration import ConfigurationChange


async def suspend_merchant(change: ConfigurationChange, merchant_id: UUID) -> Merchant | Decline:
    """Stop everything at the merchant's tills and return it as it is now; `MERCHANT_NOT_FOUND`."""
    return await _set_status(change, merchant_id, "suspended")


async def resume_merchant(change: ConfigurationChange, merchant_id: UUID) -> Merchant | Decline:
    """Let a suspended merchant work again and return it as it is now; `MERCHANT_NOT_FOUND`."""
    return await _set_status(change, merchant_id, "active")


async def _set_status(change: ConfigurationChange, merchant_id: UUID, status: str) -> Merchant | Decline:
    merchant = change.catalogue.merchants.get(merchant_id)
    if merchant is None:
        return Decline.MERCHANT_NOT_FOUND
    if merchant.status == status:
        return merchant
    changed = replace(merchant, status=status)
    await change.change_merchant(changed)
    return changed
