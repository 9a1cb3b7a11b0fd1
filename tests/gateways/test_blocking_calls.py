"""Calls of a library that blocks: cut off, and never in the way of others."""

import asyncio
import threading

import pytest

from florin.gateways import blocking_calls
from florin.gateways.blocking_calls import BlockingCalls
from florin.gateways.payment_provider import ProviderUnavailableError


async def test_a_call_that_never_ends_is_doubt_and_takes_the_threads_of_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocking_calls, "PATIENCE_S", 0.05)
    end = threading.Event()
    hanging, other = BlockingCalls(), BlockingCalls()
    try:
        ended = await asyncio.gather(*(hanging.answer(end.wait) for _ in range(20)), return_exceptions=True)
        assert [ProviderUnavailableError] * 20 == [type(each) for each in ended]
        monkeypatch.setattr(blocking_calls, "PATIENCE_S", 60)
        assert await other.answer(lambda: "answered") == "answered"
        assert await asyncio.to_thread(lambda: "checked") == "checked"
    finally:
        end.set()
