"""Check a member's one-time code; whoever acts on it stores its step, so that it is accepted once."""

from datetime import datetime

from florin.crypto.totp import accepted_step
from florin.crypto.vault import Vault
from florin.storage.credentials import Credentials


def fresh_step(vault: Vault, found: Credentials, totp_code: str | None, now: datetime) -> int | None:
    """The step of a code that is right and later than the last one; None when it is not, or there is no secret."""
    if found.totp_secret_encrypted is None:
        return None
    secret = vault.totp_secrets.open(found.totp_secret_encrypted, found.member_id.bytes).decode()
    return accepted_step(secret, totp_code or "", int(now.timestamp()), found.totp_last_step)
