"""Create a programme."""

from dataclasses import dataclass
from datetime import time

from florin.domain.configuration_fields import (
    require_code,
    require_cut_off,
    require_issuer_prefix,
    require_time_zone,
)
from florin.domain.declines import Decline
from florin.domain.programme import Programme
from florin.domain.programme_terms import ProgrammeTerms, require_unit
from florin.storage.configuration import ConfigurationChange
from florin.storage.fresh_ids import fresh_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProgramme:
    """A new programme: what is fixed for its life, and the terms that may change. `InvalidField` for a bad field."""

    code: str
    unit: str
    time_zone: str
    cut_off: time
    issuer_prefix: str
    terms: ProgrammeTerms

    def __post_init__(self) -> None:
        """Refuse what no programme can be."""
        require_code(self.code)
        require_unit(self.unit, self.terms)
        require_time_zone(self.time_zone)
        require_cut_off(self.cut_off)
        require_issuer_prefix(self.issuer_prefix)


async def create_programme(change: ConfigurationChange, command: CreateProgramme) -> Programme | Decline:
    """Create the programme and return it; `CODE_TAKEN` or `ISSUER_PREFIX_TAKEN` when another one has that."""
    if change.catalogue.programme_by_code(command.code) is not None:
        return Decline.CODE_TAKEN
    if any(each.issuer_prefix == command.issuer_prefix for each in change.catalogue.programmes.values()):
        return Decline.ISSUER_PREFIX_TAKEN
    programme = Programme(
        id=fresh_id(),
        code=command.code,
        unit=command.unit,
        time_zone=command.time_zone,
        cut_off=command.cut_off,
        issuer_prefix=command.issuer_prefix,
        **command.terms.fields(),
    )
    await change.add_programme(programme)
    return programme
