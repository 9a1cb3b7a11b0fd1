import asyncio
import threading

import pytest

from florin.clearing.password_desk import PasswordDesk
from florin.crypto import passwords
from florin.storage.posting.request import BusyError


async def test_no_more_are_hashed_at_once_than_there_are_workers_and_never_on_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock, at_once, most, threads = threading.Lock(), 0, 0, set()
    hash_password = passwords.hash_password

    def watched(password: str) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            threads.add(threading.get_ident())
        try:
            return hash_password(password)
        finally:
            with lock:
                at_once -= 1

    monkeypatch.setattr(passwords, "hash_password", watched)
    desk = PasswordDesk(workers=2)

    await asyncio.gather(*(desk.hash("long enough") for _ in range(20)))

    assert most <= 2
    assert threading.get_ident() not in threads


async def test_a_crowd_is_sent_away_at_once_and_the_desk_serves_again_afterwards() -> None:
    desk = PasswordDesk(workers=1, most_waiting=3)

    answers = await asyncio.gather(*(desk.check(None, "whatever") for _ in range(10)), return_exceptions=True)

    assert 7 == sum(isinstance(each, BusyError) for each in answers)
    assert not (await desk.check(None, "whatever")).ok


async def test_a_failure_leaves_its_place_to_others() -> None:
    desk = PasswordDesk(workers=1, most_waiting=1)

    with pytest.raises(passwords.PasswordRefused):
        await desk.hash("short")

    assert (await desk.check(await desk.hash("long enough"), "long enough")).ok
