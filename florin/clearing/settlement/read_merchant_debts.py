"""Read what a merchant owes for cards that it has sold, and what it names when it pays that by bank transfer."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import READ
from florin.clearing.settlement.read_statements import Reader
from florin.domain.declines import Decline
from florin.domain.merchant_debt import MerchantDebts
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.settlement.merchant_debts import debt_of


async def read_merchant_debts(house: ClearingHouse, reader: Reader, merchant_id: UUID) -> MerchantDebts | Decline:
    """What a merchant owes. Declines: ``role_required``, ``merchant_not_found``, also for another merchant's."""
    if isinstance(reader, Actor) and not reader.has(*READ):
        return Decline.ROLE_REQUIRED
    catalogue = await read_catalogue(house.pool)
    merchant = catalogue.merchants.get(merchant_id)
    if merchant is None or (isinstance(reader, UUID) and reader != merchant_id):
        return Decline.MERCHANT_NOT_FOUND
    found = [await debt_of(house.pool, each, merchant_id) for each in catalogue.programmes.values()]
    debts = tuple(each for each in found if each.owed_minor or catalogue.sells(each.programme_id, merchant_id))
    return MerchantDebts(merchant.payment_reference, debts)
