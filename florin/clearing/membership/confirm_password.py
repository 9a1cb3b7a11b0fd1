"""Ask a signed-in member for the password again, before something that a stolen session must not do."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.password_desk import DESK
from florin.clearing.throttled import by_id
from florin.domain.declines import Decline
from florin.domain.throttle_rules import PASSWORD_BY_MEMBER, RateLimited
from florin.storage.credentials import Credentials, credentials_of
from florin.storage.throttle import admit, give_back


async def confirm_password(
    house: ClearingHouse, member_id: UUID, password: str, now: datetime
) -> Credentials | Decline | RateLimited:
    """The credentials that the password was checked against, ``password_incorrect``, or ``rate_limited``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    charges = [by_id(house.vault, PASSWORD_BY_MEMBER, member_id)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    found = await credentials_of(house.pool, member_id)
    verified = await DESK.check(None if found is None else found.password_hash, password)
    if found is None or not verified.ok:
        return Decline.PASSWORD_INCORRECT
    await give_back(house.pool, charges, now)
    return found
