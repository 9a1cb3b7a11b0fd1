"""A small world with corporate people."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import AddPersonLogin, LoginAdded, add_person_login
from florin.clearing.people.person_given import PersonGiven
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.people import Actor, Role
from florin.storage.people.logins import CodeProof
from tests.corporate import Corporate, code_at
from tests.world import NOON, World

LI_NA_MOBILE = "+8613800138001"
LI_NA_PASSPORT = "E12345678"


@pytest.fixture
def house(shared_house: ClearingHouse, world: World) -> ClearingHouse:
    """A house over the world, in which nobody is on record yet."""
    for table in ("login_session", "login", "person_mobile", "person", "throttle"):
        world.connection.execute(f"SET session_replication_role = replica; DELETE FROM {table}".encode())  # noqa: S608 (our own tables)
    world.connection.execute("RESET session_replication_role")
    return shared_house


@pytest.fixture
def corporate(world: World, house: ClearingHouse) -> Corporate:
    del house  # which has emptied the tables
    return Corporate(world)


@pytest.fixture
def administrator(corporate: Corporate) -> Actor:
    return corporate.person(Role.ADMINISTRATOR)


async def proof_of(house: ClearingHouse, actor: Actor, now: datetime = NOON) -> CodeProof:
    """A fresh code of somebody, looked at."""
    proof = await checked_code(house, actor, code_at(now), now)
    assert isinstance(proof, CodeProof)
    return proof


class Adding:
    """Adds logins one after another, each with the next code of whoever adds."""

    def __init__(self, house: ClearingHouse) -> None:
        self._house = house
        self.now = NOON

    async def __call__(
        self,
        by: Actor,
        *roles: Role,
        user_name: str = "li.na",
        name: str = "李娜",
        mobile: str = LI_NA_MOBILE,
        passport: str | None = None,
        customer: UUID | None = None,
    ) -> LoginAdded | Decline:
        self.now += timedelta(seconds=30)
        document = None if passport is None else (DocumentKind.PASSPORT, passport)
        command = AddPersonLogin(
            user_name=user_name,
            person=PersonGiven.read(name, mobile, document),
            roles=frozenset(roles),
            customer_id=customer,
        )
        proof = await proof_of(self._house, by, self.now)
        return await add_person_login(self._house, by, command, proof, self.now)

    async def done(self, *arguments: Actor | Role, **fields: str | UUID | None) -> LoginAdded:
        """As calling, and it must go through."""
        added = await self(*arguments, **fields)  # type: ignore[arg-type]  # a test names real fields
        assert isinstance(added, LoginAdded), added
        return added


@pytest.fixture
def add(house: ClearingHouse) -> Adding:
    return Adding(house)
