"""The secrets that sign an endpoint's webhooks: kept sealed, shown once, two of them for a while after a rotation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.allowed_endpoint import Keeper, locked_endpoint
from florin.crypto.vault import Vault
from florin.crypto.webhook_secrets import new_webhook_secret
from florin.domain.declines import Decline
from florin.domain.webhook import SECRETS_OVERLAP
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.notices.webhook_endpoints import Endpoint, write_rotation


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret, shown this once; the one before it signs beside it until the time given."""

    secret: str = field(repr=False)
    old_secret_until: datetime


def sealed_secret(vault: Vault, endpoint_id: UUID, secret: str) -> bytes:
    """A secret as the database keeps it."""
    return vault.webhook_secrets.seal(secret.encode(), endpoint_id.bytes)


def valid_secrets(vault: Vault, endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets that sign what is sent now, the newest first."""
    secrets = [vault.webhook_secrets.open(endpoint.secret_encrypted, endpoint.id.bytes).decode()]
    old, until = endpoint.old_secret_encrypted, endpoint.old_secret_until
    if old is not None and until is not None and now < until:
        secrets.append(vault.webhook_old_secrets.open(old, endpoint.id.bytes).decode())
    return secrets


async def rotate_secret(house: ClearingHouse, keeper: Keeper, endpoint_id: UUID, author: Author) -> NewSecret | Decline:
    """Give an endpoint a new secret; ``webhook_not_found`` for one that is not the keeper's."""
    async with transaction(house.pool) as connection:
        endpoint = await locked_endpoint(connection, keeper, endpoint_id)
        if isinstance(endpoint, Decline):
            return endpoint
        vault, row = house.vault, endpoint_id.bytes
        secret, until = new_webhook_secret(), author.now + SECRETS_OVERLAP
        present = vault.webhook_secrets.open(endpoint.secret_encrypted, row)
        old = vault.webhook_old_secrets.seal(present, row)
        await write_rotation(connection, endpoint_id, sealed_secret(vault, endpoint_id, secret), old, until, author)
    return NewSecret(secret, until)
