"""Set what a programme's companies pay by the money that they have brought in, or its members by what they spent."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.tiers import Ladder, Tier, ladder_of
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class SetTiers:
    """The tiers that a programme is to have; none at all means that everybody pays the whole face.

    `InvalidField` for what is no ladder.
    """

    programme_id: UUID
    tiers: tuple[Tier, ...]
    ladder: Ladder = Ladder.GROUP

    def __post_init__(self) -> None:
        """Refuse what is no ladder."""
        ladder_of(self.tiers)


async def set_tiers(change: ConfigurationChange, command: SetTiers) -> tuple[Tier, ...] | Decline:
    """Set them and return them in ascending order; `PROGRAMME_NOT_FOUND`. Orders already submitted keep their price."""
    if command.programme_id not in change.catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    tiers = ladder_of(command.tiers)
    if tiers != await change.tiers(command.programme_id, command.ladder):
        await change.set_tiers(command.programme_id, tiers, command.ladder)
    return tiers
