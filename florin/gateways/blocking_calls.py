"""Calling a provider's own library, which blocks: in threads of its own, and not for ever."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from florin.gateways.payment_provider import ProviderUnavailableError

CONNECT_TIMEOUT_S: Final = 3
READ_TIMEOUT_S: Final = 10
"""What the library itself waits for the next byte; a provider that dribbles is cut off by `PATIENCE_S`."""

PATIENCE_S: Final = 20

_THREADS: Final = 4

_Answer = TypeVar("_Answer")


class BlockingCalls:
    """The threads of one account: a provider that hangs takes nobody else's, and not those that check passwords."""

    def __init__(self) -> None:
        """Threads that are started when there is something to call."""
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="provider")

    async def answer(self, call: Callable[[], _Answer]) -> _Answer:
        """The answer of a blocking call; `ProviderUnavailableError` when it takes too long, whatever it does later."""
        calling = asyncio.get_running_loop().run_in_executor(self._threads, call)
        try:
            return await asyncio.wait_for(calling, PATIENCE_S)
        except TimeoutError:
            raise ProviderUnavailableError("it took too long") from None
