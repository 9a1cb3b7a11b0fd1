"""Publish a version of the agreement that a programme's members accept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.configuration_fields import require_version
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.storage.configuration import Agreement, ConfigurationChange

LONGEST_TEXT: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishAgreement:
    """A text under a version, shown to members from an instant on. `InvalidField` for a bad field."""

    programme_id: UUID
    version: str
    text: str
    effective_at: datetime

    def __post_init__(self) -> None:
        """Refuse what nobody could accept."""
        require_version(self.version)
        if not self.text.strip() or len(self.text) > LONGEST_TEXT or "\0" in self.text:
            raise InvalidField("text", f"1 to {LONGEST_TEXT} characters")
        if self.effective_at.tzinfo is None:
            raise InvalidField("effective_at", "an instant has a time zone")


async def publish_agreement(change: ConfigurationChange, command: PublishAgreement) -> Agreement | Decline:
    """Publish it and return it; `PROGRAMME_NOT_FOUND`, or `CODE_TAKEN` when that version is published already."""
    if command.programme_id not in change.catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    if await change.has_agreement(command.programme_id, command.version):
        return Decline.CODE_TAKEN
    agreement = Agreement(command.programme_id, command.version, command.text, command.effective_at)
    await change.add_agreement(agreement)
    return agreement
