"""What an order costs at a tier's price: exact, card by card, so that a line costs as much as its cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from florin.domain.corporate_order import principal_of
from florin.domain.order_rules import WantedLine


@dataclass(frozen=True, slots=True)
class OrderPrice:
    """The price of an order in minor units.

    ``tier`` is the name of the customer's tier, None below the lowest. ``principals_minor`` is what is paid for one
    card of each line; the rest of a face is given as bonus when the card is activated.
    """

    tier: str | None
    price_basis_points: int
    principals_minor: tuple[int, ...]
    face_minor: int
    price_minor: int

    @property
    def discount_minor(self) -> int:
        """What the cards are worth beyond their price."""
        return self.face_minor - self.price_minor

    @classmethod
    def of(cls, lines: Iterable[WantedLine], tier: str | None, price_basis_points: int) -> Self:
        """The price of those lines for a customer of that tier."""
        priced = [(line, principal_of(line.denomination_minor, price_basis_points)) for line in lines]
        return cls(
            tier,
            price_basis_points,
            tuple(principal_minor for _, principal_minor in priced),
            sum(line.face_minor for line, _ in priced),
            sum(principal_minor * line.quantity for line, principal_minor in priced),
        )
