"""The posting engine without HTTP: purchases submitted as the door for lists submits them, from many lists at once.

    python -m bench.engine_load PLAN.json

What a list's door does after reading its body is part of the time: the verb makes each request (card index,
fingerprint), the engine decides and commits. Any answer but a purchase ends it with an error.
"""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import uvloop

from bench.load_plan import LoadPlan, LoadResult, read_cards, wait_for_the_start
from florin.clearing.payer import CardAndPin
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.cli.answering import spare_the_collector
from florin.cli.house import open_house
from florin.settings import Settings
from florin.storage.posting.engine import Result
from florin.storage.posting.request import Answer, Caller

_MOST_MINOR: Final = 100


def build_commands(plan: LoadPlan) -> list[list[PurchaseCommand]]:
    """The commands of every list; cards are chosen uniformly."""
    chance = random.Random(plan.seed)
    cards = read_cards(Path(plan.cards_file))
    numbers = iter(range(plan.requests * plan.items))
    return [
        [
            PurchaseCommand(
                CardAndPin(*chance.choice(cards)),
                chance.randint(1, _MOST_MINOR),
                "CNY",
                f"{plan.label}-{next(numbers):07}",
            )
            for _ in range(plan.items)
        ]
        for _ in range(plan.requests)
    ]


async def run_load(plan: LoadPlan) -> LoadResult:
    """Submit everything from ``plan.connections`` sides and wait for every answer."""
    lists = build_commands(plan)
    latencies_s: list[float] = []
    async with open_house(Settings()) as opened:
        spare_the_collector()
        house = opened.clearing
        callers = [Caller(each, each) for each in (await house.engine.current_catalogue()).merchants]
        left = iter(enumerate(lists))

        async def side() -> None:
            for at, commands in left:
                began = time.perf_counter()
                caller = callers[at % len(callers)]
                requests = [purchase(house, caller, each.reference, each) for each in commands]
                results = await house.engine.submit_all(requests)
                latencies_s.append(time.perf_counter() - began)
                _require_purchases(results)

        wait_for_the_start()
        began, cpu_began = time.perf_counter(), time.process_time()
        await asyncio.gather(*(side() for _ in range(plan.connections)))
        took_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    latencies_s.sort()
    purchases = plan.requests * plan.items
    return LoadResult(
        purchases=purchases,
        took_s=took_s,
        cpu_us_per_purchase=cpu_s * 1e6 / purchases,
        p50_ms=latencies_s[len(latencies_s) // 2] * 1000,
        p99_ms=latencies_s[len(latencies_s) * 99 // 100] * 1000,
        statuses={},
    )


def _require_purchases(results: Sequence[Result]) -> None:
    for result in results:
        if not isinstance(result, Answer):
            raise result
        if result.decline is not None:
            raise SystemExit(f"a purchase was declined: {result.decline}")


def main() -> None:
    """Run the plan in the file named, on the database of the settings, and print the result as JSON."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=LoadPlan)
    print(msgspec.json.encode(uvloop.run(run_load(plan))).decode())


if __name__ == "__main__":
    main()
