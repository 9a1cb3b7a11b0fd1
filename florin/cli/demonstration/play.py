"""The whole demonstration, from the order of cards to the proofs of the book."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from florin.cli.demo_sheet import DemoSheet
from florin.cli.demonstration.company import order_welfare_cards
from florin.cli.demonstration.http_client import Json, Service, UnexpectedAnswer, fresh_key, reach
from florin.cli.demonstration.outcome import Comparison, balances, compare
from florin.cli.demonstration.people import join, load
from florin.cli.demonstration.stock import Order, SoldCard, activate, order_cards
from florin.cli.demonstration.tally import Tally
from florin.cli.demonstration.trade import Day, Till
from florin.cli.progress import progress
from florin.domain.asked_run import RunState

PROGRAMME: Final = "honeynut"
GIFT_FACES_MINOR: Final = (100_00, 200_00, 500_00, 1000_00)
REGISTERED_FACE_MINOR: Final = 2000_00
RECHARGE_FACES_MINOR: Final = (100_00, 200_00, 500_00)
SPOILT: Final = 5
"""Cards on which wrong PINs are tried; they are used for nothing else."""
_LOOK_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens, and from how many clients at once; the seed makes the same choices again."""

    cards: int
    company_cards: int
    members: int
    operations: int
    clients: int
    seed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    tally: Tally
    comparisons: Sequence[Comparison]
    proofs: Json
    summary: Sequence[tuple[str, object]]

    @property
    def is_green(self) -> bool:
        """Whether the book proves itself, agrees with the shops, and nothing unexpected happened."""
        return bool(self.proofs["ok"]) and all(each.agrees for each in self.comparisons) and not self.tally.surprises

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "green": self.is_green,
            "outcomes": [{"what": what, "answer": code, "times": times} for what, code, times in self.tally.rows()],
            "comparisons": [asdict(each) for each in self.comparisons],
            "proofs": self.proofs,
            "surprises": self.tally.surprises,
            **dict(self.summary),
        }


async def play(address: str, sheet: DemoSheet, size: Size) -> Report:
    """Drive the service at ``address`` with the demo's keys.

    Raises:
        UnexpectedAnswer: a preparation was refused, so there is nothing to show.
    """
    tally = Tally()
    tills = [Till(merchant, token) for merchant, token in sheet.merchant_tokens.items()]
    async with reach(address, size.clients) as service:
        programme_id, products = await _products(service, sheet.operator_token)
        before = await balances(service, sheet.operator_token, programme_id)
        gifts = await _gifts(service, tally, sheet, tills, products, size.cards)
        recharges = await _recharges(service, tally, sheet, tills, products, size.members)
        welfare: list[SoldCard] = []
        if size.company_cards and sheet.people:
            with progress("a company's cards are made") as advance:
                product = products["gift"]
                welfare = await order_welfare_cards(service, tally, sheet.people, product, size.company_cards, advance)
        with progress("members join") as advance:
            people = await join(service, tally, programme_id, size.members, advance)
        with progress("recharge cards are loaded") as advance:
            await load(service, tally, people, recharges, advance)
        started = time.perf_counter()
        with progress("trade") as advance:
            chance = random.Random(size.seed)  # noqa: S311 (no secret depends on it)
            day = Day(service, tally, tills, [*gifts[SPOILT:], *welfare], people, chance, gifts[:SPOILT])
            await day.trade(size.operations, size.clients, advance)
        seconds = time.perf_counter() - started
        after = await balances(service, sheet.operator_token, programme_id)
        proofs = await _proofs(service, sheet.operator_token)
        summary = (
            ("cards sold", len(gifts) + len(recharges)),
            ("cards activated by a company", len(welfare)),
            ("members", len(people)),
            ("operations", size.operations),
            ("seconds of trade", round(seconds, 1)),
            ("operations per second", round(size.operations / seconds)),
            ("low-balance notices", tally.low_balances),
            ("requests sent again", service.repeated),
            ("surprises", len(tally.surprises)),
        )
    return Report(tally, compare(tally, before, after), proofs, summary)


async def _proofs(service: Service, operator: str) -> Json:
    """What the proofs of the whole book say, asked for now."""
    asked = await service.post("/v1/proof-runs", operator, {}, key=fresh_key())
    run = asked.expect(202).body
    with progress("the book is proven") as advance:
        while run["state"] in {RunState.ASKED, RunState.RUNNING}:
            await asyncio.sleep(_LOOK_EVERY_S)
            run = (await service.get(f"/v1/proof-runs/{run['id']}", operator)).expect(200).body
            if run["progress"] is not None:
                advance(run["progress"]["done"], run["progress"]["of"])
    if run["result"] is None:
        raise UnexpectedAnswer(f"the proofs have ended with {run['code']}")
    result: Json = run["result"]
    return result


async def _products(service: Service, operator: str) -> tuple[str, dict[str, str]]:
    programmes = (await service.get("/v1/programmes", operator)).expect(200).body["items"]
    found = next((each["id"] for each in programmes if each["code"] == PROGRAMME), None)
    if found is None:
        raise UnexpectedAnswer(f"the service has no programme {PROGRAMME}")
    products = (await service.get(f"/v1/programmes/{found}/products", operator)).expect(200).body["items"]
    return found, {each["code"]: each["id"] for each in products}


async def _gifts(
    service: Service, tally: Tally, sheet: DemoSheet, tills: Sequence[Till], products: dict[str, str], count: int
) -> list[SoldCard]:
    orders = [
        Order(products["gift"], face_minor, share)
        for face_minor, share in zip(GIFT_FACES_MINOR, _shares(count - count // 20, len(GIFT_FACES_MINOR)), strict=True)
    ]
    orders.append(Order(products["gift-registered"], REGISTERED_FACE_MINOR, count // 20))
    return await _sold(service, tally, sheet, tills, orders, "gift cards are sold")


async def _recharges(
    service: Service, tally: Tally, sheet: DemoSheet, tills: Sequence[Till], products: dict[str, str], count: int
) -> list[SoldCard]:
    shares = _shares(count, len(RECHARGE_FACES_MINOR))
    orders = [
        Order(products["recharge"], face_minor, share)
        for face_minor, share in zip(RECHARGE_FACES_MINOR, shares, strict=True)
        if share
    ]
    return await _sold(service, tally, sheet, tills, orders, "recharge cards are sold")


async def _sold(
    service: Service, tally: Tally, sheet: DemoSheet, tills: Sequence[Till], orders: Sequence[Order], title: str
) -> list[SoldCard]:
    sold: list[SoldCard] = []
    whole = sum(each.count for each in orders)
    with progress(title) as advance:
        for order in orders:
            cards = await order_cards(service, sheet.operator_token, order)
            await activate(service, tally, tills, cards)
            sold += cards
            advance(len(sold), whole)
    return sold


def _shares(count: int, parts: int) -> list[int]:
    """``count`` in almost equal parts."""
    return [count // parts + (at < count % parts) for at in range(parts)]
