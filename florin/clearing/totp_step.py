"""Check a one-time code; whoever acts on it stores its step, so that it is accepted once."""

from datetime import datetime
from uuid import UUID

from florin.crypto.envelope import Envelope
from florin.crypto.totp import accepted_step


def fresh_step(
    secrets: Envelope, sealed: bytes | None, owner_id: UUID, totp_code: str | None, last_step: int | None, now: datetime
) -> int | None:
    """The step of a code that is right and later than the last one; None when it is not, or there is no secret.

    ``sealed`` is the owner's secret in the envelope of its column; ``last_step`` is the step accepted last.
    """
    if sealed is None:
        return None
    secret = secrets.open(sealed, owner_id.bytes).decode()
    return accepted_step(secret, totp_code or "", int(now.timestamp()), last_step)
