"""Blocking, unblocking, resetting and naming: by whom, of whom, and what becomes of sessions and codes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.block_login import block_login, unblock_login
from florin.clearing.people.list_people import PersonsLogin, list_people
from florin.clearing.people.record_person_identity import record_person_identity
from florin.clearing.people.release_login import release_login
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.set_login_roles import set_login_roles
from florin.clearing.people.sign_in import NOBODYS, LoginOpened, SignInToWork, sign_in_to_work
from florin.crypto.tokens import LOGIN
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.people import Actor, Role
from florin.storage.people.login_sessions import open_login_of
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.people.persons import login_by_id
from tests.clearing.people.conftest import LI_NA_PASSPORT, proof_of
from tests.corporate import PASSWORD, Corporate, code_at, token_of, user_name_of
from tests.world import NOON, World

Step = Callable[[ClearingHouse, Actor, UUID, CodeProof], Awaitable[Any]]
PASSPORT = Identity.read("李娜", DocumentKind.PASSPORT, LI_NA_PASSPORT)


async def _block(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (a verb's answer)
    del proof
    return await block_login(house, actor, login_id, "has left", NOON)


async def _unblock(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (as above)
    return await unblock_login(house, actor, login_id, "is back", proof, NOON)


async def _reset(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (as above)
    return await reset_login(house, actor, login_id, "called back", proof, NOON)


async def _name(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (as above)
    return await record_person_identity(house, actor, login_id, PASSPORT, proof, NOON)


async def _release(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (as above)
    return await release_login(house, actor, login_id, "called back", proof, NOON)


async def _fewer(house: ClearingHouse, actor: Actor, login_id: UUID, proof: CodeProof) -> Any:  # noqa: ANN401 (as above)
    found = await login_by_id(house.pool, login_id)
    role = min(found.roles) if found else Role.BUYER
    return await set_login_roles(house, actor, login_id, frozenset({role}), "does less", proof, NOON)


STEPS: dict[str, Step] = {
    "block": _block, "unblock": _unblock, "reset": _reset, "name": _name, "release": _release, "roles": _fewer,
}  # fmt: skip
ADMINISTRATOR, MANAGER, OPERATOR = Role.ADMINISTRATOR, Role.MANAGER, Role.OPERATOR
KEEPERS: dict[tuple[str, str], set[Role]] = {
    ("block", "ours"): {ADMINISTRATOR},
    ("unblock", "ours"): {ADMINISTRATOR},
    ("reset", "ours"): {ADMINISTRATOR},
    ("name", "ours"): {ADMINISTRATOR},
    ("release", "ours"): {ADMINISTRATOR, MANAGER},
    ("roles", "ours"): {ADMINISTRATOR},
    ("block", "customer's"): {OPERATOR, MANAGER},
    ("unblock", "customer's"): {OPERATOR, MANAGER},
    ("reset", "customer's"): {OPERATOR, MANAGER},
    ("name", "customer's"): {OPERATOR, MANAGER},
    ("release", "customer's"): {OPERATOR, MANAGER},
    ("roles", "customer's"): {OPERATOR, MANAGER},
}
"""Which roles may do what to whose people."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("step", "whose"), KEEPERS)
async def test_only_who_keeps_those_people_changes_their_logins(
    world: World, house: ClearingHouse, corporate: Corporate, step: str, whose: str, role: Role
) -> None:
    customer = corporate.customer()
    theirs = role in (Role.BUYER, Role.APPROVER)
    actor = corporate.person(role, customer=customer if theirs else None)
    place = None if whose == "ours" else customer
    login = corporate.person(Role.AUDITOR if place is None else Role.BUYER, customer=place, named=False)
    before = world.one(
        "SELECT login::text, person::text FROM login, person WHERE login.id = %s AND person.id = %s",
        login.login_id,
        login.person_id,
    )

    answer = await STEPS[step](house, actor, login.login_id, await proof_of(house, actor))

    if role in KEEPERS[step, whose]:
        assert not isinstance(answer, Decline)
    else:
        assert Decline.ROLE_REQUIRED is answer
        assert before == world.one(
            "SELECT login::text, person::text FROM login, person WHERE login.id = %s AND person.id = %s",
            login.login_id,
            login.person_id,
        )


@pytest.mark.parametrize("step", STEPS)
async def test_nobody_changes_a_login_of_their_own_person(
    house: ClearingHouse, corporate: Corporate, administrator: Actor, step: str
) -> None:
    second = corporate.person(Role.OPERATOR, same_as=administrator)
    buyer = corporate.person(Role.BUYER, customer=corporate.customer(), same_as=corporate.manager)

    for actor, login in (
        (administrator, administrator), (administrator, second), (corporate.manager, buyer),
    ):  # fmt: skip
        assert Decline.SAME_PERSON is await STEPS[step](house, actor, login.login_id, await proof_of(house, actor))


@pytest.mark.parametrize("step", STEPS)
async def test_whoever_works_for_a_customer_changes_nobody_there(
    house: ClearingHouse, corporate: Corporate, step: str
) -> None:
    customer = corporate.customer()
    corporate.person(Role.APPROVER, customer=customer, same_as=corporate.manager)
    buyer, proof = corporate.person(Role.BUYER, customer=customer), await proof_of(house, corporate.manager)

    assert Decline.WORKS_FOR_CUSTOMER is await STEPS[step](house, corporate.manager, buyer.login_id, proof)


@pytest.mark.parametrize("step", STEPS)
async def test_a_login_that_nobody_has_is_found_by_nobody(
    house: ClearingHouse, corporate: Corporate, step: str
) -> None:
    manager, finance = corporate.manager, corporate.finance

    assert Decline.LOGIN_NOT_FOUND is await STEPS[step](house, manager, NOBODYS, await proof_of(house, manager))
    assert Decline.ROLE_REQUIRED is await STEPS[step](house, finance, NOBODYS, await proof_of(house, finance))


