"""What the naive book writes down: purses, payment codes, holds and sales, as plain numbers in minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(eq=False)
class Consent:
    """A member's payment code."""

    until: datetime
    worthless: bool = False


@dataclass(eq=False)
class Purse:
    """A card or a wallet."""

    kind: str
    principal: int = 0
    bonus: int = 0
    status: str = "active"
    block: str = "none"
    face: int = 0
    movements: int = 0
    failures: int = 0
    locked_until: datetime | None = None
    low_notices: int = 0
    sold_by: str | None = None
    named: bool = False
    loaded_into: "Purse | None" = None
    before_block: str = ""
    code: Consent | None = None

    @property
    def is_card(self) -> bool:
        return self.kind != "wallet"

    @property
    def total(self) -> int:
        return self.principal + self.bonus


Shown = Literal["right PIN", "wrong PIN", "e-code"] | Consent
"""What a payer shows at the till."""


@dataclass(eq=False)
class Kept:
    """A hold."""

    purse: Purse
    merchant: str
    principal: int
    bonus: int
    until: datetime
    status: str = "open"


@dataclass(eq=False)
class Sold:
    """A purchase, and what of it has been given back."""

    purse: Purse
    merchant: str
    principal: int
    bonus: int
    at: datetime
    back_principal: int = 0
    back_bonus: int = 0
    stands: bool = True
    low_notice: bool = False

    @property
    def home(self) -> Purse:
        """Where money that is given back goes: after its card's value, if that has been loaded into a wallet."""
        return self.purse.loaded_into or self.purse

    @property
    def left(self) -> int:
        return self.principal + self.bonus - self.back_principal - self.back_bonus


@dataclass(eq=False)
class Activated:
    """A card's sale, and what had happened to the card by then."""

    card: Purse
    at: datetime
    movements: int
    stands: bool = True


Thing = Kept | Sold | Activated | None
