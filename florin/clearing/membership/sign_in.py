"""Sign in: a user name, mail address or mobile number, the password, and a one-time code where those are on.

Whatever is wrong, the answer is one and the same and costs the work of one password hash: who has an account, whose
password was right and whose account is blocked cannot be told from outside.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.password_desk import DESK
from florin.clearing.throttled import by_address, by_text, in_total
from florin.clearing.totp_step import fresh_step
from florin.crypto.passwords import Verified
from florin.crypto.tokens import SESSION
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.sign_in_names import InvalidSignInName, SignInNameKind, read_sign_in_name
from florin.domain.throttle_rules import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NAME, SIGN_IN_IN_TOTAL, RateLimited
from florin.storage.members.sessions import SESSION_LIFETIME, Proof, open_session
from florin.storage.people.credentials import Credentials, credentials_by_name
from florin.storage.people.throttle import Charge, admit, give_back


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody types to be let in; ``address`` is the client's."""

    programme_id: UUID
    name: str = field(repr=False)
    password: str = field(repr=False)
    totp_code: str | None = field(default=None, repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A new session. The token is shown once; only its digest is kept."""

    token: str = field(repr=False)
    session_id: UUID
    member_id: UUID
    expires_at: datetime


async def sign_in(house: ClearingHouse, command: SignIn, now: datetime) -> SessionOpened | Decline | RateLimited:
    """A session, or ``sign_in_refused`` whatever was wrong, or ``rate_limited``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    name = _readable(command.name)
    charges = _charges(house.vault, command, name)
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    found = None if name is None else await _find(house, command.programme_id, *name)
    verified = await DESK.check(None if found is None else found.password_hash, command.password)
    proof = _prove(house.vault, found, verified, command.totp_code, now)
    if proof is None:
        return Decline.SIGN_IN_REFUSED
    token, digest = SESSION.new()
    session_id = await open_session(house.pool, proof, digest, now)
    if session_id is None:
        return Decline.SIGN_IN_REFUSED
    await give_back(house.pool, charges, now)
    return SessionOpened(token, session_id, proof.member_id, now + SESSION_LIFETIME)


def _readable(text: str) -> tuple[SignInNameKind, str] | None:
    try:
        return read_sign_in_name(text)
    except InvalidSignInName:
        return None  # It cannot be anybody's name, which is for the one refusal to say and not for an earlier one.


def _charges(vault: Vault, command: SignIn, name: tuple[SignInNameKind, str] | None) -> list[Charge]:
    charges = [by_address(vault, SIGN_IN_BY_ADDRESS, command.address), in_total(SIGN_IN_IN_TOTAL)]
    if name is not None:
        # By what was typed and not by whom it means: a limit that two names share would tell that they are one person.
        charges.append(by_text(vault, SIGN_IN_BY_NAME, f"{command.programme_id.hex}:{name[1]}"))
    return charges


async def _find(house: ClearingHouse, programme_id: UUID, kind: SignInNameKind, text: str) -> Credentials | None:
    keys = {SignInNameKind.MAIL: house.vault.mail_index.of, SignInNameKind.MOBILE: house.vault.mobile_index.of}
    key = keys[kind](text) if kind in keys else text
    return await credentials_by_name(house.pool, programme_id, kind, key)


def _prove(
    vault: Vault, found: Credentials | None, verified: Verified, totp_code: str | None, now: datetime
) -> Proof | None:
    if found is None or not verified.ok:
        return None
    step = None
    if found.totp_on:
        step = fresh_step(
            vault.totp_secrets, found.totp_secret_encrypted, found.member_id, totp_code, found.totp_last_step, now
        )
        if step is None:
            return None
    return Proof(found.member_id, found.password_hash, verified.new_hash, step)
