"""Sign in to work: a user name, the password, and the one-time code that everybody has after the first time.

Whatever is wrong, the answer is one and the same and costs the same: one password hash, one attempt to open a session.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.password_desk import DESK
from florin.clearing.people.step_up import code_proof
from florin.clearing.throttled import by_address, by_text, in_total
from florin.crypto.passwords import Verified
from florin.crypto.tokens import LOGIN
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.sign_in_names import InvalidSignInName, normalise_user_name
from florin.domain.throttle_rules import DESK_BY_ADDRESS, DESK_BY_NAME, DESK_IN_TOTAL, RateLimited
from florin.storage.people.login_sessions import LoginProof, OpenLogin, open_login
from florin.storage.people.logins import CodeProof, LoginCredentials, login_named
from florin.storage.people.throttle import Charge, admit, give_back

NOBODYS: Final = UUID(int=0)
"""The id of no login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInToWork:
    """What somebody types to be let in; ``address`` is the client's, or names the machine whose command line it is.

    ``keeps_code`` leaves the code unspent for the one action that it is asked for together with.
    """

    user_name: str
    password: str = field(repr=False)
    totp_code: str | None = field(default=None, repr=False)
    address: str
    keeps_code: bool = False


@dataclass(frozen=True, slots=True)
class LoginOpened:
    """A new session. The token is shown once; only its digest is kept. ``proof`` is the code where it was kept."""

    token: str = field(repr=False)
    login: OpenLogin
    proof: CodeProof | None


async def sign_in_to_work(
    house: ClearingHouse, command: SignInToWork, now: datetime
) -> LoginOpened | Decline | RateLimited:
    """A session, or ``sign_in_refused`` whatever was wrong, or ``rate_limited``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    name = _readable(command.user_name)
    charges = _charges(house.vault, command, name)
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    found = None if name is None else await login_named(house.pool, name)
    verified = await DESK.check(None if found is None else found.password_hash, command.password)
    code = None if found is None else code_proof(house.vault, found, command.totp_code, now)
    token, digest = LOGIN.new()
    # The statement that opens sessions looks at the code and the login's status, too. It is run for whoever cannot have
    # one as well, so that the time does not tell whether the password was right.
    opened = await open_login(house.pool, _shown(found, verified, code, command), digest, now)
    if opened is None:
        return Decline.SIGN_IN_REFUSED
    await give_back(house.pool, charges, now)
    return LoginOpened(token, opened, code if command.keeps_code else None)


def _readable(text: str) -> str | None:
    try:
        return normalise_user_name(text.strip(" "))
    except InvalidSignInName:
        return None  # It cannot be anybody's name, which is for the one refusal to say and not for an earlier one.


def _charges(vault: Vault, command: SignInToWork, name: str | None) -> list[Charge]:
    charges = [by_address(vault, DESK_BY_ADDRESS, command.address), in_total(DESK_IN_TOTAL)]
    if name is not None:
        charges.append(by_text(vault, DESK_BY_NAME, name))
    return charges


def _shown(
    found: LoginCredentials | None, verified: Verified, code: CodeProof | None, command: SignInToWork
) -> LoginProof:
    if found is None or not verified.ok:
        return LoginProof(NOBODYS, "", None, None)
    step = None if code is None else code.step
    return LoginProof(found.login_id, found.password_hash, verified.new_hash, step, command.keeps_code)
