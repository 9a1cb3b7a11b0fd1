"""Change the terms of a programme."""

from dataclasses import dataclass, replace
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.faces import refused_face, refused_validity
from florin.domain.programme import Programme
from florin.domain.programme_terms import ProgrammeTerms, require_unit
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class UpdateProgramme:
    """The terms that a programme is to have from now on; ``programme_terms.terms_of`` gives the present ones."""

    programme_id: UUID
    terms: ProgrammeTerms


async def update_programme(change: ConfigurationChange, command: UpdateProgramme) -> Programme | Decline:
    """Give the programme new terms and return it as it is now.

    `PROGRAMME_NOT_FOUND`, or what a new policy pack says against a denomination or the validity of a product of the
    programme.

    Raises:
        InvalidField: the new policy pack does not serve the programme's currency.
    """
    programme = change.catalogue.programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    require_unit(programme.unit, command.terms)
    today = programme.business_date(change.author.now)
    for product in change.catalogue.products.values():
        if product.programme_id == programme.id:
            pack, kind = command.terms.policy_pack, product.kind
            refusal = refused_face(pack, kind, product.denominations_minor, today)
            refusal = refusal or refused_validity(pack, kind, product.validity_years, today)
            if refusal is not None:
                return refusal
    changed = replace(programme, **command.terms.fields())
    await change.change_programme(changed)
    return changed
