"""Nobody works with a login that one person of ours alone has set up."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import LoginAdded
from florin.clearing.people.block_login import block_login, unblock_login
from florin.clearing.people.release_login import release_login
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.set_login_roles import set_login_roles
from florin.crypto.tokens import LOGIN
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.storage.people.login_sessions import open_login_of
from florin.storage.people.persons import login_by_id
from tests.clearing.people.conftest import Adding, proof_of
from tests.corporate import Corporate, token_of
from tests.world import NOON, World

BOTH = frozenset({Role.BUYER, Role.APPROVER})


class Keeping:
    """The steps of our people, each with a code that nobody has used."""

    def __init__(self, world: World, house: ClearingHouse, corporate: Corporate, add: Adding) -> None:
        self.world, self.house, self.corporate, self.add = world, house, corporate, add
        self.customer = corporate.customer()
        self.now = NOON + timedelta(hours=1)

    async def added(self, by: Actor) -> UUID:
        added = await self.add(by, Role.BUYER, customer=self.customer)
        assert isinstance(added, LoginAdded)
        return added.login_id

    async def reset(self, by: Actor) -> UUID:
        login_id = self.buyer().login_id
        assert isinstance(await self.reset_again(by, login_id), str)
        return login_id

    async def given_more_roles(self, by: Actor) -> UUID:
        login_id = self.buyer().login_id
        assert await self.roles(by, login_id, BOTH) is None
        return login_id

    def buyer(self) -> Actor:
        return self.corporate.person(Role.BUYER, customer=self.customer)

    async def reset_again(self, by: Actor, login_id: UUID) -> str | Decline:
        return await reset_login(
            self.house, by, login_id, "called back", await proof_of(self.house, by, self._tick()), self.now
        )

    async def roles(self, by: Actor, login_id: UUID, roles: frozenset[Role]) -> Decline | None:
        proof = await proof_of(self.house, by, self._tick())
        return await set_login_roles(self.house, by, login_id, roles, "as agreed", proof, self.now)

    async def release(self, by: Actor, login_id: UUID) -> Decline | None:
        proof = await proof_of(self.house, by, self._tick())
        return await release_login(self.house, by, login_id, "called back", proof, self.now)

    async def unblock(self, by: Actor, login_id: UUID) -> Decline | None:
        return await unblock_login(
            self.house, by, login_id, "is back", await proof_of(self.house, by, self._tick()), self.now
        )

    def enrol(self, login_id: UUID) -> None:
        self.world.connection.execute(
            """UPDATE login SET must_change_password = false, totp_secret_encrypted = 'sealed', totp_confirmed_at = %s
               WHERE id = %s""",
            (NOON, login_id),
        )

    async def status(self, login_id: UUID) -> str:
        found = await login_by_id(self.house.pool, login_id)
        assert found is not None
        return found.status

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=30)
        return self.now


@pytest.fixture
def keeping(world: World, house: ClearingHouse, corporate: Corporate, add: Adding) -> Keeping:
    return Keeping(world, house, corporate, add)


SET_UP: dict[str, Callable[[Keeping, Actor], Awaitable[UUID]]] = {
    "added": Keeping.added,
    "reset": Keeping.reset,
    "given more roles": Keeping.given_more_roles,
}


@pytest.mark.parametrize("how", SET_UP)
async def test_whoever_set_a_login_up_is_not_who_releases_it_under_any_name(keeping: Keeping, how: str) -> None:
    operator, manager = keeping.corporate.operator, keeping.corporate.manager
    second_login = keeping.corporate.person(Role.MANAGER, same_as=operator)
    login_id = await SET_UP[how](keeping, operator)
    keeping.enrol(login_id)

    for actor in (operator, second_login):
        assert Decline.SAME_PERSON is await keeping.release(actor, login_id)
        assert "waiting" == await keeping.status(login_id)
    assert await keeping.release(manager, login_id) is None
    assert "active" == await keeping.status(login_id)
    assert await keeping.release(manager, login_id) is None

    rows = keeping.world.rows("SELECT action, actor_id FROM audit WHERE subject_id = %s ORDER BY id", login_id)
    assert ("login.released", manager.session_id) == rows[-1]
    assert 1 == [action for action, _ in rows].count("login.released")


@pytest.mark.parametrize("how", ["added", "reset"])
async def test_nobody_is_let_in_before_it_is_known_who_has_enrolled(keeping: Keeping, how: str) -> None:
    login_id = await SET_UP[how](keeping, keeping.corporate.operator)

    assert Decline.LOGIN_NOT_ENROLLED is await keeping.release(keeping.corporate.manager, login_id)
    assert "waiting" == await keeping.status(login_id)


async def test_the_open_sessions_of_a_login_that_was_given_more_roles_wait_with_it(keeping: Keeping) -> None:
    buyer = keeping.buyer()
    digest = LOGIN.digest(token_of(buyer.session_id))
    assert digest is not None

    for roles, waits in ((BOTH, True), (frozenset({Role.BUYER}), True)):
        assert await keeping.roles(keeping.corporate.operator, buyer.login_id, roles) is None
        login = await open_login_of(keeping.house.pool, digest, NOON)
        assert login is not None
        assert (waits, roles) == (login.waits, login.actor.roles)

    told = keeping.world.rows("SELECT detail FROM audit WHERE subject_id = %s ORDER BY id", buyer.login_id)
    assert [
        {"before": ["buyer"], "after": ["approver", "buyer"], "reason": "as agreed"},
        {"before": ["approver", "buyer"], "after": ["buyer"], "reason": "as agreed"},
    ] == [detail for (detail,) in told]


async def test_a_login_that_has_only_lost_roles_works_on(keeping: Keeping) -> None:
    login_id = keeping.corporate.person(*BOTH, customer=keeping.customer).login_id

    assert await keeping.roles(keeping.corporate.operator, login_id, frozenset({Role.APPROVER})) is None

    assert "active" == await keeping.status(login_id)


async def test_roles_are_those_of_the_logins_side(keeping: Keeping) -> None:
    for roles in (frozenset[Role](), frozenset({Role.MANAGER}), BOTH | {Role.FINANCE}):
        with pytest.raises(InvalidField, match="roles"):
            await keeping.roles(keeping.corporate.operator, keeping.buyer().login_id, roles)


async def test_two_who_set_a_login_up_do_not_release_each_others_part(keeping: Keeping) -> None:
    operator, manager = keeping.corporate.operator, keeping.corporate.manager
    login_id = await keeping.given_more_roles(operator)

    assert Decline.LOGIN_WAITS is await keeping.reset_again(manager, login_id)
    assert await keeping.roles(manager, login_id, frozenset({Role.APPROVER})) is None
    assert Decline.LOGIN_WAITS is await keeping.roles(manager, login_id, BOTH)
    assert await keeping.roles(operator, login_id, BOTH) is None
    assert isinstance(await keeping.reset_again(operator, login_id), str)


async def test_lifting_a_block_releases_nothing(keeping: Keeping) -> None:
    operator, manager = keeping.corporate.operator, keeping.corporate.manager
    login_id = await keeping.added(operator)

    assert await block_login(keeping.house, manager, login_id, "who is that?", NOON) is None
    assert "blocked" == await keeping.status(login_id)
    assert await keeping.unblock(operator, login_id) is None
    assert "waiting" == await keeping.status(login_id)


async def test_an_administrator_alone_lets_no_colleague_in(keeping: Keeping, administrator: Actor) -> None:
    added = await keeping.add.done(administrator, Role.OPERATOR, Role.MANAGER)
    keeping.enrol(added.login_id)

    assert Decline.SAME_PERSON is await keeping.release(administrator, added.login_id)
    assert await keeping.release(keeping.corporate.person(Role.ADMINISTRATOR), added.login_id) is None


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ("released_person = set_up_person", "a_login_has_three_people"),
        ("released_person = person_id", "a_login_has_three_people"),
        ("set_up_person = person_id", "a_login_has_three_people"),
        ("set_up_person = NULL", "only_administrators_are_set_up_by_nobody"),
    ],
)
async def test_the_schema_knows_no_login_that_fewer_people_have_let_in(
    keeping: Keeping, change: str, wall: str
) -> None:
    login_id = keeping.buyer().login_id
    with pytest.raises(psycopg.errors.CheckViolation, match=wall):
        keeping.world.connection.execute(f"UPDATE login SET {change} WHERE id = %s".encode(), (login_id,))  # noqa: S608 (our own)
