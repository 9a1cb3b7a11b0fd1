"""Change the password: whoever else is signed in under the old one is signed out."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_member import confirm_member
from florin.clearing.password_desk import DESK, require_acceptable
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import Credentials, credentials_of
from florin.storage.people.credentials import change_password as store_password


async def change_password(
    house: ClearingHouse, who: SignedIn, password: str, totp_code: str | None, new_password: str, now: datetime
) -> Decline | RateLimited | None:
    """None when the new password counts; this session stays open and all others of the member are revoked.

    Declines: ``password_incorrect``, also when another change came first; ``totp_code_incorrect``.

    Raises:
        InvalidField: the new password is too short, too long or common.
        BusyError: too many passwords wait to be checked.
    """
    member = await credentials_of(house.pool, who.member_id)
    require_acceptable("new_password", new_password, "" if member is None else member.user_name)
    confirmed = await confirm_member(house, who.member_id, password, totp_code, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    new_hash = await DESK.hash(new_password)
    changed = await store_password(house.pool, confirmed, new_hash, who.session_id, Author(who.session_id, now))
    return None if changed else Decline.PASSWORD_INCORRECT
