import asyncio
import os
from uuid import UUID

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import AddPersonLogin, LoginAdded, add_administrator, add_person_login
from florin.clearing.people.person_given import PersonGiven
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.invalid_field import InvalidField
from florin.domain.people import CUSTOMER_ROLES, OPERATOR_ROLES, Actor, Role
from florin.storage.audit_trail import Author
from tests.clearing.people.conftest import LI_NA_MOBILE, LI_NA_PASSPORT, Adding, proof_of
from tests.corporate import Corporate
from tests.world import NOON, World

OTHER_MOBILE = "+8613900139009"


async def test_an_administrator_adds_the_operators_own_people(world: World, administrator: Actor, add: Adding) -> None:
    added = await add.done(administrator, Role.OPERATOR, Role.MANAGER, user_name="Li.Na")

    columns = "SELECT user_name, roles, customer_id, must_change_password, status FROM login WHERE id = %s"
    assert ("li.na", ["manager", "operator"], None, True, "active") == world.one(columns, added.login_id)
    assert not added.was_known
    audit = "SELECT action, actor_id, detail FROM audit WHERE subject_id = %s"
    action, actor_id, detail = world.one(audit, added.login_id)
    assert ("login.added", administrator.session_id) == (action, actor_id)
    assert "li.na" == detail["user_name"]


@pytest.mark.parametrize("role", sorted(OPERATOR_ROLES - {Role.ADMINISTRATOR}))
async def test_nobody_else_adds_the_operators_own_people(corporate: Corporate, add: Adding, role: Role) -> None:
    assert Decline.ROLE_REQUIRED is await add(corporate.person(role), Role.OPERATOR)


@pytest.mark.parametrize("role", [*sorted(OPERATOR_ROLES)])
async def test_operators_and_managers_add_customers_people(corporate: Corporate, add: Adding, role: Role) -> None:
    added = await add(corporate.person(role), Role.BUYER, customer=corporate.customer())

    assert isinstance(added, LoginAdded) if role in (Role.OPERATOR, Role.MANAGER) else Decline.ROLE_REQUIRED is added


@pytest.mark.parametrize("role", sorted(CUSTOMER_ROLES))
async def test_customers_people_add_nobody(corporate: Corporate, add: Adding, role: Role) -> None:
    customer = corporate.customer()
    buyer = corporate.person(role, customer=customer)

    assert Decline.ROLE_REQUIRED is await add(buyer, Role.BUYER, customer=customer)
    assert Decline.ROLE_REQUIRED is await add(buyer, Role.OPERATOR)


async def test_a_login_is_added_to_a_customer_that_exists(corporate: Corporate, add: Adding) -> None:
    assert Decline.CUSTOMER_NOT_FOUND is await add(corporate.operator, Role.BUYER, customer=corporate.manager.login_id)


@pytest.mark.parametrize(
    ("roles", "is_customers"),
    [((), False), ((), True), ((Role.BUYER,), False), ((Role.MANAGER,), True), ((Role.BUYER, Role.MANAGER), True)],
)
def test_a_login_has_roles_of_one_side(roles: tuple[Role, ...], is_customers: bool) -> None:  # noqa: FBT001 (a case)
    person = PersonGiven.read("李娜", LI_NA_MOBILE, None)
    with pytest.raises(InvalidField, match="roles"):
        AddPersonLogin(
            user_name="li.na", person=person, roles=frozenset(roles), customer_id=UUID(int=1) if is_customers else None
        )


async def test_a_user_name_is_taken_once_whichever_side_has_it(
    corporate: Corporate, administrator: Actor, add: Adding
) -> None:
    await add.done(administrator, Role.OPERATOR)

    taken = await add(
        corporate.operator, Role.BUYER, user_name="LI.NA", mobile=OTHER_MOBILE, customer=corporate.customer()
    )

    assert Decline.USER_NAME_TAKEN is taken


