"""Shops that buy without pause, and note down every answer; each request can be told from its key alone."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import httpx

from tests.api.client import cny
from tests.whole.running import Place, wait_until
from tests.world import KnownCard

AMOUNTS_MINOR: Final = (1, 2, 3)


class Load:
    """Clients of a service whose address may change, each with a card of its own.

    ``acknowledged`` holds the body of each purchase by its key, ``refused`` how often another status came, and
    ``unanswered`` the keys whose last request nobody answered.
    """

    def __init__(self, place: Place, address: str, cards: Sequence[KnownCard]) -> None:
        self.acknowledged: dict[str, bytes] = {}
        self.refused: Counter[int] = Counter()
        self.unanswered: set[str] = set()
        self._token = place.till
        self._address = address
        self._cards = cards
        self._ended = threading.Event()

    @contextmanager
    def running(self, run: str) -> Iterator[None]:
        """All clients at work for as long as the context lasts; at its end each has ended its last request."""
        self._ended.clear()
        clients = [threading.Thread(target=self._buy, args=(run, client)) for client in range(len(self._cards))]
        for each in clients:
            each.start()
        try:
            yield
        finally:
            self._ended.set()
            for each in clients:
                each.join()

    def wait_for_more(self, answers: int) -> None:
        """Return when so many more purchases have been acknowledged."""
        enough = len(self.acknowledged) + answers
        wait_until(lambda: len(self.acknowledged) >= enough, f"{answers} more purchases were acknowledged")

    def send(self, client: httpx.Client, key: str) -> httpx.Response:
        """The request of a key."""
        _, card, number = key.split("-")
        known = self._cards[int(card)]
        body: dict[str, Any] = {
            "pay_with": {"card": {"number": known.number, "pin": known.pin}},
            "amount": cny(AMOUNTS_MINOR[int(number) % len(AMOUNTS_MINOR)]),
            "reference": key,
        }
        return client.post("/v1/purchases", json=body, headers={"Idempotency-Key": key})

    def connect(self, address: str) -> httpx.Client:
        """A client of the shop."""
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False)

    def _buy(self, run: str, card: int) -> None:
        with self.connect(self._address) as client:
            for number in count():
                if self._ended.is_set() or not self._settle(client, f"{run}-{card}-{number:07}"):
                    return

    def _settle(self, client: httpx.Client, key: str) -> bool:
        """Send until there is an answer; False when the load ends without one."""
        while not self._ended.is_set():
            self.unanswered.add(key)
            try:
                reply = self.send(client, key)
            except httpx.TransportError:
                self._ended.wait(0.05)
                continue
            if reply.status_code == httpx.codes.CREATED:
                self.acknowledged[key] = reply.content
                self.unanswered.discard(key)
                return True
            self.refused[reply.status_code] += 1
            self._ended.wait(0.05)
        return False
