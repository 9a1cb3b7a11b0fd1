"""Sign out: the session ends at once, on every worker."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.storage.members.sessions import SignedIn, revoke_session


async def sign_out(house: ClearingHouse, who: SignedIn, now: datetime) -> None:
    """End the session; signing out twice is no error."""
    await revoke_session(house.pool, who.session_id, now)
