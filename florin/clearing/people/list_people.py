"""List the logins of a customer's people, or of the operator's own, with the names of their persons."""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.people.rights import refuse_reader
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.people.persons import LoginRecord, login_by_id, logins_of


@dataclass(frozen=True, slots=True)
class PersonsLogin:
    """A login with its person's name."""

    login: LoginRecord
    name: str = field(repr=False)

    @property
    def id(self) -> UUID:
        """The login's id."""
        return self.login.id


async def list_people(house: ClearingHouse, actor: Actor, customer_id: UUID | None) -> list[PersonsLogin] | Decline:
    """Every login, the oldest first; ``role_required``, ``customer_not_found``."""
    refused = await refuse_reader(house, actor, customer_id)
    if refused is not None:
        return refused
    return [_named(house.vault, each) for each in await logins_of(house.pool, customer_id)]


async def read_login(house: ClearingHouse, login_id: UUID) -> PersonsLogin | None:
    """A login with its person's name, for its owner and for who has just changed it."""
    found = await login_by_id(house.pool, login_id)
    return None if found is None else _named(house.vault, found)


def _named(vault: Vault, login: LoginRecord) -> PersonsLogin:
    return PersonsLogin(login, vault.person_names.open(login.name_encrypted, login.person_id.bytes).decode())
