"""The stock: cards ordered from the service, their file opened with our own key, sold and activated at the tills."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from florin.batch.card_file import PrintedCard, read_card_file
from florin.cli.demonstration.http_client import Json, Service, fresh_key
from florin.cli.demonstration.tally import Tally
from florin.crypto.recipient_file import new_identity

if TYPE_CHECKING:
    from florin.cli.demonstration.trade import Till

BATCH: Final = 500
# Five hundred cards at once are worth so much that whoever buys them gives a name, of whatever kind they are.
_BUYER: Final = {"name": "陈晓", "document_kind": "resident_id", "document_number": "11010519491231002X"}


@dataclass(frozen=True, slots=True)
class SoldCard:
    """A card in somebody's hand; the denomination in minor units."""

    denomination_minor: int
    number: str = field(repr=False)
    pin: str = field(repr=False)

    def pay_with(self, pin: str | None = None) -> Json:
        """What the till is shown."""
        return {"card": {"number": self.number, "pin": pin or self.pin}}


@dataclass(frozen=True, slots=True)
class Order:
    """So many cards of a product and denomination (minor units)."""

    product_id: str
    denomination_minor: int
    count: int


async def order_cards(service: Service, operator: str, order: Order) -> list[SoldCard]:
    """Have cards made, wait until they are ready, fetch their file and open it."""
    identity, recipient = new_identity()
    body = {
        "product_id": order.product_id,
        "denomination": {"amount": order.denomination_minor, "currency": "CNY"},
        "count": order.count,
        "recipient": recipient,
    }
    issue = (await service.post("/v1/card-issues", operator, body, key=fresh_key())).expect(201, 202).body
    while issue["status"] != "ready":
        await asyncio.sleep(0.2)
        issue = (await service.get(f"/v1/card-issues/{issue['id']}", operator)).expect(200).body
    sealed = await service.download(f"/v1/card-issues/{issue['id']}/file", operator)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "cards.age"
        path.write_bytes(sealed)
        printed: Sequence[PrintedCard] = read_card_file(path, identity)
    return [SoldCard(order.denomination_minor, each.number, each.pin) for each in printed]


async def activate(service: Service, tally: Tally, tills: Sequence["Till"], cards: Sequence[SoldCard]) -> None:
    """Sell cards over the counters of all tills, a list at a time."""
    for at in range(0, len(cards), BATCH):
        batch = cards[at : at + BATCH]
        till = tills[at // BATCH % len(tills)]
        items = [_item(each) for each in batch]
        reply = (await service.post("/v1/activations/bulk", till.token, {"items": items})).expect(200)
        for card, outcome in zip(batch, reply.body["items"], strict=True):
            code = "approved" if outcome["status"] < 400 else outcome["problem"]["code"]  # noqa: PLR2004 (RFC 9110)
            tally.outcomes["activation", code] += 1
            if code == "approved":
                tally.activated_minor += card.denomination_minor
            else:
                tally.surprise(f"activation: {code}")


def _item(card: SoldCard) -> Json:
    reference = f"sale-{fresh_key()[:16]}"
    return {"number": card.number, "reference": reference, "key": fresh_key(), "holder": _BUYER}
