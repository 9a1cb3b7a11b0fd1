"""Enrol for one-time codes: a secret for the member's authenticator, which counts once a first code confirms it."""

from dataclasses import dataclass, field
from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_member import confirm_member
from florin.crypto.totp import new_secret, provisioning_uri
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import Credentials, credentials_of
from florin.storage.people.credentials import enrol_totp as keep_secret


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """The secret to type and the address to show as a QR code; both are shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def enrol_totp(
    house: ClearingHouse, who: SignedIn, password: str, issuer: str, now: datetime
) -> TotpEnrolment | Decline | RateLimited:
    """A fresh secret, in place of one whose enrolment was not finished; ``issuer`` is the programme's name.

    Declines: ``totp_already_on``, ``password_incorrect``, ``member_not_active``. Raises `BusyError`.
    """
    found = await credentials_of(house.pool, who.member_id)
    if found is not None and found.totp_on:
        return Decline.TOTP_ALREADY_ON
    confirmed = await confirm_member(house, who.member_id, password, None, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    secret = new_secret()
    sealed = house.vault.totp_secrets.seal(secret.encode(), who.member_id.bytes)
    if not await keep_secret(house.pool, who.member_id, sealed):
        return Decline.MEMBER_NOT_ACTIVE
    return TotpEnrolment(secret, provisioning_uri(secret, confirmed.user_name, issuer))
