"""Change how a member is reached; both contacts are names to sign in with, so the password is asked for."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.confirm_password import confirm_password
from florin.clearing.membership.contacts import Contacts
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.credentials import Credentials
from florin.storage.members import change_contacts as replace_contacts
from florin.storage.sessions import SignedIn


async def change_contacts(
    house: ClearingHouse, who: SignedIn, password: str, contacts: Contacts, now: datetime
) -> Decline | RateLimited | None:
    """None when ``contacts`` count, both of them as they are given: what is left out is removed.

    Declines: ``password_incorrect``, ``contact_taken``, ``member_not_active``. Raises `BusyError`.
    """
    confirmed = await confirm_password(house, who.member_id, password, now)
    if not isinstance(confirmed, Credentials):
        return confirmed
    sealed = contacts.sealed(house.vault, who.member_id)
    return await replace_contacts(house.pool, who.member_id, sealed, Author(who.session_id, now))
