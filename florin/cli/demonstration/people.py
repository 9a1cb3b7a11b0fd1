"""The members: they read the agreement, register, sign in, give their names, and load recharge cards."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from florin.cli.demonstration.http_client import Json, Reply, Service, fresh_key
from florin.cli.demonstration.stock import SoldCard
from florin.cli.demonstration.tally import Tally
from florin.cli.progress import Advance

AT_ONCE = 8
_NAMELESS = 10
"""Every so manieth member keeps the real name back, and may then hold no more than a bearer card."""
_CAPPED = ("limit_exceeded", "real_name_required")


@dataclass(slots=True)
class Person:
    """A member who has signed in; at one till at a time, because a new payment code withdraws the one before."""

    user_name: str
    token: str = field(repr=False)
    at_a_till: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def payment_code(self, service: Service) -> Reply:
        """A fresh code to show at a till."""
        return await service.post("/v1/me/payment-codes", self.token, {})


async def join(service: Service, tally: Tally, programme_id: str, count: int, advance: Advance) -> list[Person]:
    """Register so many members, and sign them in."""
    agreement = (await service.get(f"/v1/programmes/{programme_id}/agreements/current")).expect(200).body
    people: list[Person] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(at: int) -> None:
        async with gate:
            person = await _join(service, tally, programme_id, agreement["version"])
            if at % _NAMELESS:
                await _give_name(service, tally, person)
            people.append(person)
            advance(len(people), count)

    async with asyncio.TaskGroup() as group:
        for at in range(count):
            group.create_task(one(at))
    return people


async def _join(service: Service, tally: Tally, programme_id: str, agreement_version: str) -> Person:
    user_name, password = f"demo.{secrets.token_hex(6)}", secrets.token_urlsafe(12)
    body: Json = {
        "programme_id": programme_id,
        "user_name": user_name,
        "password": password,
        "mail": f"{user_name}@honeynut.example",
        "agreement_version": agreement_version,
    }
    tally.expect("registration", await service.post("/v1/members", None, body), "approved")
    sign_in = {"programme_id": programme_id, "name": user_name, "password": password}
    session = tally.expect("sign-in", await service.post("/v1/sessions", None, sign_in), "approved")
    return Person(user_name, session.expect(200, 201).body["token"])


async def _give_name(service: Service, tally: Tally, person: Person) -> None:
    number = f"E{secrets.randbelow(10**8):08}"
    identity: Json = {"name": "Demo Member", "document_kind": "passport", "document_number": number}
    tally.expect("real name", await service.put("/v1/me/identity", person.token, identity), "approved")


async def load(
    service: Service, tally: Tally, people: Sequence[Person], cards: Sequence[SoldCard], advance: Advance
) -> None:
    """Give each card to a member, who looks at its amount first, loads it, and tries in vain to load it again."""
    gate = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(person: Person, card: SoldCard) -> None:
        nonlocal done
        async with gate:
            await _load(service, tally, person, card)
        done += 1
        advance(done, len(cards))

    async with asyncio.TaskGroup() as group:
        for at, card in enumerate(cards):
            group.create_task(one(people[at % len(people)], card))


async def _load(service: Service, tally: Tally, person: Person, card: SoldCard) -> None:
    secret = {"number": card.number, "pin": card.pin}
    preview = await service.post("/v1/me/load-previews", person.token, secret)
    shown = tally.expect("preview of a load", preview, "approved", *_CAPPED)
    if shown.code == "approved" and shown.body["amount"]["amount"] != card.denomination_minor:
        tally.surprise("a preview showed another amount than the card's")
    answer = await service.post("/v1/me/loads", person.token, secret, key=fresh_key())
    loaded = tally.expect("load", answer, "approved", *_CAPPED)
    if loaded.code == "approved":
        tally.loaded_minor += card.denomination_minor
        again = await service.post("/v1/me/loads", person.token, secret, key=fresh_key())
        tally.expect("second load of a card", again, "card_redeemed")
