"""A closure over HTTP, from the wish to leave to the refund that comes later, and what is wrong at each step."""

import csv
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO, StringIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import httpx
import pypdf
import pytest

from florin.batch.notices.send_notices import Senders
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.notice import Channel
from florin.domain.people import Actor, Role
from florin.gateways.mail import MailServer, SmtpMail
from florin.gateways.short_message import SpooledShortMessages
from florin.storage.posting.request import Caller
from florin.storage.turns import open_turns
from tests.api.client import Client, cny
from tests.api.conftest import Doors
from tests.clearing.closures.leaving import ACCOUNT, NAME, Leaving, as_caller
from tests.clearing.every_proof import findings
from tests.corporate import PASSWORD, PASSWORD_HASH, Corporate, code_at
from tests.mailbox import Mailbox, open_mailbox
from tests.till import Till, fresh
from tests.world import World

Json = Any


def problem(response: httpx.Response) -> str:
    """Why not; the status of each is the catalogue's."""
    code = response.json().get("code", response.text)
    return str(code)


BANK: Final = {"holder": ACCOUNT.holder, "bank": ACCOUNT.bank, "number": ACCOUNT.number}
PAIN: Final = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@dataclass(frozen=True)
class Counter:
    """Where members leave: everybody who has a part in it, each by HTTP alone, and a mail server for the codes."""

    doors: Doors
    world: World
    leaving: Leaving
    senders: Senders
    mailbox: Mailbox

    @property
    def corporate(self) -> Corporate:
        return self.leaving.corporate

    def person(self, actor: Actor) -> Client:
        return self.doors.person(actor)

    async def member(self) -> tuple[Client, Caller]:
        """A member with 100 yuan, a name and a mail address."""
        who = as_caller(await self.leaving.member(100_00))
        return self.doors.member(who), who

    async def spend(self, who: Caller, amount_minor: int, *, path: str = "/v1/purchases") -> httpx.Response:
        """The member pays at the till, with a payment code from before if there are no new ones."""
        code = self.world.payment_code(who).payment_code
        body = {"pay_with": {"payment_code": code}, "amount": cny(amount_minor), "reference": fresh("ref")}
        return await self.doors.shop.post(path, body)

    async def nothing_is_spent(self, who: Caller) -> None:
        """Neither at once nor later."""
        for path in ("/v1/purchases", "/v1/holds"):
            assert "member_not_active" == problem(await self.spend(who, 1, path=path))

    async def mailed_code(self) -> str:
        """The code of the mail that came last."""
        for channel in (Channel.EITHER, Channel.MAIL):
            await self.senders.send_waiting(channel)
        mail = message_from_bytes(self.mailbox.mails[-1], EmailMessage, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        (code,) = re.findall(r"\b\d{6}\b", body.get_content())
        return str(code)

    async def approve(self, closure: Json, by: Actor | None = None, *, key: str = "", **other: Json) -> httpx.Response:
        """Somebody approves what the closure says, with a fresh one-time code."""
        actor = by or self.corporate.manager
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL WHERE id = %s", (actor.login_id,))
        shown = (await self.person(actor).get(f"/v1/closures/{closure['id']}")).json()
        body = {
            "amount": shown["amount"],
            "details_hash": shown["details_hash"],
            "totp_code": code_at(datetime.now(UTC)),
            **other,
        }
        return await self.person(actor).post(f"/v1/closures/{closure['id']}/approve", body, key=key)


@pytest.fixture
async def counter(doors: Doors, world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    leaving = Leaving(doors.house, Till(doors.house, world.shop), Corporate(world))
    leaving.bank_account()
    async with open_mailbox() as mailbox, open_turns(doors.house.pool) as turns:
        mail = SmtpMail(MailServer("localhost", mailbox.port, "none"), "Farm <farm@florin.example>")
        spool = SpooledShortMessages(tmp_path_factory.mktemp("sms"))
        yield Counter(doors, world, leaving, Senders(doors.house, turns, mail, spool), mailbox)
        await mail.close()


# Each step, with what is wrong at it ----------------------------------------------------------------------------------


async def requested(counter: Counter, member: Client, who: Caller) -> Json:
    """The member asks, at last rightly."""
    path, asked = "/v1/me/closure", {"account": BANK}
    stranger = {**BANK, "holder": "李大蜂"}
    assert "payout_account_not_own" == problem(await member.post(path, {"account": stranger}))
    assert "payout_account_required" == problem(await member.post(path))
    assert "invalid_request" == problem(await member.post(path, {**asked, "in_cash": True}))
    assert "idempotency_key_missing" == problem(await member.post(path, asked, key=None))

    hold = await counter.spend(who, 1_00, path="/v1/holds")
    assert "open_holds" == problem(await member.post(path, asked))
    await counter.doors.shop.post(f"/v1/holds/{hold.json()['id']}/release")
    bought = (await counter.spend(who, 20_00)).json()
    disputed = {"kind": "dispute", "text": "it was off", "purchase_id": bought["id"]}
    case = (await member.post("/v1/me/cases", disputed)).json()
    assert "dispute_open" == problem(await member.post(path, asked))
    desk = counter.person(counter.corporate.operator)
    for step in ("assign", "reject", "close"):
        done = await desk.post(f"/v1/cases/{case['id']}/steps", {"operation": step, "text": "it was fresh"})
        assert 200 == done.status_code, done.text

    key = fresh("key")
    made = await member.post(path, asked, key=key)
    closure = made.json()
    assert (201, "requested", cny(80_00)) == (made.status_code, closure["status"], closure["amount"])
    assert closure == (await member.post(path, asked, key=key)).json()
    assert "idempotency_key_reused" == problem(await member.post(path, {"in_cash": True}, key=key))
    assert "closure_under_way" == problem(await member.post(path, asked))
    assert "member_not_active" == problem(await member.post("/v1/me/payment-codes"))
    return {**closure, "purchase_id": bought["id"]}


async def confirmed(counter: Counter, member: Client, closure: Json) -> None:
    """The holder confirms by the code that has come by mail, and by no other."""
    code = await counter.mailed_code()
    other_member, _ = await counter.member()
    other = (await other_member.post("/v1/me/closure", {"account": BANK})).json()
    others_code = await counter.mailed_code()
    wrong, path = f"{(int(code) + 1) % 10**6:06}", f"/v1/closures/{closure['id']}/confirm"
    refused = "closure_code_incorrect"
    for guess in (wrong, others_code if others_code != code else wrong):
        assert refused == problem(await counter.doors.nobody.post(path, {"code": guess}, key=None))
    assert refused == problem(await other_member.post("/v1/me/closure/confirm", {"code": code}, key=None))
    assert "closure_not_in_state" == problem(await counter.approve(closure))
    done = await member.post("/v1/me/closure/confirm", {"code": code}, key=None)
    assert ("verified", "code") == (done.json()["status"], done.json()["verified_by"])
    assert refused == problem(await counter.doors.nobody.post(path, {"code": code}, key=None))
    cancelled = await other_member.post("/v1/me/closure/cancel")
    assert ("cancelled", cny(100_00)) == (cancelled.json()["status"], cancelled.json()["balance"])
    assert refused == problem(
        await counter.doors.nobody.post(f"/v1/closures/{other['id']}/confirm", {"code": others_code}, key=None)
    )


async def approved(counter: Counter, member: Client, closure: Json) -> None:
    """A second person approves, once, after the days in which the holder may think better of it."""
    assert "closure_cooling_off" == problem(await counter.approve(closure))
    counter.leaving.cool()
    operator = counter.corporate.operator
    assert "insufficient_scope" == problem(await counter.approve(closure, operator))
    euro = {"amount": 80_00, "currency": "EUR"}
    for other in ({"amount": cny(79_99)}, {"amount": euro}, {"details_hash": "00" * 32}):
        assert "closure_changed" == problem(await counter.approve(closure, **other))
    assert "totp_code_incorrect" == problem(await counter.approve(closure, totp_code="000000"))
    certificate = f"/v1/closures/{closure['id']}/certificate"
    desk = counter.person(operator)
    assert "closure_not_in_state" == problem(await desk.get(certificate))

    key = fresh("key")
    made = await counter.approve(closure, key=key)
    assert (200, "approved", cny(80_00)) == (made.status_code, made.json()["status"], made.json()["amount"])
    again = await counter.approve(closure, key=key)
    assert (made.json(), "true") == (again.json(), again.headers["Idempotent-Replayed"])
    assert "closure_not_in_state" == problem(await counter.approve(closure))
    reason = {"reason": "second thoughts"}
    assert "closure_not_in_state" == problem(await desk.post(f"/v1/closures/{closure['id']}/cancel", reason))
    assert 401 == (await member.post("/v1/me/closure/cancel")).status_code
    assert 401 == (await member.get("/v1/me")).status_code


async def paid(counter: Counter, closure: Json, amount_minor: int) -> None:
    """Finance pays what is due by a file, and settles it by the bank's statement."""
    wanted = {"programme_id": wire_id("programme", counter.world.home)}
    finance, manager = counter.person(counter.corporate.finance), counter.person(counter.corporate.manager)
    (due,) = (await finance.get("/v1/closure-payouts?status=due")).json()["items"]
    settle, statement = f"/v1/closure-payouts/{due['id']}/settle", {"bank_reference": fresh("bank")}
    assert (closure["id"], cny(amount_minor)) == (due["closure_id"], due["amount"])
    assert "payout_not_in_state" == problem(await finance.post(settle, statement))
    assert "insufficient_scope" == problem(await manager.post("/v1/payout-files", wanted, key=None))
    file = (await finance.post("/v1/payout-files", wanted, key=None)).json()
    assert (1, cny(amount_minor)) == (file["payouts"], file["total"])
    assert "nothing_to_pay" == problem(await finance.post("/v1/payout-files", wanted, key=None))

    table = await finance.get(f"/v1/payout-files/{file['id']}/csv")
    _, payment, total = csv.reader(StringIO(table.content.decode("utf-8-sig")))
    written = format_minor(amount_minor, "CNY")
    assert [due["id"].removeprefix("cpo_"), NAME, ACCOUNT.bank, ACCOUNT.number, written] == payment[:5]
    assert ["1", written] == total[3:5]
    document = ET.fromstring((await finance.get(f"/v1/payout-files/{file['id']}/pain_001")).content)  # noqa: S314 (ours)
    texts = [document.findtext(f".//p:{each}", None, PAIN) for each in ("CtrlSum", "EndToEndId", "InstdAmt", "Ustrd")]
    assert [written, payment[0], written, closure["id"]] == texts
    assert "insufficient_scope" == problem(await manager.get(f"/v1/payout-files/{file['id']}/csv"))

    assert "invalid_request" == problem(await finance.post(settle, {"bank_reference": ""}))
    assert "insufficient_scope" == problem(await manager.post(settle, statement))
    assert "settled" == (await finance.post(settle, statement)).json()["status"]
    assert "payout_not_in_state" == problem(await finance.post(settle, {"bank_reference": fresh("bank")}))


async def certified(counter: Counter, closure: Json) -> str:
    """The words of the certificate, without the spaces between them."""
    response = await counter.person(counter.corporate.operator).get(f"/v1/closures/{closure['id']}/certificate")
    assert "application/pdf" == response.headers["content-type"]
    pages = pypdf.PdfReader(BytesIO(response.content)).pages
    return "".join("".join(page.extract_text().replace("\0", "").split()) for page in pages)


async def test_an_account_is_closed_and_paid_out_to_the_last_refund(counter: Counter) -> None:
    member, who = await counter.member()
    closure = await requested(counter, member, who)
    await counter.nothing_is_spent(who)
    await confirmed(counter, member, closure)
    await counter.nothing_is_spent(who)
    await approved(counter, member, closure)
    await counter.nothing_is_spent(who)
    await paid(counter, closure, 80_00)
    words = await certified(counter, closure)
    assert all(each in words for each in (NAME, closure["owner_id"], closure["id"], "****4567", "已付款Paid80.00CNY"))
    assert "退货" not in words.split("Amount")[1].split("账户已关闭")[0]

    given_back = {"reference": fresh("ref"), "amount": cny(15_00)}
    refund = await counter.doors.shop.post(f"/v1/purchases/{closure['purchase_id']}/refunds", given_back)
    assert 201 == refund.status_code, refund.text
    listed = (
        await counter.person(counter.corporate.finance).get(f"/v1/closures?member_id={closure['owner_id']}")
    ).json()
    assert [(cny(80_00), cny(15_00))] == [(each["requested"], each["to_pay"]) for each in listed["items"]]
    await paid(counter, closure, 15_00)
    assert "退货Refund转账Banktransfer已付款Paid15.00CNY" in await certified(counter, closure)
    shown = (await counter.person(counter.corporate.finance).get(f"/v1/closures/{closure['id']}")).json()
    assert [("closure", "settled"), ("given_back", "settled")] == [
        (each["cause"], each["status"]) for each in shown["payouts"]
    ]
    async with counter.doors.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_who_asks_in_a_members_place_does_not_approve(counter: Counter) -> None:
    maker = counter.corporate.person(Role.OPERATOR, Role.MANAGER)
    twin = counter.corporate.person(Role.MANAGER, same_as=maker)
    _, who = await counter.member()
    asked = {"member_id": wire_id("member", who.id), "account": BANK}
    made = await counter.person(maker).post("/v1/closures", asked)
    closure, code = made.json(), await counter.mailed_code()
    await counter.doors.nobody.post(f"/v1/closures/{closure['id']}/confirm", {"code": code}, key=None)
    counter.leaving.cool()
    for actor in (maker, twin):
        assert "same_person" == problem(await counter.approve(closure, actor))
    assert "approved" == (await counter.approve(closure)).json()["status"]


async def test_a_one_time_code_does_one_thing_and_nothing_else(counter: Counter) -> None:
    who = as_caller(await counter.leaving.member(totp=True))
    named = "UPDATE member SET user_name = 'wanda', password_hash = %s WHERE id = %s"
    counter.world.connection.execute(named, (PASSWORD_HASH, who.id))
    code = code_at(datetime.now(UTC))
    credentials = {
        "programme_id": wire_id("programme", counter.world.home), "name": "wanda", "password": PASSWORD,
        "totp_code": code,
    }  # fmt: skip
    signed_in = await counter.doors.nobody.post("/v1/sessions", credentials, key=None)
    member = counter.doors.nobody.having(signed_in.json()["token"])
    first = (await member.post("/v1/me/closure", {"account": BANK})).json()
    path = "/v1/me/closure/confirm-totp"
    # The code has let the member in, so it confirms nothing.
    used = {"totp_code": code, "details_hash": first["details_hash"]}
    assert "totp_code_incorrect" == problem(await member.post(path, used, key=None))
    fresh_code = {**used, "totp_code": code_at(datetime.now(UTC), 1)}
    assert "closure_changed" == problem(await member.post(path, {**fresh_code, "details_hash": "00" * 32}, key=None))
    assert "verified" == (await member.post(path, fresh_code, key=None)).json()["status"]
    await member.post("/v1/me/closure/cancel")
    second = (await member.post("/v1/me/closure", {"account": BANK})).json()
    again = {**fresh_code, "details_hash": second["details_hash"]}
    assert "totp_code_incorrect" == problem(await member.post(path, again, key=None))


async def test_an_approvers_code_approves_one_closure(counter: Counter) -> None:
    leaving, manager = counter.leaving, counter.corporate.manager
    closures = [await leaving.verified(await leaving.member(10_00)) for _ in range(2)]
    leaving.cool()
    first, second = [{"id": wire_id("closure", each)} for each in closures]
    made = await counter.approve(first, manager)
    shown = (await counter.person(manager).get(f"/v1/closures/{second['id']}")).json()
    body = {**json.loads(made.request.content), "details_hash": shown["details_hash"]}
    path = f"/v1/closures/{second['id']}/approve"
    assert "totp_code_incorrect" == problem(await counter.person(manager).post(path, body))
    assert "approved" == (await counter.approve(second, counter.corporate.person(Role.MANAGER))).json()["status"]
