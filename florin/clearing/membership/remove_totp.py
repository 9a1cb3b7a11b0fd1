"""Remove one-time codes: the password alone opens the account from then on."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_member import confirm_member
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import Credentials
from florin.storage.people.credentials import remove_totp as turn_off


async def remove_totp(
    house: ClearingHouse, who: SignedIn, password: str, totp_code: str | None, now: datetime
) -> Decline | RateLimited | None:
    """None when codes are off, also when they were off before.

    Declines: ``password_incorrect``, ``totp_code_incorrect`` unless codes were off, ``member_not_active``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    confirmed = await confirm_member(house, who.member_id, password, totp_code, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    turned_off = await turn_off(house.pool, who.member_id, Author(who.session_id, now))
    return None if turned_off else Decline.MEMBER_NOT_ACTIVE
