"""Tiers: what a programme's companies pay of a face by what they bring in, and its members by what they spend."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from florin.api.callers import READERS_OF_PROGRAMMES
from florin.api.corporate import customer_examples as examples
from florin.api.fields import AmountField, Fields, ProgrammeId
from florin.api.given import TheAuthor, TheHouse, accepted
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import Name, minor_of
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.clearing.configuration.set_tiers import SetTiers, set_tiers
from florin.domain.corporate_order import WHOLE_PRICE_BASIS_POINTS
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.domain.tiers import MOST_TIERS, Ladder, Tier
from florin.storage.configuration import configuration_change
from florin.storage.corporate.tiers import tiers_of_programme

ROUTES = Routes("Programmes")


class TierField(Fields):
    """Who has brought in (or as a member spent) at least `from` pays `price_basis_points`; 10,000 is the whole."""

    name: Name
    threshold: Annotated[AmountField, Field(alias="from")]
    price_basis_points: Annotated[int, Field(ge=1, le=WHOLE_PRICE_BASIS_POINTS)]


class TiersFields(Fields, example=examples.TIERS):
    """A programme's tiers; without any, everybody pays the whole."""

    tiers: Annotated[list[TierField], Field(max_length=MOST_TIERS)]


class TierView(View):
    """Who has brought in (or as a member spent) at least `from` pays `price_basis_points`."""

    name: str
    threshold: Annotated[AmountView, Field(alias="from")]
    price_basis_points: int


class TiersView(View):
    """A programme's tiers in ascending order."""

    tiers: list[TierView]


@ROUTES.get(
    "/v1/programmes/{programme_id}/tiers",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.TIERS,
)
async def read_tiers(programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration) -> TiersView:
    """List a programme's tiers."""
    programme = configuration.programme(programme_id)
    return _view(await tiers_of_programme(house.pool, programme.id), programme.unit)


@ROUTES.put(
    "/v1/programmes/{programme_id}/tiers",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH),
    example=examples.TIERS,
)
async def put_tiers(programme_id: ProgrammeId, fields: TiersFields, house: TheHouse, author: TheAuthor) -> TiersView:
    """Put other tiers in place of a programme's; orders that were submitted keep their price."""
    return await _put(house, author, programme_id, fields, Ladder.GROUP)


@ROUTES.get(
    "/v1/programmes/{programme_id}/personal-tiers",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.TIERS,
)
async def read_personal_tiers(programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration) -> TiersView:
    """List the tiers of a programme's members."""
    programme = configuration.programme(programme_id)
    return _view(await tiers_of_programme(house.pool, programme.id, Ladder.PERSONAL), programme.unit)


@ROUTES.put(
    "/v1/programmes/{programme_id}/personal-tiers",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH),
    example=examples.TIERS,
)
async def put_personal_tiers(
    programme_id: ProgrammeId, fields: TiersFields, house: TheHouse, author: TheAuthor
) -> TiersView:
    """Put other tiers in place of those of a programme's members, who are all looked at again within minutes."""
    return await _put(house, author, programme_id, fields, Ladder.PERSONAL)


async def _put(
    house: TheHouse, author: TheAuthor, programme_id: UUID, fields: TiersFields, ladder: Ladder
) -> TiersView:
    async with configuration_change(house.pool, author) as change:
        programme = change.catalogue.programmes.get(programme_id)
        if programme is None:
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        tiers = tuple(
            Tier(each.name, minor_of(each.threshold, programme.unit), each.price_basis_points) for each in fields.tiers
        )
        return _view(accepted(await set_tiers(change, SetTiers(programme_id, tiers, ladder))), programme.unit)


def _view(ladder: tuple[Tier, ...], unit: str) -> TiersView:
    return TiersView(
        tiers=[
            TierView.model_validate(
                {
                    "name": each.name,
                    "from": amount_view(each.from_minor, unit),
                    "price_basis_points": each.price_basis_points,
                }
            )
            for each in ladder
        ]
    )
