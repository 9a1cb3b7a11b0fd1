"""Add a card product to a programme."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.configuration_fields import require_code, require_denominations, require_name, require_validity
from florin.domain.declines import Decline
from florin.domain.faces import refused_face, refused_validity
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Product, ProductKind
from florin.storage.configuration import ConfigurationChange
from florin.storage.fresh_ids import fresh_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProduct:
    """A new kind of card in fixed denominations (minor units). `InvalidField` for a bad field."""

    programme_id: UUID
    code: str
    name: str
    kind: ProductKind
    denominations_minor: tuple[int, ...]
    has_ecode: bool = False
    validity_years: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no product can be."""
        require_code(self.code)
        require_name(self.name)
        require_denominations(self.denominations_minor)
        require_validity(self.validity_years)


async def add_product(change: ConfigurationChange, command: AddProduct) -> Product | Decline:
    """Add the product and return it.

    `PROGRAMME_NOT_FOUND`, `CODE_TAKEN` within the programme, or what its policy pack says against a denomination or
    the validity.
    """
    programme = change.catalogue.programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    if change.catalogue.product_by_code(programme.id, command.code) is not None:
        return Decline.CODE_TAKEN
    today = programme.business_date(change.author.now)
    pack = PackName(programme.policy_pack)
    refusal = refused_face(pack, command.kind, command.denominations_minor, today)
    refusal = refusal or refused_validity(pack, command.kind, command.validity_years, today)
    if refusal is not None:
        return refusal
    product = Product(
        id=fresh_id(),
        programme_id=programme.id,
        code=command.code,
        name=command.name,
        kind=command.kind,
        denominations_minor=command.denominations_minor,
        has_ecode=command.has_ecode,
        validity_years=command.validity_years,
    )
    await change.add_product(product)
    return product
