"""Confirm one-time codes: the first right code turns them on, and is used up by that."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.totp_step import fresh_step
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import confirm_totp as turn_on
from florin.storage.people.credentials import credentials_of


async def confirm_totp(house: ClearingHouse, who: SignedIn, code: str, now: datetime) -> Decline | None:
    """None when codes are on from now; ``totp_code_incorrect`` when the code is wrong or no enrolment waits for one.

    Guessing is not throttled: whoever has the session has just been shown the secret.
    """
    found = await credentials_of(house.pool, who.member_id)
    if found is None or found.totp_on or found.totp_secret_encrypted is None:
        return Decline.TOTP_CODE_INCORRECT
    sealed = found.totp_secret_encrypted
    step = fresh_step(house.vault.totp_secrets, sealed, who.member_id, code, None, now)
    if step is None:
        return Decline.TOTP_CODE_INCORRECT
    turned_on = await turn_on(house.pool, who.member_id, sealed, step, Author(who.session_id, now))
    return None if turned_on else Decline.TOTP_CODE_INCORRECT
