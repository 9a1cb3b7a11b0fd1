"""Whose purchases, holds and operations a caller sees: a till its own merchant's, an operator those of any."""

from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from fastapi import Query

from florin.api.callers import Visitor
from florin.api.failures import invalid_field
from florin.api.fields import MerchantId
from florin.api.problems.document import Refused
from florin.domain.declines import Decline

OfMerchant = Annotated[
    MerchantId | None, Query(description="Whose; needed with an operator's key, a till sees its own merchant's.")
]


class _OfMerchant(Protocol):
    @property
    def merchant_id(self) -> UUID: ...


Thing = TypeVar("Thing", bound=_OfMerchant)


def merchant_asked_for(visitor: Visitor, merchant_id: UUID | None) -> UUID:
    """The merchant that a list is of; `Refused` for another's, and for an operator who does not say which."""
    own = visitor.merchant_id
    if own is not None and merchant_id not in (None, own):
        raise Refused(Decline.MERCHANT_NOT_FOUND)
    whose = merchant_id or own
    if whose is None:
        raise invalid_field("merchant_id", "an operator's key sees all merchants: say which one")
    return whose


def may_see(visitor: Visitor, merchant_id: UUID) -> bool:
    """Whether what belongs to a merchant exists for a caller."""
    return visitor.merchant_id in (None, merchant_id)


def seen(visitor: Visitor, found: Thing | None, not_found: Decline) -> Thing:
    """What was found, for a caller for whom it exists; `Refused` with ``not_found`` for everybody else."""
    if found is None or not may_see(visitor, found.merchant_id):
        raise Refused(not_found)
    return found
