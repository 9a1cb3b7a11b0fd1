"""Reset a login whose owner has lost the password or the authenticator.

The second way in are two other persons: one hands over an initial password, having made sure by other means who asks
(and saying how), and one releases the login after its owner has enrolled anew. Password and codes are always reset
together: one that is left could be in a thief's hands.
"""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.initial_password import make_initial_password
from florin.clearing.people.rights import CHANGERS, anothers_login, refuse_set_up
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import people_change


async def reset_login(
    house: ClearingHouse, actor: Actor, login_id: UUID, reason: str, proof: CodeProof, now: datetime
) -> str | Decline:
    """The new initial password, to be shown once; the login's sessions end and its codes are enrolled anew.

    Declines: ``role_required``, ``login_not_found``, ``same_person``, ``works_for_customer``; ``login_waits`` when
    somebody else has set it up; ``totp_code_incorrect`` when the code was used meanwhile.

    Raises:
        BusyError: too many passwords wait to be hashed.
    """
    found = await anothers_login(house, actor, login_id, CHANGERS)
    if isinstance(found, Decline):
        return found
    initial = await make_initial_password()
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        refused = refuse_set_up(await change.login(found.id) or found, actor)
        if refused is not None:
            return refused
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.reset(found.id, initial.hash, reason, actor.person_id)
    return initial.password
