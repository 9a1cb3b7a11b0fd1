"""Reset a login whose owner has lost the password or the authenticator.

The second way in is a second person: whoever resets has made sure by other means who asks (and says how), and hands
over an initial password. Password and codes are always reset together: one that is left could be in a thief's hands.
"""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.people.initial_password import make_initial_password
from florin.clearing.people.rights import RESETTERS, LoginAt, anothers_login
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.logins import CodeProof
from florin.storage.people_change import people_change


async def reset_login(
    house: ClearingHouse, actor: Actor, at: LoginAt, reason: str, proof: CodeProof, now: datetime
) -> str | Decline:
    """The new initial password, to be shown once; the login's sessions end and its codes are enrolled anew.

    Declines: ``role_required``, ``customer_not_found``, ``login_not_found``, ``same_person``; ``totp_code_incorrect``
    when the code was used meanwhile.

    Raises:
        BusyError: too many passwords wait to be hashed.
    """
    found = await anothers_login(house, actor, at, RESETTERS)
    if isinstance(found, Decline):
        return found
    initial = await make_initial_password()
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.reset(found.id, initial.hash, reason)
    return initial.password
