"""Ask a signed-in member for the password again, and a fresh one-time code where those are on.

It stands before what a stolen session must not do. A code is used up by being right, whatever comes of the change.
"""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.password_desk import DESK
from florin.clearing.throttled import by_id
from florin.clearing.totp_step import fresh_step
from florin.domain.declines import Decline
from florin.domain.throttle_rules import PASSWORD_BY_MEMBER, RateLimited
from florin.storage.people.credentials import Credentials, credentials_of, use_totp_step
from florin.storage.people.throttle import admit, give_back


async def confirm_member(
    house: ClearingHouse, member_id: UUID, password: str, totp_code: str | None, now: datetime
) -> Credentials | Decline | RateLimited:
    """The credentials that both were checked against.

    Declines: ``password_incorrect``, ``totp_code_incorrect`` when codes are on and this is no fresh one; both count as
    failures of one throttle.

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
    if found.totp_on and not await _use_code(house, found, totp_code, now):
        return Decline.TOTP_CODE_INCORRECT
    await give_back(house.pool, charges, now)
    return found


async def _use_code(house: ClearingHouse, found: Credentials, totp_code: str | None, now: datetime) -> bool:
    step = fresh_step(
        house.vault.totp_secrets, found.totp_secret_encrypted, found.member_id, totp_code, found.totp_last_step, now
    )
    return step is not None and await use_totp_step(house.pool, found, step)
