"""``florin customer``: the companies that order cards, whom to call there, what they may and what money they have."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from florin.clearing.customers.change_customer import change_contacts, rename_customer, set_approval_limit
from florin.clearing.customers.create_customer import CreateCustomer, create_customer
from florin.clearing.customers.read_customer import CustomerProfile, customers_page, profile_of, read_customer
from florin.clearing.customers.read_funding import read_funding
from florin.clearing.customers.suspend_customer import resume_customer, suspend_customer
from florin.clearing.house import ClearingHouse
from florin.cli import customer_proposals
from florin.cli.configuration import programme_of, read_amount
from florin.cli.customer_views import customer_json, print_customers, show_funding, show_profile
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, asks, id_of
from florin.cli.printing import AsJson, print_json
from florin.cli.running import accepted
from florin.cli.slips import amount
from florin.domain.contacts import Contact
from florin.domain.declines import Decline
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.corporate.customers import Customer

app = typer.Typer(help="Corporate customers: the companies that order cards, and their money.", no_args_is_help=True)
customer_proposals.register(app)

Named = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id of the customer (cus_...).")]
Contacts = Annotated[
    list[str],
    typer.Option("--contact", metavar="NAME:TELEPHONE:MAIL", help="Whom to call; one of the two may be empty."),
]
Limit = Annotated[
    str,
    typer.Option(
        metavar="AMOUNT",
        callback=amount("--approval-limit"),
        help="Orders of cards worth more need the customer's own approver, too; such as 50000.",
    ),
]

_Change = Callable[[ClearingHouse, Actor, UUID], Awaitable[Customer | Decline]]


@app.command()
def create(
    programme: Annotated[str, typer.Argument(help="Code of the programme.")],
    name: Annotated[str, typer.Argument(help="Name of the company, as its bank account is called.")],
    registration_number: Annotated[str, typer.Option(help="Under which it is registered (统一社会信用代码).")],
    contact: Contacts,
    as_user: As,
    approval_limit: Limit = "0",
    as_json: AsJson = False,
) -> None:
    """Create a customer, with an empty funding account."""
    contacts = _read(contact)

    async def step(house: ClearingHouse, actor: Actor) -> CustomerProfile | Decline:
        found = programme_of(await house.engine.current_catalogue(), programme)
        limit_minor = read_amount("--approval-limit", approval_limit, found.unit, may_be_zero=True)
        command = CreateCustomer(
            programme_id=found.id,
            name=name,
            registration_number=registration_number,
            contacts=contacts,
            approval_limit_minor=limit_minor,
        )
        return await profile_of(house, accepted(await create_customer(house, actor, command, _now())))

    show_profile(act(as_user, step), as_json=as_json)


@app.command("list")
def list_all(
    as_user: As,
    programme: Annotated[str | None, typer.Option(help="Code of the programme; all without.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List customers, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[tuple[Customer, str]] | Decline:
        catalogue = await house.engine.current_catalogue()
        programme_id = None if programme is None else programme_of(catalogue, programme).id
        page = accepted(await customers_page(house, actor, programme_id, None, limit))
        return [(each, catalogue.programmes[each.programme_id].unit) for each in page.items]

    found = act(as_user, step)
    if as_json:
        print_json([customer_json(each, unit) for each, unit in found])
    else:
        print_customers(found)


@app.command()
def show(customer: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a customer with whom to call there, what it pays and its money."""
    customer_id = id_of("customer", customer)
    show_profile(asks(as_user, read_customer, customer_id), as_json=as_json)


@app.command()
def contacts(customer: Named, contact: Contacts, as_user: As, as_json: AsJson = False) -> None:
    """Put other contacts in place of a customer's."""
    given = _read(contact)

    async def step(house: ClearingHouse, actor: Actor, customer_id: UUID) -> Customer | Decline:
        return await change_contacts(house, actor, customer_id, given, _now())

    _change(customer, as_user, step, as_json=as_json)


@app.command()
def rename(
    customer: Named,
    name: Annotated[str, typer.Argument(help="Name of the company by now, as its bank account is called.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Record that a customer is called otherwise by now; for managers, and the audit trail keeps both names."""

    async def step(house: ClearingHouse, actor: Actor, customer_id: UUID) -> Customer | Decline:
        return await rename_customer(house, actor, customer_id, name, _now())

    _change(customer, as_user, step, as_json=as_json)


@app.command("approval-limit")
def approval_limit(
    customer: Named,
    limit: Annotated[str, typer.Argument(metavar="LIMIT", callback=amount("LIMIT"), help="The amount, such as 50000.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Set the face total above which orders need the customer's own approver; for approvers and our managers."""

    async def step(house: ClearingHouse, actor: Actor, customer_id: UUID) -> Customer | Decline:
        unit = accepted(await read_customer(house, actor, customer_id)).funding.unit
        limit_minor = read_amount("LIMIT", limit, unit, may_be_zero=True)
        return await set_approval_limit(house, actor, customer_id, limit_minor, _now())

    _change(customer, as_user, step, as_json=as_json)


@app.command()
def suspend(customer: Named, as_user: As, as_json: AsJson = False) -> None:
    """Stop business with a customer; what it pays is recorded all the same."""

    async def step(house: ClearingHouse, actor: Actor, customer_id: UUID) -> Customer | Decline:
        return await suspend_customer(house, actor, customer_id, _now())

    _change(customer, as_user, step, as_json=as_json)


@app.command()
def resume(customer: Named, as_user: As, as_json: AsJson = False) -> None:
    """Do business with a suspended customer again; what waits is funded as far as its money goes."""

    async def step(house: ClearingHouse, actor: Actor, customer_id: UUID) -> Customer | Decline:
        return await resume_customer(house, actor, customer_id, _now())

    _change(customer, as_user, step, as_json=as_json)


@app.command()
def funding(
    customer: Named,
    as_user: As,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many lines at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what money a customer has, and the latest lines of its account."""
    customer_id = id_of("customer", customer)
    show_funding(asks(as_user, read_funding, customer_id, limit), as_json=as_json)


def _change(customer: str, as_user: str, verb: _Change, *, as_json: bool) -> None:
    customer_id = id_of("customer", customer)

    async def step(house: ClearingHouse, actor: Actor) -> CustomerProfile | Decline:
        return await profile_of(house, accepted(await verb(house, actor, customer_id)))

    show_profile(act(as_user, step), as_json=as_json)


def _read(given: list[str]) -> tuple[Contact, ...]:
    people = []
    for each in given:
        parts = each.split(":")
        if len(parts) != 3:  # noqa: PLR2004 (as the option's metavar says)
            raise Refusal(f"--contact: {each} is not NAME:TELEPHONE:MAIL")
        name, telephone, mail = parts
        people.append(Contact.read(name, telephone or None, mail or None))
    return tuple(people)


def _now() -> datetime:
    return datetime.now(UTC)
