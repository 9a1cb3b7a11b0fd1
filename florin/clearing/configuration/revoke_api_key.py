"""Revoke an API key."""

from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.programme import ApiKey
from florin.storage.configuration import ConfigurationChange


async def revoke_api_key(change: ConfigurationChange, key_id: UUID) -> ApiKey | Decline:
    """Revoke the key for good and return what it was; `API_KEY_NOT_FOUND` also when it was revoked before.

    Each process forgets the key with the next group that it posts, or within a second.
    """
    key = change.catalogue.keys_by_id.get(key_id)
    if key is None:
        return Decline.API_KEY_NOT_FOUND
    await change.revoke_api_key(key)
    return key
