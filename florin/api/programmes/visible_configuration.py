"""What a caller may see of the configuration.

An operator sees all of it, a till its own merchant and that one's programmes, a customer's people the programme that
they order from. Whatever somebody may not see does not exist for them.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from florin.api.callers import Visitor
from florin.api.given import TheHouse, TheVisitor
from florin.api.problems.document import Refused
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.programme import Merchant, Programme
from florin.storage.catalogue import Catalogue, catalogue_version
from florin.storage.corporate.customers import find_customer


class VisibleConfiguration:
    """The configuration as it stands now, as far as one caller may see it."""

    def __init__(self, visitor: Visitor, catalogue: Catalogue, only_programme: UUID | None = None) -> None:
        self._only = visitor.merchant_id
        self._only_programme = only_programme
        self.catalogue = catalogue

    @property
    def programmes(self) -> list[Programme]:
        """The programmes that the caller may see."""
        return [each for each in self.catalogue.programmes.values() if self._may_see(each.id)]

    @property
    def merchants(self) -> list[Merchant]:
        """The merchants; a till sees its own."""
        return [each for each in self.catalogue.merchants.values() if self._only in (None, each.id)]

    def programme(self, programme_id: UUID) -> Programme:
        """The programme of that id; `Refused` with `PROGRAMME_NOT_FOUND`."""
        programme = self.catalogue.programmes.get(programme_id)
        if programme is None or not self._may_see(programme_id):
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        return programme

    def merchant(self, merchant_id: UUID) -> Merchant:
        """The merchant of that id; `Refused` with `MERCHANT_NOT_FOUND`."""
        merchant = self.catalogue.merchants.get(merchant_id)
        if merchant is None or self._only not in (None, merchant_id):
            raise Refused(Decline.MERCHANT_NOT_FOUND)
        return merchant

    def _may_see(self, programme_id: UUID) -> bool:
        if self._only_programme is not None:
            return programme_id == self._only_programme
        if self._only is None:
            return True
        return self.catalogue.accepts(programme_id, self._only) or self.catalogue.sells(programme_id, self._only)


async def _visible(visitor: TheVisitor, house: TheHouse) -> VisibleConfiguration:
    # By the version that the database has now, so that whoever has just changed something sees it.
    version = await catalogue_version(house.pool)
    catalogue = await house.engine.current_catalogue(version)
    return VisibleConfiguration(visitor, catalogue, await _programme_of(visitor, house))


async def _programme_of(visitor: Visitor, house: ClearingHouse) -> UUID | None:
    """The programme that a customer's people order from; None for everybody else."""
    if visitor.actor is None or visitor.actor.customer_id is None:
        return None
    customer = await find_customer(house.pool, visitor.actor.customer_id)
    if customer is None:
        raise LookupError("the customer of a login is gone")
    return customer.programme_id


TheConfiguration = Annotated[VisibleConfiguration, Depends(_visible)]
