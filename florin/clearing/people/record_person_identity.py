"""Record the identity document of a login's person, once and for good."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.person_given import identity_index, keep_identity
from florin.clearing.people.rights import CHANGERS, anothers_login
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.people.logins import CodeProof
from florin.storage.people.people_change import people_change


async def record_person_identity(
    house: ClearingHouse, actor: Actor, login_id: UUID, identity: Identity, proof: CodeProof, now: datetime
) -> Decline | None:
    """None when the document is on record.

    Declines: ``role_required``, ``login_not_found``, ``same_person``, ``works_for_customer``; ``identity_on_record``
    when there is one already; ``person_mismatch`` when it is another person's, whose login this then is: block it, and
    add one with the document instead; ``totp_code_incorrect`` when the code was used meanwhile.
    """
    found = await anothers_login(house, actor, login_id, CHANGERS)
    if isinstance(found, Decline):
        return found
    async with people_change(house.pool, Author(actor.session_id, now)) as change:
        person = await change.person_of(found.id)
        if person is None or person.identity_index is not None:
            return Decline.IDENTITY_ON_RECORD
        if await change.persons_with(None, identity_index(house.vault, identity)):
            return Decline.PERSON_MISMATCH
        if not await change.spend(proof):
            return Decline.TOTP_CODE_INCORRECT
        await keep_identity(house.vault, change, person.id, identity)
    return None
