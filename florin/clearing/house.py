"""The clearing house: what every verb works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.crypto.vault import Vault
from florin.gateways.payment_provider import NO_PROVIDERS, ProviderAccount
from florin.storage.connect import Pool
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted

_canonical: Final = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class ClearingHouse:
    """The posting engine for what moves money or changes a card or wallet, the pool for reading, the secrets.

    ``providers`` are our accounts at payment providers by the names that the settings give them, ``public_url`` the
    address under which the outside world reaches this service, without a slash at its end: providers call back there.
    """

    engine: PostingEngine
    pool: Pool
    vault: Vault
    providers: Mapping[str, ProviderAccount] = field(default_factory=lambda: NO_PROVIDERS)
    public_url: str = ""

    def request(
        self,
        caller: Caller,
        key: str | None,
        verb: str,
        command: Any,  # noqa: ANN401 (any of the verbs' command dataclasses)
        wanted: Wanted,
        decide: Callable[[Group], Outcome],
        *,
        reference: str | None = None,
    ) -> PostingRequest:
        """A posting request for a verb; its fingerprint covers the whole command under a key outside the database."""
        fingerprint = self.vault.fingerprint.of(verb, _canonical(command))
        return PostingRequest(caller, key, UUID(bytes=fingerprint[:16]), verb, wanted, decide, reference)
