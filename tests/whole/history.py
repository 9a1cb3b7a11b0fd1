"""A busy history over HTTP, in which every secret is used rightly, wrongly and where it does not belong."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pyotp

from florin.api.logs import looks_secret
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from tests.api.client import cny
from tests.corporate import Corporate, code_at, token_of
from tests.till import fresh
from tests.whole.running import Place, Service
from tests.world import KnownCard

Json = dict[str, Any]

_NAME: Final = "Canaria Vögelein"
_DOCUMENT: Final = "G27182818X"


def _password(what: str) -> str:
    return f"Canary {what} & {secrets.token_hex(8)}"


@dataclass
class History:
    """The history while it happens: every secret by its name, and every exchange."""

    place: Place
    service: Service
    secrets: dict[str, str] = field(default_factory=dict)
    exchanges: list[httpx.Response] = field(default_factory=list)
    cards: list[KnownCard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.till, self.operator, self.nobody = (
            self.service.client(token) for token in (self.place.till, self.place.operator, None)
        )
        self.home = wire_id("programme", self.place.world.home)

    def knows(self, name: str, secret: str) -> str:
        """Note a secret, and return it."""
        self.secrets[f"{name} {len(self.secrets)}"] = secret
        return secret

    def card(self, **columns: Any) -> KnownCard:  # noqa: ANN401 (columns of a card)
        """A card whose secrets are noted."""
        made = self.place.world.card(**columns)
        self.cards.append(made)
        self.knows("number", made.number)
        self.knows("PIN", made.pin)
        self.knows("e-code", made.ecode)
        return made

    def send(self, client: httpx.Client, method: str, path: str, body: object = None, **options: Any) -> Json:  # noqa: ANN401
        """A request with a fresh key; returns what was answered."""
        headers = {"Idempotency-Key": fresh("history"), **options.pop("headers", {})}
        reply = client.request(method, path, json=body, headers=headers, **options)
        self.exchanges.append(reply)
        return dict(reply.json()) if reply.content and "json" in reply.headers["content-type"] else {}

    def done(self, client: httpx.Client, method: str, path: str, body: object = None) -> Json:
        """A request that must succeed."""
        answer = self.send(client, method, path, body)
        assert self.exchanges[-1].is_success, self.exchanges[-1].text
        return answer


def live_through(place: Place, service: Service) -> History:
    """The whole history."""
    history = History(place, service)
    history.knows("till's token", place.till)
    history.knows("operator's token", place.operator)
    with history.till, history.operator, history.nobody:
        _trade(history)
        _membership(history)
        _desk(history)
    return history


def _trade(history: History) -> None:
    card = history.card(principal_minor=90_00)
    number_and_pin = {"number": card.number, "pin": card.pin}
    wrong = {"number": card.number, "pin": history.knows("wrong PIN", card.by_wrong_pin.pin)}
    for pay_with in ({"card": number_and_pin}, {"e_code": card.ecode}, {"card": wrong}):
        for path in ("/v1/purchases", "/v1/holds"):
            body = {"pay_with": pay_with, "amount": cny(1_00), "reference": fresh("ref")}
            history.send(history.till, "POST", path, body)
            _misuse(history, history.till, "POST", path, body, pay_with)
        item = {"pay_with": pay_with, "amount": cny(1_00), "reference": fresh("ref"), "key": fresh("key")}
        for items in ([item], [item, {"key": "x", **pay_with}]):
            history.send(history.till, "POST", "/v1/purchases/bulk", {"items": items})
    for path in ("/v1/card-inquiries", "/v1/till/card-inquiries"):
        for body in (number_and_pin, wrong):
            history.send(history.till, "POST", path, body)
            _misuse(history, history.till, "POST", path, body, body)
    stock = history.card(kind="registered_gift", status="in_stock")
    holder = {
        "name": history.knows("holder's name", _NAME),
        "document_kind": "passport",
        "document_number": history.knows("holder's document", _DOCUMENT),
    }
    body = {"number": stock.number, "reference": fresh("ref"), "holder": holder}
    history.done(history.till, "POST", "/v1/activations", body)
    history.send(history.till, "POST", "/v1/activations", {**body, "reference": fresh("ref")})
    _misuse(history, history.till, "POST", "/v1/activations", body, holder)
    history.send(history.till, "POST", "/v1/card-lookups", {"number": card.number})


def _membership(history: History) -> None:
    agreement = {"version": "2026", "text": "Be kind."}
    history.send(history.operator, "POST", f"/v1/programmes/{history.home}/agreements", agreement)
    password = history.knows("password", _password("password"))
    user = f"canary.{secrets.token_hex(4)}"
    registration = {
        "programme_id": history.home,
        "user_name": user,
        "password": password,
        "mail": history.knows("mail", f"canary.{secrets.token_hex(6)}@example.org"),
        "mobile": history.knows("mobile", f"+86139{secrets.randbelow(10**8):08}"),
        "agreement_version": "2026",
    }
    history.done(history.nobody, "POST", "/v1/members", registration)
    history.send(history.nobody, "POST", "/v1/members", registration)
    _misuse(history, history.nobody, "POST", "/v1/members", registration, {"password": password})
    sign_in = {"programme_id": history.home, "name": user, "password": password}
    history.send(
        history.nobody, "POST", "/v1/sessions", {**sign_in, "password": history.knows("wrong", _password("no"))}
    )
    token = history.knows("session", history.done(history.nobody, "POST", "/v1/sessions", sign_in)["token"])
    _misuse(history, history.nobody, "POST", "/v1/sessions", sign_in, {"password": password})
    with history.service.client(token) as member:
        _wallet(history, member)
        _profile(history, member, sign_in)


def _wallet(history: History, member: httpx.Client) -> None:
    card = history.card(kind="recharge")
    typed = {"number": card.number, "pin": card.pin}
    history.send(member, "POST", "/v1/me/load-previews", {**typed, "pin": card.by_wrong_pin.pin})
    history.done(member, "POST", "/v1/me/load-previews", typed)
    history.done(member, "POST", "/v1/me/loads", typed)
    history.send(member, "POST", "/v1/me/loads", typed)
    _misuse(history, member, "POST", "/v1/me/loads", typed, typed)
    code = history.knows("payment code", history.done(member, "POST", "/v1/me/payment-codes", {})["code"])
    body = {"pay_with": {"payment_code": code}, "amount": cny(5_00), "reference": fresh("ref")}
    history.done(history.till, "POST", "/v1/purchases", body)
    history.send(history.till, "POST", "/v1/purchases", {**body, "reference": fresh("ref")})
    _misuse(history, history.till, "POST", "/v1/purchases", body, body["pay_with"])
    for path in ("/v1/me", "/v1/me/balance", "/v1/me/statement", "/v1/me/purchases", "/v1/me/loads"):
        history.done(member, "GET", path)


def _profile(history: History, member: httpx.Client, sign_in: Json) -> None:
    password = {"password": sign_in["password"]}
    identity = {
        "name": history.knows("name", f"{_NAME} die Ältere"),
        "document_kind": "passport",
        "document_number": history.knows("document", "G31415926Y"),
    }
    history.done(member, "PUT", "/v1/me/identity", identity)
    _misuse(history, member, "PUT", "/v1/me/identity", identity, identity)
    mail = history.knows("new mail", f"canary.{secrets.token_hex(6)}@example.net")
    history.done(member, "PUT", "/v1/me/contacts", {**password, "mail": mail})
    secret = history.knows("TOTP secret", history.done(member, "POST", "/v1/me/totp", password)["secret"])
    codes = pyotp.TOTP(secret)
    history.send(member, "POST", "/v1/me/totp/confirm", {"code": f"{(int(codes.now()) + 1) % 10**6:06}"})
    history.done(member, "POST", "/v1/me/totp/confirm", {"code": codes.at(time.time() - 30)})
    now = codes.now()
    history.done(history.nobody, "POST", "/v1/sessions", {**sign_in, "totp_code": now})
    history.send(history.nobody, "POST", "/v1/sessions", {**sign_in, "totp_code": now})
    new = history.knows("new password", _password("new"))
    change = {**password, "totp_code": codes.at(time.time() + 30), "new_password": new}
    history.done(member, "PUT", "/v1/me/password", change)
    _misuse(history, member, "PUT", "/v1/me/password", change, {"new": new})


def _desk(history: History) -> None:
    administrator = token_of(Corporate(history.place.world).person(Role.ADMINISTRATOR).session_id)
    person = {
        "user_name": f"canary.{secrets.token_hex(4)}",
        "name": history.knows("colleague's name", f"{_NAME} die Jüngere"),
        "mobile": history.knows("colleague's mobile", f"+86137{secrets.randbelow(10**8):08}"),
        "document": {"kind": "passport", "number": history.knows("colleague's document", "G14142135Z")},
        "roles": ["operator"],
        "totp_code": code_at(datetime.now(UTC)),
    }
    with history.service.client(history.knows("administrator's session", administrator)) as keeper:
        added = history.done(keeper, "POST", "/v1/people", person)
        history.send(keeper, "POST", "/v1/people", person)
        _misuse(history, keeper, "POST", "/v1/people", person, {**person, "roles": "operator"})
    initial = history.knows("initial password", added["initial_password"])
    sign_in = {"user_name": person["user_name"], "password": initial}
    wrong = {**sign_in, "password": history.knows("wrong", _password("no"))}
    history.send(history.nobody, "POST", "/v1/desk/sessions", wrong)
    token = history.knows("desk session", history.done(history.nobody, "POST", "/v1/desk/sessions", sign_in)["token"])
    _misuse(history, history.nobody, "POST", "/v1/desk/sessions", sign_in, {"password": initial})
    with history.service.client(token) as colleague:
        _enrolment(history, colleague, initial)


def _enrolment(history: History, colleague: httpx.Client, initial: str) -> None:
    history.send(colleague, "GET", "/v1/people")
    change = {"password": initial, "new_password": history.knows("new password", _password("new"))}
    history.done(colleague, "PUT", "/v1/desk/password", change)
    _misuse(history, colleague, "PUT", "/v1/desk/password", change, {"new": change["new_password"]})
    again = {"password": change["new_password"]}
    secret = history.knows("TOTP secret", history.done(colleague, "POST", "/v1/desk/totp", again)["secret"])
    codes = pyotp.TOTP(secret)
    history.send(colleague, "POST", "/v1/desk/totp/confirm", {"code": f"{(int(codes.now()) + 1) % 10**6:06}"})
    history.done(colleague, "POST", "/v1/desk/totp/confirm", {"code": codes.now()})
    history.done(colleague, "GET", "/v1/desk/me")


def _misuse(
    history: History, client: httpx.Client, method: str, path: str, body: Json, told: Mapping[str, Any]
) -> None:
    """The same request spoilt in every way, and what it told put where it does not belong."""
    words = _words(told)
    text = json.dumps(body)
    headers = {"Idempotency-Key": fresh("misuse"), "Content-Type": "application/json"}
    for spoilt in (
        text[:-1],
        text + "}",
        text.replace(":", "", 1),
        text.replace('"', "'"),
        f"[{text}]",
        json.dumps(text),
    ):
        history.exchanges.append(client.request(method, path, content=spoilt.encode(), headers=headers))
    history.exchanges.append(
        client.request(
            method,
            path,
            content=text.encode(),
            headers={**headers, "Content-Type": text.encode("ascii", "replace").decode()[:200]},
        )
    )
    for word in words:
        for field_name in body:
            history.send(client, method, path, {**body, field_name: {word: word}})
            history.send(client, method, path, {**body, field_name: [word]})
        history.send(client, method, path, {**body, word: word})
        history.send(client, method, path, word)
        ascii_word = word.encode("ascii", "ignore").decode()
        history.send(client, "GET", path, params={"cursor": word, "limit": word, word: word})
        history.send(client, "GET", f"/v1/cards/{httpx.URL('/').copy_with(path='/' + word).raw_path.decode()[1:]}")
        history.send(client, "DELETE", path, params={"q": word})
        names = ["Authorization", "Idempotency-Key", "User-Agent", "Cookie", "Accept"]
        if looks_secret(word):
            # What somebody calls their request is kept, unless it has the form of a secret of ours.
            names.append("X-Request-Id")
        for name in names:
            value = f"Bearer {ascii_word}" if name == "Authorization" else ascii_word
            history.send(client, method, path, {**body, "surprise": 1}, headers={name: value})


def _words(told: Mapping[str, Any]) -> list[str]:
    """All texts in it, however deep."""
    found: list[str] = []
    for value in told.values():
        found += _words(value) if isinstance(value, Mapping) else [str(value)]
    return found


def register(nobody: httpx.Client, operator: httpx.Client, programme: str) -> tuple[str, str]:
    """A member who has just registered and signed in: id and token."""
    agreement = {"version": "2026", "text": "Be kind."}
    operator.post(f"/v1/programmes/{programme}/agreements", json=agreement)
    sign_in = {"programme_id": programme, "password": _password("visitor")}
    user, mail = f"visitor.{secrets.token_hex(4)}", f"visitor.{secrets.token_hex(4)}@example.org"
    registration = {**sign_in, "user_name": user, "mail": mail, "agreement_version": agreement["version"]}
    registered = nobody.post("/v1/members", json=registration)
    signed_in = nobody.post("/v1/sessions", json={**sign_in, "name": user})
    return registered.json()["id"], signed_in.json()["token"]
