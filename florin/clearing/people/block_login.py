"""Block a login, which ends its sessions at once, and lift the block, which releases nothing that waits."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.rights import CHANGERS, anothers_login
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import people_change


async def block_login(house: ClearingHouse, actor: Actor, login_id: UUID, reason: str, now: datetime) -> Decline | None:
    """None when the login is blocked, also when it was before. Stopping somebody must be quick: it needs no code.

    Declines: ``role_required``, ``login_not_found``, ``same_person``, ``works_for_customer``.
    """
    found = await anothers_login(house, actor, login_id, CHANGERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        await change.set_blocked(found.id, blocked=True, reason=reason)
    return None


async def unblock_login(
    house: ClearingHouse, actor: Actor, login_id: UUID, reason: str, proof: CodeProof, now: datetime
) -> Decline | None:
    """None when the login is not blocked, also when it was not before; it may wait to be released all the same.

    Declines: as `block_login`; ``totp_code_incorrect`` when the code was used meanwhile.
    """
    found = await anothers_login(house, actor, login_id, CHANGERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.set_blocked(found.id, blocked=False, reason=reason)
    return None
