"""Set the pages to which a programme's members may be sent back from a provider's pay page."""

from dataclasses import dataclass, replace
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.programme import Programme
from florin.domain.return_address import require_return_urls
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class SetReturnUrls:
    """The pages, in place of those before. `InvalidField` for what is no such list."""

    programme_id: UUID
    urls: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what is no page, or too many."""
        require_return_urls(self.urls)


async def set_return_urls(change: ConfigurationChange, command: SetReturnUrls) -> Programme | Decline:
    """Set them and return the programme; `PROGRAMME_NOT_FOUND`. Payments that were begun keep theirs."""
    programme = change.catalogue.programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    changed = replace(programme, return_urls=command.urls)
    if changed != programme:
        await change.set_return_urls(changed)
    return changed
