"""The first password of a login: made by us, shown once, and good for nothing but choosing another."""

from dataclasses import dataclass, field

from florin.clearing.password_desk import DESK
from florin.crypto.passwords import new_initial_password


@dataclass(frozen=True, slots=True)
class InitialPassword:
    """The password, to be shown once, and the hash that is stored."""

    password: str = field(repr=False)
    hash: str = field(repr=False)


async def make_initial_password() -> InitialPassword:
    """A fresh one; `BusyError` when too many passwords wait."""
    password = new_initial_password()
    return InitialPassword(password, await DESK.hash(password))
