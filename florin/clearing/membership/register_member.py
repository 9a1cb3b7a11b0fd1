"""Register a member: agreement accepted, names free, wallet opened; all in one transaction.

A taken user name is said, because whoever chooses one must know. A taken mail address or mobile number is said too,
without saying which: as long as both are names to sign in with, the difference shows anyway (the new account would not
open by it), so hiding it would only confuse honest people. Against walking through a list of addresses the refusals are
throttled by address and in total.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.contacts import Contacts
from florin.clearing.password_desk import DESK, require_acceptable
from florin.clearing.throttled import by_address, in_total
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import terms_on
from florin.domain.sign_in_names import normalise_user_name
from florin.domain.throttle_rules import REGISTRATION_BY_ADDRESS, REGISTRATION_IN_TOTAL, RateLimited
from florin.storage.fresh_ids import fresh_id
from florin.storage.loyalty.loyalty_terms import terms_of_programme
from florin.storage.loyalty.referrals import referrer_named
from florin.storage.members.members import NewMember, add_member, current_agreement
from florin.storage.people.throttle import admit, give_back


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMember:
    """Who wants to join a programme. ``agreement_version`` is the one that was shown; ``address`` is the client's.

    ``referrer`` is the user name of the member who brought the new one in.
    """

    programme_id: UUID
    user_name: str
    password: str = field(repr=False)
    mail: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    agreement_version: str
    address: str
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A new member; the user name is in its canonical form."""

    member_id: UUID
    user_name: str


async def register_member(
    house: ClearingHouse, command: RegisterMember, now: datetime
) -> Registered | Decline | RateLimited:
    """Register, or say why not; the refusals come in the order agreement, throttle, referrer, user name, contacts.

    Raises:
        InvalidField: user name, password, mail or mobile are malformed, or there is neither mail nor mobile.
        BusyError: too many passwords wait to be hashed.
    """
    user_name = normalise_user_name(command.user_name)
    contacts = Contacts.read(command.mail, command.mobile)
    require_acceptable("password", command.password, user_name)
    agreement = await current_agreement(house.pool, command.programme_id, now)
    if agreement is None or agreement.version != command.agreement_version:
        return Decline.AGREEMENT_REQUIRED
    charges = [
        by_address(house.vault, REGISTRATION_BY_ADDRESS, command.address),
        in_total(REGISTRATION_IN_TOTAL),
    ]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    referrer_id = await _referrer(house, command, now)
    if isinstance(referrer_id, Decline):
        return referrer_id
    member_id = fresh_id()
    member = NewMember(
        member_id,
        command.programme_id,
        user_name,
        await DESK.hash(command.password),
        contacts.sealed(house.vault, member_id),
        agreement.version,
        referrer_id,
    )
    refused = await add_member(house.pool, member, now)
    if refused is not None:
        return refused
    await give_back(house.pool, charges, now)
    return Registered(member_id, user_name)


async def _referrer(house: ClearingHouse, command: RegisterMember, now: datetime) -> UUID | Decline | None:
    """Who brought the new member in; a decline when nobody can have, or when the programme rewards no referrals."""
    if command.referrer is None:
        return None
    programme = (await house.engine.current_catalogue()).programmes[command.programme_id]
    history = await terms_of_programme(house.pool, programme.id)
    terms = terms_on(history, programme.business_date(now))
    if terms is None or terms.referral_face_minor is None:
        return Decline.LOYALTY_NOT_OFFERED
    named = await referrer_named(house.pool, programme.id, normalise_user_name(command.referrer))
    return named or Decline.REFERRER_NOT_FOUND
