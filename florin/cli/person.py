"""``florin person``: the people who work with Florin, the operator's own and those of corporate customers."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.people.add_person_login import AddPersonLogin, LoginAdded, add_administrator, add_person_login
from florin.clearing.people.block_login import block_login, unblock_login
from florin.clearing.people.list_people import PersonsLogin, list_people
from florin.clearing.people.person_given import PersonGiven
from florin.clearing.people.record_person_identity import record_person_identity
from florin.clearing.people.release_login import release_login
from florin.clearing.people.reset_login import reset_login
from florin.clearing.people.set_login_roles import set_login_roles
from florin.cli.configuration import this_machine
from florin.cli.desk import As, Typed, ask_who, login_named, signed_in, with_step_up
from florin.cli.exit_codes import Refusal
from florin.cli.house import open_house
from florin.cli.person_enrolment import change_password, enrol_person
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.identity import DocumentKind, Identity
from florin.domain.people import Role
from florin.storage.people.persons import login_by_id

_Result = TypeVar("_Result")

app = typer.Typer(
    help="People who work with Florin, the operator's own and customers', and their logins.", no_args_is_help=True
)

app.command("enrol")(enrol_person)
app.command("password")(change_password)

UserName = Annotated[str, typer.Argument(help="User name of the login.")]
Customer = Annotated[
    str | None, typer.Option(help="Id of the customer (cus_...) whose people are meant; the operator's own without.")
]
Why = Annotated[str, typer.Option("--reason", help="Why, or how it was made sure who asks; it is kept.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    user_name: UserName,
    name: Annotated[str, typer.Option(help="The person's name.")],
    mobile: Annotated[str, typer.Option(help="The person's mobile number: + and country code.")],
    role: Annotated[list[Role], typer.Option(help="A role; several are given one by one.")],
    customer: Customer = None,
    document_kind: Annotated[DocumentKind | None, typer.Option(help="Kind of the identity document shown.")] = None,
    document_number: Annotated[str | None, typer.Option(help="Its number.")] = None,
    as_user: Annotated[str | None, typer.Option("--as", metavar="USER_NAME", help="Who adds it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a login and show its initial password, this once.

    Without --as an administrator is made, as the first one must be: by who runs commands on the service's own machine.
    """
    if (document_kind is None) != (document_number is None):
        raise Refusal("--document-kind and --document-number belong together")
    document = None if document_kind is None or document_number is None else (document_kind, document_number)
    command = AddPersonLogin(
        user_name=user_name,
        person=PersonGiven.read(name, mobile, document),
        roles=frozenset(role),
        customer_id=customer_id_of(customer),
    )
    added = run(_add(command, None if as_user is None else ask_who(as_user)))
    if as_json:
        ids = {"id": wire_id("login", added.login_id), "person_id": wire_id("person", added.person_id)}
        print_json({**ids, "person_was_known": added.was_known, "initial_password": added.initial_password})
        return
    known = ", who is on record already" if added.was_known else ""
    say(f"{command.user_name} is a login of {wire_id('person', added.person_id)}{known}.")
    say(f"Its initial password, shown this once: {added.initial_password}")
    say(f"Its owner begins with: florin person enrol {command.user_name}")
    if as_user is not None:
        say(f"Then another person asks the owner, and ends with: florin person release {command.user_name}")


async def _add(command: AddPersonLogin, typed: Typed | None) -> LoginAdded:
    async with open_house(read_settings(), existing=True) as house:
        clearing = house.clearing
        if typed is None:
            return accepted(await add_administrator(clearing, command, this_machine()))
        async with with_step_up(clearing, typed) as (actor, proof):
            return accepted(await add_person_login(clearing, actor, command, proof, this_machine().now))


@app.command("list")
def list_all(as_user: As, customer: Customer = None, as_json: AsJson = False) -> None:
    """List the logins of the operator's own people, or of a customer's."""
    logins = run(_list(customer_id_of(customer), ask_who(as_user)))
    if as_json:
        print_json([_view(each) for each in logins])
        return
    rows = [
        (each["user_name"], each["name"], " ".join(each["roles"]), each["status"], each["enrolled"], each["id"])
        for each in map(_view, logins)
    ]
    print_table("People", ("user name", "name", "roles", "status", "enrolled", "id"), rows)


async def _list(customer_id: UUID | None, typed: Typed) -> list[PersonsLogin]:
    async with open_house(read_settings(), existing=True) as house, signed_in(house.clearing, typed) as actor:
        return accepted(await list_people(house.clearing, actor, customer_id))


