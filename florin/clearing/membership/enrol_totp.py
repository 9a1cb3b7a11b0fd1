"""Enrol for one-time codes: a secret for the member's authenticator, which counts once a first code confirms it."""

from dataclasses import dataclass, field
from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_password import confirm_password
from florin.crypto.totp import new_secret, provisioning_uri
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.credentials import Credentials
from florin.storage.credentials import enrol_totp as keep_secret
from florin.storage.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """The secret to type and the address to show as a QR code; both are shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def enrol_totp(
    house: ClearingHouse, who: SignedIn, password: str, issuer: str, now: datetime
) -> TotpEnrolment | Decline | RateLimited:
    """A fresh secret, in place of one whose enrolment was not finished; ``issuer`` is the programme's name.

    Declines: ``password_incorrect``, ``totp_already_on``, ``member_not_active``. Raises `BusyError`.
    """
    confirmed = await confirm_password(house, who.member_id, password, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    if confirmed.totp_on:
        return Decline.TOTP_ALREADY_ON
    secret = new_secret()
    sealed = house.vault.totp_secrets.seal(secret.encode(), who.member_id.bytes)
    if not await keep_secret(house.pool, who.member_id, sealed):
        return Decline.MEMBER_NOT_ACTIVE
    return TotpEnrolment(secret, provisioning_uri(secret, confirmed.user_name, issuer))
