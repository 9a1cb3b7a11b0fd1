"""Set the roles of a login. One that is given more than it had waits to be released, as a new one does."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import require_roles
from florin.clearing.people.rights import CHANGERS, anothers_login, refuse_set_up
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import people_change


async def set_login_roles(
    house: ClearingHouse,
    actor: Actor,
    login_id: UUID,
    roles: frozenset[Role],
    reason: str,
    proof: CodeProof,
    now: datetime,
) -> Decline | None:
    """None when the login has these roles, which count from its next request on, and no others.

    Declines: ``role_required``, ``login_not_found``, ``same_person``, ``works_for_customer``; ``login_waits`` when it
    is given more and somebody else has set it up; ``totp_code_incorrect`` when the code was used meanwhile.

    Raises:
        InvalidField: there are none, or not all of the login's side.
    """
    found = await anothers_login(house, actor, login_id, CHANGERS)
    if isinstance(found, Decline):
        return found
    require_roles(roles, found.customer_id)
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        login = await change.login(found.id) or found
        has_more = not roles <= login.roles
        refused = refuse_set_up(login, actor) if has_more else None
        if refused is not None:
            return refused
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.set_roles(login, roles, reason, actor.person_id if has_more else None)
    return None
