"""Create a corporate customer, with an empty funding account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.customers.sealed_contacts import seal_contacts
from florin.clearing.house import ClearingHouse
from florin.domain.configuration_fields import require_between
from florin.domain.contacts import Contact, require_contacts
from florin.domain.customer import CustomerStatus
from florin.domain.declines import Decline
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.names import spelled_name
from florin.domain.people import Actor, Role
from florin.domain.policy.catalogue import PackName
from florin.domain.registration_number import read_registration_number
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.corporate.customers import Customer, add_customer
from florin.storage.fresh_ids import fresh_id

WHO_MAY: Final = frozenset({Role.OPERATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer:
    """A company that is to order cards. `InvalidField` for a name, limit or contacts that no customer has.

    Of its orders those with a face total above ``approval_limit_minor`` need the consent of its own approver.
    """

    programme_id: UUID
    name: str
    registration_number: str
    contacts: tuple[Contact, ...]
    approval_limit_minor: int = 0

    def __post_init__(self) -> None:
        """Refuse what no customer can be."""
        spelled_name("name", self.name)
        require_contacts(self.contacts)
        require_approval_limit(self.approval_limit_minor)


async def create_customer(
    house: ClearingHouse, actor: Actor, command: CreateCustomer, now: datetime
) -> Customer | Decline:
    """The new customer, active from the start.

    Declines: ``role_required``, ``programme_not_found``, ``registration_taken``.

    Raises:
        InvalidField: the registration number is none under the programme's policy pack.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    programme = (await read_catalogue(house.pool)).programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    customer_id = fresh_id()
    customer = Customer(
        id=customer_id,
        programme_id=programme.id,
        name=spelled_name("name", command.name),
        registration_number=read_registration_number(command.registration_number, PackName(programme.policy_pack)),
        contact_encrypted=seal_contacts(house.vault, customer_id, command.contacts),
        approval_limit_minor=command.approval_limit_minor,
        status=CustomerStatus.ACTIVE,
        created_at=now,
    )
    added = await add_customer(house.pool, customer, Author(actor.session_id, now))
    return customer if added else Decline.REGISTRATION_TAKEN


def require_approval_limit(limit_minor: int) -> None:
    """Refuse a limit below zero or above any sum: `InvalidField`."""
    require_between("approval_limit", limit_minor, 0, MAX_AMOUNT_MINOR)
