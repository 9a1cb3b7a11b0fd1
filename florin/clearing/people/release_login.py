"""Release a login that another person has set up, once its owner has enrolled.

Whoever set it up has seen the initial password and could have enrolled in the owner's place. The releaser asks the
owner, at a number from another source than the one who set the login up, whether it was the owner who enrolled.
"""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.rights import RELEASERS, anothers_login
from florin.domain.declines import Decline
from florin.domain.people import Actor, second_person
from florin.storage.audit_trail import Author
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import people_change


async def release_login(
    house: ClearingHouse, actor: Actor, login_id: UUID, reason: str, proof: CodeProof, now: datetime
) -> Decline | None:
    """None when the login waits for nobody, also when it did not before; ``reason`` says how the owner was asked.

    Declines: ``role_required``, ``login_not_found``, ``works_for_customer``; ``same_person`` for the login's own person
    and for who set it up; ``login_not_enrolled``; ``totp_code_incorrect`` when the code was used meanwhile.
    """
    found = await anothers_login(house, actor, login_id, RELEASERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        login = await change.login(found.id) or found
        if not login.waits:
            return None
        refused = second_person(login.set_up_person, actor)
        if refused is not None:
            return refused
        if not login.is_enrolled:
            return Decline.LOGIN_NOT_ENROLLED
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.release(login.id, actor.person_id, reason)
    return None