@app.command()
def block(user_name: UserName, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Block a login; its sessions end at once."""

    async def step(house: ClearingHouse, typed: Typed) -> str | Decline:
        async with signed_in(house, typed) as actor:
            login_id = await login_named(house, user_name)
            return await _status(house, login_id, await block_login(house, actor, login_id, reason, this_machine().now))

    _say_status(user_name, _change(step, as_user), as_json=as_json)


@app.command()
def unblock(user_name: UserName, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Lift the block of a login; one that waits to be released goes on waiting."""

    async def step(house: ClearingHouse, typed: Typed) -> str | Decline:
        async with with_step_up(house, typed) as (actor, proof):
            login_id = await login_named(house, user_name)
            refused = await unblock_login(house, actor, login_id, reason, proof, this_machine().now)
            return await _status(house, login_id, refused)

    _say_status(user_name, _change(step, as_user), as_json=as_json)


@app.command()
def release(user_name: UserName, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Release a login that another person has set up, after its owner has enrolled and has confirmed that to you."""

    async def step(house: ClearingHouse, typed: Typed) -> str | Decline:
        async with with_step_up(house, typed) as (actor, proof):
            login_id = await login_named(house, user_name)
            refused = await release_login(house, actor, login_id, reason, proof, this_machine().now)
            return await _status(house, login_id, refused)

    _say_status(user_name, _change(step, as_user), as_json=as_json)


@app.command()
def roles(
    user_name: UserName,
    role: Annotated[list[Role], typer.Option(help="A role; all that the login is to have are given one by one.")],
    as_user: As,
    reason: Why,
    as_json: AsJson = False,
) -> None:
    """Set the roles of a login; one that is given more than it had waits until another person has released it."""

    async def step(house: ClearingHouse, typed: Typed) -> Decline | None:
        async with with_step_up(house, typed) as (actor, proof):
            login_id = await login_named(house, user_name)
            return await set_login_roles(house, actor, login_id, frozenset(role), reason, proof, this_machine().now)

    _change(step, as_user)
    if as_json:
        print_json({"user_name": user_name, "roles": sorted(role)})
    else:
        say(f"{user_name} has the roles {', '.join(sorted(role))}.")


@app.command()
def reset(user_name: UserName, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Give somebody who has lost password or authenticator a new initial password, shown this once."""

    async def step(house: ClearingHouse, typed: Typed) -> str | Decline:
        async with with_step_up(house, typed) as (actor, proof):
            login_id = await login_named(house, user_name)
            return await reset_login(house, actor, login_id, reason, proof, this_machine().now)

    password = _change(step, as_user)
    if as_json:
        print_json({"user_name": user_name, "initial_password": password})
    else:
        say(f"The initial password of {user_name}, shown this once: {password}")


@app.command()
def identify(
    user_name: UserName,
    as_user: As,
    name: Annotated[str, typer.Option(help="The name on the document.")],
    document_kind: Annotated[DocumentKind, typer.Option(help="Kind of the identity document shown.")],
    document_number: Annotated[str, typer.Option(help="Its number.")],
    as_json: AsJson = False,
) -> None:
    """Record the identity document of a login's person, once and for good."""
    identity = Identity.read(name, document_kind, document_number)

    async def step(house: ClearingHouse, typed: Typed) -> Decline | None:
        async with with_step_up(house, typed) as (actor, proof):
            login_id = await login_named(house, user_name)
            return await record_person_identity(house, actor, login_id, identity, proof, this_machine().now)

    _change(step, as_user)
    if as_json:
        print_json({"user_name": user_name, "identity_on_record": True})
    else:
        say(f"The document of {user_name} is on record.")


def customer_id_of(text: str | None) -> UUID | None:
    """The customer whose id was given, or None for none; `Refusal` when it is no id of a customer."""
    if text is None:
        return None
    try:
        return parse_id("customer", text)
    except ValueError as error:
        raise Refusal(f"--customer: {error}") from None


def _change(step: Callable[[ClearingHouse, Typed], Awaitable[_Result | Decline]], as_user: str) -> _Result:
    async def change() -> _Result:
        async with open_house(read_settings(), existing=True) as house:
            return accepted(await step(house.clearing, typed))

    typed = ask_who(as_user)
    return run(change())


async def _status(house: ClearingHouse, login_id: UUID, refused: Decline | None) -> str | Decline:
    found = await login_by_id(house.pool, login_id)
    return refused or (Decline.LOGIN_NOT_FOUND if found is None else found.status)


def _say_status(user_name: str, status: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"user_name": user_name, "status": status})
    else:
        say(f"{user_name} is {status}.")


def _view(found: PersonsLogin) -> dict[str, Any]:
    login = found.login
    return {
        "id": wire_id("login", login.id),
        "person_id": wire_id("person", login.person_id),
        "user_name": login.user_name,
        "name": found.name,
        "roles": sorted(login.roles),
        "status": login.status,
        "enrolled": login.is_enrolled,
        "identity_on_record": login.is_named,
        "created_at": login.created_at,
    }
