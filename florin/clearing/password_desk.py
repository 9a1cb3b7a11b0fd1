"""Where passwords are hashed and checked: in threads of their own, few at once, with a bound on who may wait.

Argon2id takes a tenth of a second and 64 MiB on purpose. On the event loop it would stop every till; without a bound a
flood of sign-ins would take all memory, and the honest ones among them would wait for minutes.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from florin.crypto import passwords
from florin.crypto.passwords import Verified
from florin.domain.guessable_passwords import is_guessable
from florin.domain.invalid_field import InvalidField
from florin.storage.posting.request import BusyError

Result = TypeVar("Result")

MOST_WAITING: Final = 100
"""How many may be at the desk, waiting included: some ten seconds of work on one core."""


class PasswordDesk:
    """Hashes and checks passwords, one at a time for each core."""

    def __init__(self, workers: int, most_waiting: int = MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._most_waiting = most_waiting
        self._present = 0

    async def hash(self, password: str) -> str:
        """The hash to store for a new password; `BusyError` when too many wait."""
        return await self._run(lambda: passwords.hash_password(password))

    async def check(self, stored: str | None, password: str) -> Verified:
        """Whether a password is the stored one, with the work of one hash also for nobody's; `BusyError` as above."""
        return await self._run(lambda: passwords.verify_password(stored, password))

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._present >= self._most_waiting:
            raise BusyError("too many passwords wait to be checked")
        self._present += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._present -= 1


DESK: Final = PasswordDesk(workers=os.cpu_count() or 1)
"""The process's one desk: the bound is on the machine's memory, so it is not a house's but the process's."""


def require_acceptable(field: str, password: str, user_name: str) -> None:
    """Refuse a new password that is too short, too long or common, before anything is opened: `InvalidField`."""
    if not passwords.is_acceptable(password):
        shortest, longest = passwords.MINIMUM_LENGTH, passwords.MAXIMUM_LENGTH
        raise InvalidField(field, f"a password has {shortest} to {longest} characters")
    if is_guessable(password, user_name):
        raise InvalidField(field, "this password is among the first that anybody would try")
