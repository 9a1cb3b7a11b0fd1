"""Block a login, which ends its sessions at once, and let it in again."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.people.rights import CHANGERS, LoginAt, anothers_login
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.logins import CodeProof
from florin.storage.people_change import people_change


async def block_login(house: ClearingHouse, actor: Actor, at: LoginAt, reason: str, now: datetime) -> Decline | None:
    """None when the login is blocked, also when it was before. Stopping somebody must be quick: it needs no code.

    Declines: ``role_required``, ``customer_not_found``, ``login_not_found``, ``same_person``.
    """
    found = await anothers_login(house, actor, at, CHANGERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        await change.set_blocked(found.id, blocked=True, reason=reason)
    return None


async def unblock_login(
    house: ClearingHouse, actor: Actor, at: LoginAt, reason: str, proof: CodeProof, now: datetime
) -> Decline | None:
    """None when the login may sign in, also when it could before.

    Declines: as `block_login`; ``totp_code_incorrect`` when the code was used meanwhile.
    """
    found = await anothers_login(house, actor, at, CHANGERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.set_blocked(found.id, blocked=False, reason=reason)
    return None
