"""The day at the tills: many clients at once sell, reserve, take back, mistype and repeat themselves."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from florin.cli.demonstration.http_client import Json, Reply, Service, fresh_key
from florin.cli.demonstration.people import Person
from florin.cli.demonstration.stock import SoldCard
from florin.cli.demonstration.tally import Tally
from florin.cli.progress import Advance

CURRENCY: Final = "CNY"
REPEATS: Final = 0.1
"""A tenth of all requests is sent twice, and half of those with another amount (a trap that must be refused)."""
HALF: Final = 0.5

_WEIGHTS: Final = {
    "sell": 60,
    "sell_to_member": 15,
    "refund": 6,
    "hold_and_capture": 6,
    "hold_and_release": 3,
    "void": 3,
    "reverse": 3,
    "reverse_first": 2,
    "mistype": 2,
}


@dataclass(slots=True)
class Till:
    """A merchant's till: its API key, and what it sells today."""

    merchant: str
    token: str = field(repr=False)


@dataclass(slots=True)
class Day:
    """Everybody at work: cards and members that pay, tills that take, and the notes that they make."""

    service: Service
    tally: Tally
    tills: Sequence[Till]
    cards: Sequence[SoldCard]
    people: Sequence[Person]
    chance: random.Random
    spoilt: Sequence[SoldCard] = ()
    _references: int = 0

    async def trade(self, operations: int, clients: int, advance: Advance) -> None:
        """Do so many operations from so many clients at once."""
        left = iter(range(operations))
        done = 0

        async def client() -> None:
            nonlocal done
            for _ in left:
                await self._one()
                done += 1
                advance(done, operations)

        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client())

    async def _one(self) -> None:
        kinds: dict[str, Callable[[Till], Awaitable[object]]] = {
            "sell": self._sell,
            "sell_to_member": self._sell_to_member,
            "refund": self._refund,
            "hold_and_capture": self._hold_and_capture,
            "hold_and_release": self._hold_and_release,
            "void": self._void,
            "reverse": self._reverse,
            "reverse_first": self._reverse_first,
            "mistype": self._mistype,
        }
        (kind,) = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        await kinds[kind](self.chance.choice(self.tills))

    # What happens at a till -------------------------------------------------------------------------------------------

    async def _sell(self, till: Till) -> Reply:
        card = self.chance.choice(self.cards)
        body = self._purchase(card.pay_with(), self._price(card.denomination_minor))
        reply = await self._take("purchase by card", till, body)
        if reply.code == "insufficient_funds" and self.chance.random() < HALF:
            body = {**body, "reference": self._reference(), "allow_partial": True}
            reply = await self._take("purchase of what is left", till, body)
        return reply

    async def _sell_to_member(self, till: Till) -> None:
        if not self.people:
            return
        person = self.chance.choice(self.people)
        async with person.at_a_till:
            code = self.tally.expect(
                "payment code", await person.payment_code(self.service), "approved", "rate_limited"
            )
            if code.code == "approved":
                pay_with = {"payment_code": code.body["code"]}
                await self._take("purchase by member", till, self._purchase(pay_with, self._price(200_00)))

    async def _refund(self, till: Till) -> None:
        sold = await self._sell(till)
        if sold.code != "approved":
            return
        part_minor = self.chance.randint(1, sold.body["approved"]["amount"])
        path = f"/v1/purchases/{sold.body['id']}/refunds"
        body = {"reference": self._reference(), "amount": _amount(part_minor)}
        reply = self.tally.expect("refund", await self._money(path, till, body), "approved", "refund_above_cap")
        if reply.code == "approved":
            self.tally.returned_minor += part_minor
            too_much = {"reference": self._reference(), "amount": _amount(sold.body["approved"]["amount"])}
            again = await self._money(path, till, too_much)
            self.tally.expect("refund of more than remains", again, "refund_exceeds_remaining")

    async def _hold(self, till: Till) -> Reply:
        card = self.chance.choice(self.cards)
        body = self._purchase(card.pay_with(), self._price(card.denomination_minor))
        return self.tally.expect("hold", await self._money("/v1/holds", till, body), "approved", "insufficient_funds")

    async def _hold_and_capture(self, till: Till) -> None:
        held = await self._hold(till)
        if held.code != "approved":
            return
        taken_minor = self.chance.randint(1, held.body["amount"]["amount"])
        body = {"reference": self._reference(), "amount": _amount(taken_minor)}
        path = f"/v1/holds/{held.body['id']}/capture"
        reply = self.tally.expect("capture", await self._money(path, till, body), "approved", "hold_expired")
        self._wrote_down(reply)

    async def _hold_and_release(self, till: Till) -> None:
        held = await self._hold(till)
        if held.code == "approved":
            path = f"/v1/holds/{held.body['id']}/release"
            self.tally.expect("release", await self._money(path, till, {}), "approved", "hold_expired")

    async def _void(self, till: Till) -> None:
        sold = await self._sell(till)
        if sold.code == "approved":
            reply = await self._money(f"/v1/purchases/{sold.body['id']}/void", till, {})
            self.tally.expect("void", reply, "approved")
            self.tally.returned_minor += sold.body["approved"]["amount"]

    async def _reverse(self, till: Till) -> None:
        sold = await self._sell(till)
        if sold.code == "approved":
            body = {"original_reference": sold.body["reference"]}
            self.tally.expect("reversal", await self._money("/v1/reversals", till, body), "approved")
            self.tally.returned_minor += sold.body["approved"]["amount"]

    async def _reverse_first(self, till: Till) -> None:
        card = self.chance.choice(self.cards)
        late = self._purchase(card.pay_with(), 100)
        body = {"original_reference": late["reference"]}
        self.tally.expect("reversal before its purchase", await self._money("/v1/reversals", till, body), "approved")
        reply = await self._money("/v1/purchases", till, late)
        self.tally.expect("purchase after its reversal", reply, "already_reversed")

    async def _mistype(self, till: Till) -> None:
        if not self.spoilt:
            return
        card = self.chance.choice(self.spoilt)
        body = self._purchase(card.pay_with(pin="00000000"), 100)
        reply = await self._money("/v1/purchases", till, body)
        self.tally.expect("purchase with a wrong PIN", reply, "card_not_accepted")

    # How a till asks --------------------------------------------------------------------------------------------------

    async def _take(self, what: str, till: Till, body: Json) -> Reply:
        key = fresh_key()
        reply = await self.service.post("/v1/purchases", till.token, body, key=key)
        self.tally.expect(what, reply, "approved", "insufficient_funds")
        self._wrote_down(reply)
        if self.chance.random() < REPEATS:
            await self._repeat(till, body, key, reply)
        return reply

    async def _repeat(self, till: Till, body: Json, key: str, first: Reply) -> None:
        if self.chance.random() < HALF:
            altered = {**body, "amount": _amount(body["amount"]["amount"] + 1)}
            reply = await self.service.post("/v1/purchases", till.token, altered, key=key)
            self.tally.expect("repeat with another amount", reply, "idempotency_key_reused")
            return
        again = await self.service.post("/v1/purchases", till.token, body, key=key)
        self.tally.expect("repeat", again, first.code)
        if not again.replayed:
            self.tally.surprise("a repeated request was carried out again")

    async def _money(self, path: str, till: Till, body: Json) -> Reply:
        return await self.service.post(path, till.token, body, key=fresh_key())

    def _wrote_down(self, reply: Reply) -> None:
        if reply.code == "approved":
            self.tally.taken_minor += reply.body["approved"]["amount"]
            self.tally.low_balances += reply.body["low_balance"]

    def _purchase(self, pay_with: Json, amount_minor: int) -> Json:
        return {"pay_with": pay_with, "amount": _amount(amount_minor), "reference": self._reference()}

    def _reference(self) -> str:
        self._references += 1
        return f"demo-{fresh_key()[:8]}-{self._references}"

    def _price(self, face_minor: int) -> int:
        """Mostly small, now and then as much as a card is worth when new."""
        return self.chance.randint(50, max(100, face_minor // self.chance.choice((1, 4, 10, 20))))


def _amount(amount_minor: int) -> Json:
    return {"amount": amount_minor, "currency": CURRENCY}
