"""Ask a signed-in person for a fresh one-time code before an action that a stolen session must not do.

The code is only looked at here. The transaction of the action spends it (`florin.storage.people.logins.spend_code`), so
that it stands for that one action and for no other.
"""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_id
from florin.clearing.totp_step import fresh_step
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.domain.throttle_rules import CODE_BY_LOGIN, RateLimited
from florin.storage.people.logins import CodeProof, LoginCredentials, login_credentials
from florin.storage.people.throttle import admit, give_back


async def checked_code(
    house: ClearingHouse, actor: Actor, totp_code: str, now: datetime
) -> CodeProof | Decline | RateLimited:
    """The proof that the actor has shown a right code that nobody has used, to be spent by the action.

    `RateLimited` after too many wrong ones. Declines: ``totp_code_incorrect``, also when the login has no codes.
    """
    charges = [by_id(house.vault, CODE_BY_LOGIN, actor.login_id)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    found = await login_credentials(house.pool, actor.login_id)
    proof = None if found is None else code_proof(house.vault, found, totp_code, now)
    if proof is None:
        return Decline.TOTP_CODE_INCORRECT
    await give_back(house.pool, charges, now)
    return proof


def code_proof(vault: Vault, found: LoginCredentials, totp_code: str | None, now: datetime) -> CodeProof | None:
    """The proof of a code that is right for these credentials and later than the last one; None when it is not."""
    if not found.totp_on or found.totp_secret_encrypted is None:
        return None
    sealed = found.totp_secret_encrypted
    step = fresh_step(vault.login_totp_secrets, sealed, found.login_id, totp_code, found.totp_last_step, now)
    return None if step is None else CodeProof(found.login_id, sealed, step)
