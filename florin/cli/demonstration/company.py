"""A company that orders welfare cards: from the draft to activated cards in its employees' hands.

Everybody involved is another person: who orders, who consents, who approves for the farm, who records the money, who
fetches the files, who reads their passwords, and who confirms that they came.
"""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyzipper  # type: ignore[import-untyped]  # the library ships no types

from florin.batch.demo_people import DemoPerson
from florin.cli.demonstration.desk import AtWork
from florin.cli.demonstration.http_client import Json, Service, UnexpectedAnswer, fresh_key
from florin.cli.demonstration.stock import SoldCard
from florin.cli.demonstration.tally import Tally
from florin.cli.progress import Advance

FACE_MINOR: Final = 100_00
_LOOK_AGAIN_S: Final = 0.3
_OURS: Final = {"name": "Honeynut Farm", "account": "6222020200012345678"}
_THEIRS: Final = {"name": "核桃谷软件有限公司", "account": "6217000010012345678"}


@dataclass(frozen=True, slots=True)
class _Team:
    """The people who see an order through."""

    manager: AtWork
    finance: AtWork
    buyer: AtWork
    assistant: AtWork
    approver: AtWork


async def order_welfare_cards(
    service: Service, tally: Tally, people: Sequence[DemoPerson], product_id: str, quantity: int, advance: Advance
) -> list[SoldCard]:
    """Have a company order so many cards; return them activated.

    Raises:
        UnexpectedAnswer: a step was refused, so there is nothing to show.
    """
    by_name = {each.user_name: each for each in people}
    names = ("farm.manager", "farm.finance", "walnut.buyer", "walnut.assistant", "walnut.approver")
    team = _Team(*[await AtWork.sign_in(service, by_name[each]) for each in names])
    order = await _approved(service, tally, team, product_id, quantity)
    await _paid(service, tally, team.finance, order)
    await _made(service, team.buyer, order["id"], advance)
    cards = await _delivered(service, team, order["id"])
    await _activated(service, tally, team.assistant, order["id"])
    tally.ordered_minor += quantity * FACE_MINOR
    tally.paid_by_companies_minor += order["price"]["price"]["amount"]
    return cards


async def _approved(service: Service, tally: Tally, team: _Team, product_id: str, quantity: int) -> Json:
    line = {"product_id": product_id, "denomination": _amount(FACE_MINOR), "quantity": quantity}
    draft = {"delivery": "files", "lines": [line]}
    made = (await service.post("/v1/orders", team.buyer.token, draft, key=fresh_key())).expect(201).body
    path = f"/v1/orders/{made['id']}"
    submitted = (await service.post(f"{path}/submit", team.buyer.token, {})).expect(200).body
    consent = {"submission_hash": submitted["submission"]["submission_hash"]}
    by_maker = await service.post(f"{path}/approve", team.buyer.token, consent)
    tally.expect("approval by whoever ordered", by_maker, "insufficient_scope")
    if submitted["submission"]["needs_customer_approval"]:
        too_early = await service.post(f"{path}/approve", team.manager.token, consent)
        tally.expect("approval before the company's own", too_early, "approval_required")
        (await service.post(f"{path}/approve", team.approver.token, consent)).expect(200)
    return (await service.post(f"{path}/approve", team.manager.token, consent)).expect(200).body


async def _paid(service: Service, tally: Tally, finance: AtWork, order: Json) -> None:
    """In two transfers, the second of which the bank tells twice."""
    price_minor = order["price"]["price"]["amount"]
    first_minor = price_minor // 3
    for part_minor, times in ((first_minor, 1), (price_minor - first_minor, 2)):
        receipt = {
            "customer_id": order["customer_id"],
            "method": "bank_transfer",
            "bank_reference": f"demo-{fresh_key()[:16]}",
            "amount": _amount(part_minor),
            "payment_reference": order["payment_reference"],
            "received_on": datetime.now(UTC).date().isoformat(),
            "payer": _THEIRS,
            "payee": _OURS,
        }
        for _ in range(times):
            reply = await service.post("/v1/receipts", finance.token, receipt, key=fresh_key())
            tally.expect("receipt of a company", reply, "approved").expect(200, 201)
        tally.received_minor += part_minor


async def _made(service: Service, buyer: AtWork, order_id: str, advance: Advance) -> None:
    while True:
        progress = (await service.get(f"/v1/orders/{order_id}/progress", buyer.token)).expect(200).body
        advance(progress["generated"], progress["ordered"])
        if progress["status"] == "ready":
            return
        if progress["status"] not in ("funded", "generating"):
            raise UnexpectedAnswer(f"the order is {progress['status']}")
        await asyncio.sleep(_LOOK_AGAIN_S)


async def _delivered(service: Service, team: _Team, order_id: str) -> list[SoldCard]:
    """Both files, each fetched by one person and opened with a password that another has read."""
    numbers, pins = [await _file(service, team, order_id, part) for part in ("numbers", "pins")]
    pin_of = {(each["line"], each["serial"]): each["pin"] for each in pins}
    return [SoldCard(FACE_MINOR, each["number"], pin_of[each["line"], each["serial"]]) for each in numbers]


async def _file(service: Service, team: _Team, order_id: str, part: str) -> list[dict[str, str]]:
    wanted = {"part": part, "form": "zip", "totp_code": await team.buyer.fresh_code()}
    path = f"/v1/orders/{order_id}/deliveries"
    delivery = (await service.post(path, team.buyer.token, wanted, key=fresh_key())).expect(201).body
    path = f"/v1/deliveries/{delivery['id']}"
    closed = await service.download(f"{path}/file", team.buyer.token, method="POST")
    proof = {"totp_code": await team.approver.fresh_code()}
    password = (await service.post(f"{path}/password", team.approver.token, proof)).expect(200).body["password"]
    return await asyncio.to_thread(_opened, closed, password)


def _opened(closed: bytes, password: str) -> list[dict[str, str]]:
    with pyzipper.AESZipFile(io.BytesIO(closed)) as folder:
        (name,) = folder.namelist()
        return list(csv.DictReader(io.StringIO(folder.read(name, pwd=password.encode()).decode())))


async def _activated(service: Service, tally: Tally, assistant: AtWork, order_id: str) -> None:
    path = f"/v1/orders/{order_id}"
    proof: dict[str, Any] = {"totp_code": await assistant.fresh_code()}
    (await service.post(f"{path}/receipt-confirmation", assistant.token, proof)).expect(200)
    wanted = {"all": True, "totp_code": await assistant.fresh_code()}
    asked = (await service.post(f"{path}/activations", assistant.token, wanted, key=fresh_key())).expect(202).body
    while asked["status"] != "finished":
        await asyncio.sleep(_LOOK_AGAIN_S)
        asked = (await service.get(f"{path}/activations/{asked['id']}", assistant.token)).expect(200).body
    tally.outcomes["activation by a company", "approved"] += asked["activated"]
    if asked["refused"]:
        tally.surprise(f"activation by a company: {asked['refused']} cards refused")
    finished = (await service.get(path, assistant.token)).expect(200).body
    if finished["status"] != "activated":
        tally.surprise(f"an order whose cards are all activated is {finished['status']}")


def _amount(amount_minor: int) -> Json:
    return {"amount": amount_minor, "currency": "CNY"}
