"""The load generator: many keep-alive connections, each of which sends its next purchase when the last one is answered.

    python -m bench.http_load PLAN.json

It shares two processors with the service that it measures, so it does as little as it can: every request is built
beforehand, and of an answer it reads the status and the length, and of a list's answer how many items went through.
It speaks HTTP/1.1 with ``Content-Length``, which is what the service sends. Anything but success ends it with an error.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import uvloop

from bench.funded_cards import FundedCard
from bench.load_plan import LoadPlan, LoadResult, read_cards, wait_for_the_start

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_ITEM_MADE: Final = b'"status":201,'
_MOST_MINOR: Final = 100
_TIME_LIMIT_S: Final = 300


class Tally:
    """What all connections together have sent and got."""

    def __init__(self, requests: list[bytes]) -> None:
        self.left: Iterator[bytes] = iter(requests)
        self.statuses: Counter[int] = Counter()
        self.items_made = 0
        self.latencies_s: list[float] = []


class Shopper(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._received = b""
        self._sent_at = 0.0  # not money: seconds
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait until all are connected; see `send_next`."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is not derived from it

    def send_next(self) -> None:
        """Send a purchase that nobody has sent yet, or hang up when there is none."""
        request = next(self._tally.left, None)
        if self._transport is None or request is None:
            if not self.done.done():
                self.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take in an answer, which may come in pieces."""
        received = self._received + data if self._received else data
        head_end = received.find(_HEAD_END)
        if head_end < 0:
            self._received = received
            return
        length_at = received.find(_LENGTH, 0, head_end) + len(_LENGTH)
        length = int(received[length_at : received.index(b"\r", length_at)])
        if len(received) < head_end + len(_HEAD_END) + length:
            self._received = received
            return
        self._received = b""
        tally = self._tally
        tally.latencies_s.append(time.perf_counter() - self._sent_at)
        status = int(received[9:12])
        tally.statuses[status] += 1
        tally.items_made += received.count(_ITEM_MADE, head_end)
        if status not in {200, 201} and not self.done.done():
            self.done.set_exception(SystemExit(f"unexpected answer: {received.decode(errors='replace')}"))
            return
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that ends before its work does is a fault."""
        if not self.done.done():
            self.done.set_exception(ConnectionError(f"the service hung up: {exc}"))

    def hang_up(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


def build_requests(plan: LoadPlan) -> list[bytes]:
    """Every request of the plan, whole; cards are chosen uniformly."""
    chance = random.Random(plan.seed)
    cards = read_cards(Path(plan.cards_file))
    numbers = iter(range(plan.requests * plan.items))
    requests = []
    for at in range(plan.requests):
        items = [_purchase(plan.label, next(numbers), chance.choice(cards), chance) for _ in range(plan.items)]
        token = plan.tokens[at % len(plan.tokens)]
        if plan.items == 1:
            requests.append(_request("/v1/purchases", token, f"{plan.label}-{at:07}", items[0]))
        else:
            keyed = [{"key": item["reference"], **item} for item in items]
            requests.append(_request("/v1/purchases/bulk", token, f"{plan.label}-{at:07}", {"items": keyed}))
    return requests


def _purchase(label: str, number: int, card: FundedCard, chance: random.Random) -> dict[str, Any]:
    return {
        "pay_with": {"card": {"number": card.number, "pin": card.pin}},
        "amount": {"amount": chance.randint(1, _MOST_MINOR), "currency": "CNY"},
        "reference": f"{label}-{number:07}",
    }


def _request(path: str, token: str, key: str, body: dict[str, Any]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def run_load(plan: LoadPlan) -> LoadResult:
    """Send everything and wait for every answer."""
    tally = Tally(build_requests(plan))
    loop = asyncio.get_running_loop()
    shoppers = [
        (await loop.create_connection(lambda: Shopper(tally), "127.0.0.1", plan.port))[1]
        for _ in range(plan.connections)
    ]
    wait_for_the_start()
    began, cpu_began = time.perf_counter(), time.process_time()
    for shopper in shoppers:
        shopper.send_next()
    async with asyncio.timeout(_TIME_LIMIT_S):
        await asyncio.gather(*(each.done for each in shoppers))
    took_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    for shopper in shoppers:
        shopper.hang_up()
    purchases = plan.requests * plan.items
    made = tally.statuses[201] if plan.items == 1 else tally.items_made
    if made != purchases:
        raise SystemExit(f"only {made} of {purchases} purchases were made")
    latencies = sorted(tally.latencies_s)
    return LoadResult(
        purchases=purchases,
        took_s=took_s,
        cpu_us_per_purchase=cpu_s * 1e6 / purchases,
        p50_ms=_percentile_ms(latencies, 50),
        p99_ms=_percentile_ms(latencies, 99),
        statuses=dict(tally.statuses),
    )


def _percentile_ms(sorted_s: list[float], percent: int) -> float:
    return sorted_s[min(len(sorted_s) - 1, len(sorted_s) * percent // 100)] * 1000


def main() -> None:
    """Run the plan in the file named, and print the result as JSON."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=LoadPlan)
    result = uvloop.run(run_load(plan))
    print(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main()
