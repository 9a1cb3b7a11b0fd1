"""Add a till to a merchant."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.configuration_fields import require_terminal_code
from florin.domain.declines import Decline
from florin.domain.programme import Terminal
from florin.storage.configuration import ConfigurationChange
from florin.storage.fresh_ids import fresh_id


@dataclass(frozen=True, slots=True)
class AddTerminal:
    """A merchant's new till. `InvalidField` for a bad code."""

    merchant_id: UUID
    code: str

    def __post_init__(self) -> None:
        """Refuse what no terminal can be."""
        require_terminal_code(self.code)


async def add_terminal(change: ConfigurationChange, command: AddTerminal) -> Terminal | Decline:
    """Add the till and return it; `MERCHANT_NOT_FOUND`, or `CODE_TAKEN` with that merchant."""
    if command.merchant_id not in change.catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    terminals = change.catalogue.terminals.values()
    if any(each.merchant_id == command.merchant_id and each.code == command.code for each in terminals):
        return Decline.CODE_TAKEN
    terminal = Terminal(fresh_id(), command.merchant_id, command.code, "active")
    await change.add_terminal(terminal)
    return terminal
