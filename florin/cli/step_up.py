"""Commands that ask for a one-time code of their own: whoever signs in spends it on this one action."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from florin.clearing.house import ClearingHouse
from florin.cli.desk import ask_who, with_step_up
from florin.cli.house import open_house
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.people.logins import CodeProof

_Result = TypeVar("_Result")

ActionWithCode = Callable[[ClearingHouse, Actor, CodeProof], Awaitable[_Result | Decline]]


def act_with_code(as_user: str, verb: ActionWithCode[_Result]) -> _Result:
    """Sign in, carry out one verb with the code that was typed, and return what came of it; a decline ends it all."""
    typed = ask_who(as_user)

    async def signed_in_and_done() -> _Result:
        async with open_house(read_settings(), existing=True) as house, with_step_up(house.clearing, typed) as who:
            actor, proof = who
            return accepted(await verb(house.clearing, actor, proof))

    return run(signed_in_and_done())
