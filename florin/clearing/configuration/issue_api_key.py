"""Issue an API key to a merchant's till, or to an operator."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from florin.crypto.tokens import API_KEY
from florin.domain.configuration_fields import require_name
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.programme import ApiKey
from florin.domain.scopes import require_grantable
from florin.storage.configuration import ConfigurationChange
from florin.storage.fresh_ids import fresh_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueApiKey:
    """A key to be issued: a merchant's, for one of its tills or for all of them, or without a merchant an operator's.

    `InvalidField` for a bad name, for scopes that a key of its kind may not hold, and for a till without a merchant.
    """

    name: str
    scopes: Iterable[str]
    merchant_id: UUID | None = None
    terminal_id: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse what no key can be."""
        require_name(self.name)
        object.__setattr__(self, "scopes", require_grantable(self.scopes, to_merchant=self.merchant_id is not None))
        if self.terminal_id is not None and self.merchant_id is None:
            raise InvalidField("terminal_id", "a till belongs to a merchant")


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and its token, which is shown this once and kept nowhere."""

    key: ApiKey
    token: str = field(repr=False)


async def issue_api_key(change: ConfigurationChange, command: IssueApiKey) -> IssuedKey | Decline:
    """Issue the key; `MERCHANT_NOT_FOUND`, or `TERMINAL_NOT_FOUND` when the till is not the merchant's."""
    if command.merchant_id is not None and command.merchant_id not in change.catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    if command.terminal_id is not None:
        terminal = change.catalogue.terminals.get(command.terminal_id)
        if terminal is None or terminal.merchant_id != command.merchant_id:
            return Decline.TERMINAL_NOT_FOUND
    token, digest = API_KEY.new()
    key = ApiKey(fresh_id(), digest, command.name, command.merchant_id, command.terminal_id, frozenset(command.scopes))
    await change.add_api_key(key)
    return IssuedKey(key, token)
