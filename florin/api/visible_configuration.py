"""What a caller may see of the configuration: an operator all of it, a till its own merchant and that one's programmes.

Whatever a till may not see does not exist for it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from florin.api.callers import Visitor
from florin.api.given import TheHouse, TheVisitor
from florin.api.problems.document import Refused
from florin.domain.declines import Decline
from florin.domain.programme import Merchant, Programme
from florin.storage.catalogue import Catalogue, catalogue_version


class VisibleConfiguration:
    """The configuration as it stands now, as far as one caller may see it."""

    def __init__(self, visitor: Visitor, catalogue: Catalogue) -> None:
        self._only = visitor.merchant_id
        self.catalogue = catalogue

    @property
    def programmes(self) -> list[Programme]:
        """The programmes; a till sees those whose cards its merchant accepts or sells."""
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
        if self._only is None:
            return True
        return self.catalogue.accepts(programme_id, self._only) or self.catalogue.sells(programme_id, self._only)


async def _visible(visitor: TheVisitor, house: TheHouse) -> VisibleConfiguration:
    # By the version that the database has now, so that whoever has just changed something sees it.
    version = await catalogue_version(house.pool)
    return VisibleConfiguration(visitor, await house.engine.current_catalogue(version))


TheConfiguration = Annotated[VisibleConfiguration, Depends(_visible)]
