"""Change one's own password: whoever else is signed in under the old one is signed out."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.password_desk import DESK, require_acceptable
from florin.clearing.people.step_up import code_proof
from florin.clearing.throttled import by_id
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.domain.throttle_rules import PASSWORD_BY_LOGIN, RateLimited
from florin.storage.audit_trail import Author
from florin.storage.people.logins import LoginCredentials, change_login_password, login_credentials
from florin.storage.people.throttle import admit, give_back


async def change_own_password(
    house: ClearingHouse, actor: Actor, password: str, totp_code: str | None, new_password: str, now: datetime
) -> Decline | RateLimited | None:
    """None when the new password counts; this session stays open and all others of the login are revoked.

    Declines: ``password_incorrect``, also when another change came first; ``totp_code_incorrect`` when codes are on.

    Raises:
        InvalidField: the new password is too short, too long, common, or the old one.
        BusyError: too many passwords wait to be checked.
    """
    found = await login_credentials(house.pool, actor.login_id)
    require_acceptable("new_password", new_password, "" if found is None else found.user_name)
    if new_password == password:
        raise InvalidField("new_password", "another password than before")
    confirmed = await confirm_password(house, actor, password, now)
    if not isinstance(confirmed, LoginCredentials):
        return confirmed
    proof = code_proof(house.vault, confirmed, totp_code, now)
    if confirmed.totp_on and proof is None:
        return Decline.TOTP_CODE_INCORRECT
    new_hash = await DESK.hash(new_password)
    author = Author(actor.session_id, now)
    changed = await change_login_password(house.pool, confirmed, proof, new_hash, actor.session_id, author)
    return None if changed else Decline.PASSWORD_INCORRECT


async def confirm_password(
    house: ClearingHouse, actor: Actor, password: str, now: datetime
) -> LoginCredentials | Decline | RateLimited:
    """The credentials that the actor's own password, asked for again, was checked against; ``password_incorrect``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    charges = [by_id(house.vault, PASSWORD_BY_LOGIN, actor.login_id)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    found = await login_credentials(house.pool, actor.login_id)
    verified = await DESK.check(None if found is None else found.password_hash, password)
    if found is None or not verified.ok:
        return Decline.PASSWORD_INCORRECT
    await give_back(house.pool, charges, now)
    return found