# One person ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"passport": LI_NA_PASSPORT}, {}),
        ({}, {"passport": LI_NA_PASSPORT}),
        ({"passport": LI_NA_PASSPORT}, {"mobile": OTHER_MOBILE, "passport": f" {LI_NA_PASSPORT.lower()}"}),
        ({}, {"mobile": "+86 138-0013-8001", "name": "Li  Na"}),
    ],
    ids=["mobile", "mobile without document", "mobile with document", "document", "mobile in another spelling"],
)
async def test_a_second_login_with_the_same_mobile_or_document_is_the_same_persons(
    world: World, corporate: Corporate, administrator: Actor, add: Adding, first: dict[str, str], second: dict[str, str]
) -> None:
    ours = await add.done(administrator, Role.MANAGER, **first)
    persons = world.one("SELECT count(*) FROM person")

    theirs = await add.done(corporate.operator, Role.BUYER, user_name="lina2", customer=corporate.customer(), **second)

    assert ours.person_id == theirs.person_id
    assert theirs.was_known
    assert persons == world.one("SELECT count(*) FROM person")


async def test_a_person_is_found_by_every_mobile_and_document_that_ever_came(
    corporate: Corporate, administrator: Actor, add: Adding
) -> None:
    customer = corporate.customer()
    first = await add.done(administrator, Role.MANAGER, passport=LI_NA_PASSPORT)
    await add.done(
        corporate.operator, Role.BUYER, user_name="second", mobile=OTHER_MOBILE, passport=LI_NA_PASSPORT,
        customer=customer,
    )  # fmt: skip

    third = await add.done(corporate.manager, Role.APPROVER, user_name="third", mobile=OTHER_MOBILE, customer=customer)

    assert first.person_id == third.person_id


async def test_a_document_that_comes_later_is_put_on_record(
    world: World, corporate: Corporate, administrator: Actor, add: Adding
) -> None:
    first = await add.done(administrator, Role.OPERATOR)
    customer = corporate.customer()
    await add.done(corporate.operator, Role.BUYER, user_name="buyer", passport=LI_NA_PASSPORT, customer=customer)

    assert (True,) == world.one("SELECT identity_index IS NOT NULL FROM person WHERE id = %s", first.person_id)


async def test_a_mobile_of_one_person_and_a_document_of_another_are_refused(
    administrator: Actor, add: Adding, world: World
) -> None:
    await add.done(administrator, Role.OPERATOR, passport=LI_NA_PASSPORT)
    await add.done(administrator, Role.OPERATOR, user_name="wang", mobile=OTHER_MOBILE)
    before = world.everything_that_counts(), world.one("SELECT count(*) FROM login")

    mixed = await add(administrator, Role.FINANCE, user_name="x-1", mobile=OTHER_MOBILE, passport=LI_NA_PASSPORT)
    another_document = await add(administrator, Role.FINANCE, user_name="x-2", passport="G7654321")

    assert [Decline.PERSON_MISMATCH] * 2 == [mixed, another_document]
    assert before == (world.everything_that_counts(), world.one("SELECT count(*) FROM login"))


async def test_nobody_adds_a_login_for_themselves(corporate: Corporate, administrator: Actor, add: Adding) -> None:
    operator = await add.done(administrator, Role.OPERATOR)
    herself = corporate.person(Role.OPERATOR, same_as=_actor_of(operator))

    assert Decline.SAME_PERSON is await add(herself, Role.BUYER, user_name="again", customer=corporate.customer())


def _actor_of(added: LoginAdded) -> Actor:
    return Actor(added.login_id, added.person_id, added.login_id, frozenset(), None)