@pytest.mark.parametrize("step", ["unblock", "reset", "name", "roles"])
async def test_one_code_stands_for_one_change_also_at_once(
    world: World, house: ClearingHouse, corporate: Corporate, administrator: Actor, step: str
) -> None:
    logins = [corporate.person(Role.AUDITOR, named=False) for _ in range(10)]
    proof = await proof_of(house, administrator)
    audits = world.one("SELECT count(*) FROM audit")[0]
    if step == "unblock":
        world.connection.execute(
            "UPDATE login SET status = 'blocked' WHERE id = ANY(%s)", ([each.login_id for each in logins],)
        )

    answers = await asyncio.gather(*(STEPS[step](house, administrator, each.login_id, proof) for each in logins))

    refused = {Decline.TOTP_CODE_INCORRECT, Decline.PERSON_MISMATCH}
    assert 1 == sum(each not in refused for each in answers)
    assert audits + 1 == world.one("SELECT count(*) FROM audit")[0]


async def test_the_sessions_and_codes_of_a_blocked_login_end_at_once(
    world: World, house: ClearingHouse, corporate: Corporate, administrator: Actor
) -> None:
    manager = corporate.manager
    digest, login_id = _digest(manager), manager.login_id
    unspent = await proof_of(house, manager)
    assert await open_login_of(house.pool, digest, NOON) is not None

    assert await block_login(house, administrator, login_id, "has left", NOON) is None
    assert await block_login(house, administrator, login_id, "has left", NOON) is None

    assert await open_login_of(house.pool, digest, NOON) is None
    assert not await spend_code_at_once(house.pool, unspent)
    assert Decline.SIGN_IN_REFUSED is await _sign_in(house, manager, PASSWORD, code_at(NOON))
    rows = world.rows("SELECT action, actor_id, detail FROM audit WHERE subject_id = %s", manager.login_id)
    told = {"reason": "has left", "sessions_revoked": 1}
    assert [("login.blocked", administrator.session_id, told)] == rows

    assert (
        await unblock_login(house, administrator, login_id, "is back", await proof_of(house, administrator), NOON)
        is None
    )
    assert await open_login_of(house.pool, digest, NOON) is None
    assert isinstance(await _sign_in(house, manager, PASSWORD, code_at(NOON)), LoginOpened)


async def test_a_reset_login_begins_anew(
    world: World, house: ClearingHouse, corporate: Corporate, administrator: Actor
) -> None:
    manager = corporate.manager
    unspent = await proof_of(house, manager)

    password = await reset_login(
        house, administrator, manager.login_id, "called back", await proof_of(house, administrator), NOON
    )

    assert not isinstance(password, Decline)
    assert await open_login_of(house.pool, _digest(manager), NOON) is None
    assert not await spend_code_at_once(house.pool, unspent)
    assert Decline.SIGN_IN_REFUSED is await _sign_in(house, manager, PASSWORD, code_at(NOON))
    opened = await _sign_in(house, manager, password, None)
    assert isinstance(opened, LoginOpened)
    assert (True, True) == (opened.login.must_change_password, opened.login.must_enrol_totp)
    assert password not in str(world.rows("SELECT audit::text FROM audit UNION ALL SELECT login::text FROM login"))


async def test_a_document_is_recorded_once_and_of_one_person(
    house: ClearingHouse, corporate: Corporate, administrator: Actor
) -> None:
    first, second = (corporate.person(Role.AUDITOR, named=False) for _ in range(2))

    async def record(login: Actor, codes_later: int) -> Decline | None:
        now = NOON + timedelta(seconds=30 * codes_later)
        proof = await proof_of(house, administrator, now)
        return await record_person_identity(house, administrator, login.login_id, PASSPORT, proof, now)

    assert await record(first, 1) is None
    assert Decline.IDENTITY_ON_RECORD is await record(first, 2)
    assert Decline.PERSON_MISMATCH is await record(second, 3)


@pytest.mark.parametrize("role", Role)
async def test_names_are_listed_for_who_may_see_them(house: ClearingHouse, corporate: Corporate, role: Role) -> None:
    customer, other = corporate.customer(), corporate.customer()
    theirs = role in (Role.BUYER, Role.APPROVER)
    actor = corporate.person(role, customer=customer if theirs else None)
    corporate.person(Role.BUYER, customer=other)

    ours = await list_people(house, actor, None)
    own = await list_people(house, actor, customer)
    foreign = await list_people(house, actor, other)

    assert (role in (Role.ADMINISTRATOR, Role.MANAGER, Role.AUDITOR)) == isinstance(ours, list)
    sees_customers = theirs or role in (Role.OPERATOR, Role.MANAGER, Role.AUDITOR)
    assert sees_customers == isinstance(own, list)
    if theirs:
        assert Decline.CUSTOMER_NOT_FOUND is foreign
    elif isinstance(foreign, list):
        assert ["Li Na"] == [each.name for each in foreign]
        assert "Li Na" not in repr(foreign)
    assert all(isinstance(each, PersonsLogin) for each in (own if isinstance(own, list) else []))


def _digest(actor: Actor) -> bytes:
    digest = LOGIN.digest(token_of(actor.session_id))
    assert digest is not None
    return digest


async def _sign_in(house: ClearingHouse, actor: Actor, password: str, code: str | None) -> object:
    command = SignInToWork(user_name=user_name_of(actor), password=password, totp_code=code, address="192.0.2.7")
    return await sign_in_to_work(house, command, NOON)
