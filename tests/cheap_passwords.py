"""Passwords hashed by the real function at the least cost: at the service's own, each takes a quarter of a second."""

from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from florin.crypto import passwords

CHEAP: Final = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def make_passwords_cheap() -> None:
    """From now on this process hashes cheaply."""
    passwords._HASHER = CHEAP  # noqa: SLF001 (the service itself has no way to do so)
