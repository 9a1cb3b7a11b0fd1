"""Set the trial card of a product: which first card a member buys online below its face."""

from dataclasses import dataclass, replace
from uuid import UUID

from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.policy.facts import Holding
from florin.domain.programme import Product
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A first card of ``face_minor`` costs ``price_minor``. `InvalidField` for a price that is not below the face."""

    face_minor: int
    price_minor: int

    def __post_init__(self) -> None:
        """Refuse what gives nothing, or costs nothing."""
        require_between("price_minor", self.price_minor, 1, self.face_minor - 1)


@dataclass(frozen=True, slots=True)
class SetTrialCard:
    """The trial card of a product; None for a product that has none any more."""

    programme_id: UUID
    product_id: UUID
    trial: TrialCard | None


async def set_trial_card(change: ConfigurationChange, command: SetTrialCard) -> Product | Decline:
    """Set it and return the product; payments that were begun keep their price.

    `PRODUCT_NOT_FOUND` in the programme, `DENOMINATION_NOT_OFFERED`, `NOT_SOLD_ONLINE` for registered cards.
    """
    product = change.catalogue.products.get(command.product_id)
    if product is None or product.programme_id != command.programme_id:
        return Decline.PRODUCT_NOT_FOUND
    face_minor, price_minor = None, None
    if command.trial is not None:
        if command.trial.face_minor not in product.denominations_minor:
            return Decline.DENOMINATION_NOT_OFFERED
        if holding_of(product.kind) is Holding.REGISTERED:
            return Decline.NOT_SOLD_ONLINE
        face_minor, price_minor = command.trial.face_minor, command.trial.price_minor
    changed = replace(product, trial_face_minor=face_minor, trial_price_minor=price_minor)
    if changed != product:
        await change.set_trial_card(changed)
    return changed
