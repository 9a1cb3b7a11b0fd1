"""The application over a small world; a file's tests share both, and make their cards on demand."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import pytest
from starlette.types import ASGIApp

from florin.api.app import create_app
from florin.clearing.house import ClearingHouse
from florin.crypto.tokens import API_KEY, SESSION
from florin.domain.people import Actor
from florin.domain.scopes import MERCHANT_SCOPES, OPERATOR_SCOPES
from florin.settings import Settings
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.api.client import Client
from tests.corporate import token_of
from tests.world import NOON, World


def issue_key(world: World, merchant_id: UUID | None, scopes: Iterable[str], terminal_id: UUID | None = None) -> str:
    """The token of a new API key."""
    token, digest = API_KEY.new()
    with world.connection.transaction():
        world.insert(
            "api_key",
            id=fresh_id(), digest=digest, name="test", merchant_id=merchant_id, terminal_id=terminal_id,
            scopes=sorted(scopes), created_at=NOON,
        )  # fmt: skip
        world.connection.execute(RAISE_VERSION)
    return token


def open_session(world: World, member: Caller) -> str:
    """The token of a member's session."""
    token, digest = SESSION.new()
    world.insert(
        "session",
        digest=digest, id=member.actor_id, member_id=member.id, created_at=NOON, expires_at="2100-01-01",
    )  # fmt: skip
    return token


@dataclass(frozen=True)
class Doors:
    """The application, and callers of every kind."""

    app: ASGIApp
    world: World
    house: ClearingHouse
    nobody: Client
    shop: Client
    rival: Client
    stranger: Client
    suspended: Client
    operator: Client

    def member(self, member: Caller) -> Client:
        """A member who has signed in."""
        return self.nobody.having(open_session(self.world, member))

    def person(self, actor: Actor) -> Client:
        """One of the people whom `Corporate.person` has signed in."""
        return self.nobody.having(token_of(actor.session_id))


@pytest.fixture(scope="module")
def shared_doors(shared_world: World, shared_house: ClearingHouse) -> Doors:
    world = shared_world
    app = create_app(shared_house, Settings())
    nobody = Client(app)

    def till(merchant: Caller) -> Client:
        return nobody.having(issue_key(world, merchant.id, MERCHANT_SCOPES))

    return Doors(
        app,
        world,
        shared_house,
        nobody,
        till(world.shop),
        till(world.rival),
        till(world.stranger),
        till(world.suspended),
        nobody.having(issue_key(world, None, OPERATOR_SCOPES)),
    )


@pytest.fixture
def doors(shared_doors: Doors, world: World) -> Doors:
    """The application over the file's world."""
    del world  # its clock is set
    return shared_doors


@pytest.fixture
def shop(doors: Doors) -> Client:
    """A till of the shop."""
    return doors.shop
