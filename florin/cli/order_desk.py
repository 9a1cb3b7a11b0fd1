"""What all commands on orders need: somebody who has signed in, and the order that the command line names."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.read_order import list_orders
from florin.cli.desk import ask_who, signed_in
from florin.cli.exit_codes import Refusal
from florin.cli.house import open_house
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.identifiers import PREFIXES, parse_id
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import Actor
from florin.storage.corporate.orders import WantedOrders

_Result = TypeVar("_Result")
_Rest = ParamSpec("_Rest")


def id_of(kind: str, text: str) -> UUID:
    """The id behind its text; `Refusal` when it is none."""
    try:
        return parse_id(kind, text)
    except ValueError as error:
        raise Refusal(f"{text} is {error} ({PREFIXES[kind]}_ and 32 hexadecimal digits)") from None


def _named(text: str) -> str:
    if normalise_reference(text) is None and not _is_id(text):
        form = f"{PREFIXES['order']}_ and 32 hexadecimal digits"
        raise Refusal(f"{text} is neither an id of an order ({form}) nor a payment reference")
    return text


def _is_id(text: str) -> bool:
    try:
        parse_id("order", text)
    except ValueError:
        return False
    return True


Order = Annotated[
    str, typer.Argument(metavar="ORDER", callback=_named, help="Id of the order (ord_...), or its payment reference.")
]


def act(as_user: str, verb: Callable[[ClearingHouse, Actor], Awaitable[_Result | Decline]]) -> _Result:
    """Sign in, carry out one verb as whoever that is, and return what came of it; a decline ends the command."""
    typed = ask_who(as_user)

    async def signed_in_and_done() -> _Result:
        async with open_house(read_settings(), existing=True) as house, signed_in(house.clearing, typed) as actor:
            return accepted(await verb(house.clearing, actor))

    return run(signed_in_and_done())


def asks(
    as_user: str,
    verb: Callable[Concatenate[ClearingHouse, Actor, _Rest], Awaitable[_Result | Decline]],
    *rest: _Rest.args,
    **named: _Rest.kwargs,
) -> _Result:
    """`act` with a verb for which everything is known beforehand: ``rest`` is what it takes after house and actor."""

    async def step(house: ClearingHouse, actor: Actor) -> _Result | Decline:
        return await verb(house, actor, *rest, **named)

    return act(as_user, step)


async def order_named(house: ClearingHouse, actor: Actor, text: str) -> UUID:
    """The id of the order that a command names, of those that the actor may see.

    Raises:
        Refusal: there is none of that payment reference, or the text is neither a reference nor an id.
    """
    reference = normalise_reference(text)
    if reference is not None:
        found = accepted(await list_orders(house, actor, WantedOrders(payment_reference=reference), None, 1))
        if not found.items:
            accepted(Decline.ORDER_NOT_FOUND)
        return found.items[0].id
    return id_of("order", text)
