"""Change how a member is reached; both contacts are names to sign in with, so the member is confirmed first."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_member import confirm_member
from florin.clearing.membership.contacts import Contacts
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.members.members import change_contacts as replace_contacts
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import Credentials


async def change_contacts(
    house: ClearingHouse, who: SignedIn, password: str, totp_code: str | None, contacts: Contacts, now: datetime
) -> Decline | RateLimited | None:
    """None when ``contacts`` count, both of them as they are given: what is left out is removed.

    Declines: ``password_incorrect``, ``totp_code_incorrect``, ``contact_taken``, ``member_not_active``.

    Raises:
        BusyError: too many passwords wait to be checked.
    """
    confirmed = await confirm_member(house, who.member_id, password, totp_code, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    sealed = contacts.sealed(house.vault, who.member_id)
    return await replace_contacts(house.pool, who.member_id, sealed, Author(who.session_id, now))
