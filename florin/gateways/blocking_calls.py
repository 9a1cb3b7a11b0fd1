"""Calling a provider's own library, which blocks: in a thread, and not for ever."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from florin.gateways.payment_provider import ProviderUnavailableError

CONNECT_TIMEOUT_S: Final = 3
READ_TIMEOUT_S: Final = 10
"""What the library itself waits for the next byte; a provider that dribbles is cut off by `PATIENCE_S`."""

PATIENCE_S: Final = 20

_Answer = TypeVar("_Answer")


async def in_thread(call: Callable[[], _Answer]) -> _Answer:
    """The answer of a blocking call; `ProviderUnavailableError` when it takes too long, whatever it does later."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(call), PATIENCE_S)
    except TimeoutError:
        raise ProviderUnavailableError("it took too long") from None
