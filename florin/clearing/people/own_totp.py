"""Enrol for one-time codes: a secret for one's authenticator, which counts once a first code confirms it.

Codes that are on stay on: whoever has lost the authenticator has the login reset by somebody else.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.clearing.people.own_password import confirm_password
from florin.clearing.totp_step import fresh_step
from florin.crypto.totp import new_secret, provisioning_uri
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.people.logins import LoginCredentials, confirm_login_totp, enrol_login_totp, login_credentials

ISSUER: Final = "Florin"
"""What an authenticator shows beside the user name."""


@dataclass(frozen=True, slots=True)
class OwnTotp:
    """The secret to type and the address to show as a QR code; both are shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def enrol_own_totp(
    house: ClearingHouse, actor: Actor, password: str, now: datetime
) -> OwnTotp | Decline | RateLimited:
    """A fresh secret, in place of one whose enrolment was not finished.

    Declines: ``totp_already_on``, ``password_incorrect``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    confirmed = await confirm_password(house, actor, password, now)
    if not isinstance(confirmed, LoginCredentials):
        return confirmed
    secret = new_secret()
    sealed = house.vault.login_totp_secrets.seal(secret.encode(), actor.login_id.bytes)
    if not await enrol_login_totp(house.pool, actor.login_id, sealed):
        return Decline.TOTP_ALREADY_ON
    return OwnTotp(secret, provisioning_uri(secret, confirmed.user_name, ISSUER))


async def confirm_own_totp(house: ClearingHouse, actor: Actor, code: str, now: datetime) -> Decline | None:
    """None when codes are on from now; ``totp_code_incorrect`` when the code is wrong or no enrolment waits for one.

    Guessing is not throttled: whoever has the session has just been shown the secret.
    """
    found = await login_credentials(house.pool, actor.login_id)
    if found is None or found.totp_on or found.totp_secret_encrypted is None:
        return Decline.TOTP_CODE_INCORRECT
    sealed = found.totp_secret_encrypted
    step = fresh_step(house.vault.login_totp_secrets, sealed, actor.login_id, code, None, now)
    if step is None:
        return Decline.TOTP_CODE_INCORRECT
    turned_on = await confirm_login_totp(house.pool, actor.login_id, sealed, step, Author(actor.session_id, now))
    return None if turned_on else Decline.TOTP_CODE_INCORRECT