async def test_fifty_logins_of_one_new_person_at_once_are_one_persons(
    world: World, house: ClearingHouse, corporate: Corporate
) -> None:
    customer = corporate.customer()
    person = PersonGiven.read("李娜", LI_NA_MOBILE, (DocumentKind.PASSPORT, LI_NA_PASSPORT))

    async def one(number: int) -> LoginAdded | Decline:
        operator = corporate.person(Role.OPERATOR)
        command = AddPersonLogin(
            user_name=f"li.na{number}", person=person, roles=frozenset({Role.BUYER}), customer_id=customer
        )
        return await add_person_login(house, operator, command, await proof_of(house, operator), NOON)

    added = await asyncio.gather(*(one(number) for number in range(50)))

    assert 1 == len({each.person_id for each in added if isinstance(each, LoginAdded)})
    assert (50,) == world.one("SELECT count(*) FROM login WHERE customer_id = %s", customer)


# The code -----------------------------------------------------------------------------------------------------------


async def test_one_code_adds_one_login_however_many_ask_at_once(
    world: World, house: ClearingHouse, administrator: Actor
) -> None:
    proof = await proof_of(house, administrator)
    (people,) = world.one("SELECT count(*) FROM person")

    async def one(number: int) -> LoginAdded | Decline:
        person = PersonGiven.read("李娜", f"+86138001380{number:02}", None)
        command = AddPersonLogin(user_name=f"new{number}", person=person, roles=frozenset({Role.AUDITOR}))
        return await add_person_login(house, administrator, command, proof, NOON)

    answers = await asyncio.gather(*(one(number) for number in range(50)))

    assert 1 == sum(isinstance(each, LoginAdded) for each in answers)
    assert 49 == answers.count(Decline.TOTP_CODE_INCORRECT)
    assert (1,) == world.one("SELECT count(*) FROM login WHERE totp_confirmed_at IS NULL")
    assert people + 1 == world.one("SELECT count(*) FROM person")[0]


# On the machine -----------------------------------------------------------------------------------------------------


async def test_the_first_administrator_is_made_on_the_machine_and_the_audit_says_by_whom(
    world: World, house: ClearingHouse
) -> None:
    person = PersonGiven.read("李娜", LI_NA_MOBILE, None)
    command = AddPersonLogin(user_name="first", person=person, roles=frozenset({Role.ADMINISTRATOR}))

    added = await add_administrator(house, command, Author(None, NOON, "os:anna"))

    assert isinstance(added, LoginAdded)
    actor_id, detail = world.one("SELECT actor_id, detail FROM audit WHERE subject_id = %s", added.login_id)
    assert (None, "os:anna") == (actor_id, detail["by"])


async def test_the_machine_makes_administrators_only(house: ClearingHouse) -> None:
    person = PersonGiven.read("李娜", LI_NA_MOBILE, None)
    command = AddPersonLogin(
        user_name="first", person=person, roles=frozenset({Role.ADMINISTRATOR, Role.FINANCE_APPROVER})
    )

    assert Decline.ROLE_REQUIRED is await add_administrator(house, command, Author(None, NOON, "os:anna"))


# Secrets ------------------------------------------------------------------------------------------------------------


async def test_name_mobile_document_and_password_are_in_no_row_and_no_representation(
    world: World, administrator: Actor, add: Adding
) -> None:
    name, mobile, passport = "Canary Q. Vandersloot", "+4915112345678", f"C{os.urandom(4).hex().upper()}"
    added = await add.done(administrator, Role.OPERATOR, name=name, mobile=mobile, passport=passport)
    person = PersonGiven.read(name, mobile, (DocumentKind.PASSPORT, passport))

    tables = ("person", "person_mobile", "login", "login_session", "audit", "outbox", "operation", "throttle")
    rows = " ".join(str(world.rows(f"SELECT t::text FROM {table} t")) for table in tables)  # noqa: S608 (our own)
    said = f"{rows} {added!r} {person!r} {AddPersonLogin(user_name='abc', person=person, roles=added_roles())!r}"
    for secret in (name, mobile, passport, added.initial_password):
        assert secret not in said
        assert secret.encode().hex() not in said


def added_roles() -> frozenset[Role]:
    return frozenset({Role.OPERATOR})
