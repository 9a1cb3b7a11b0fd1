"""Every route as every kind of caller, on things that are the shop's, a member's or a corporate customer's own.

The table says what each is to find; a route that is not in it fails the test, so that nothing is opened by oversight.
It has two groups of columns, in this order:

* machines and members: nobody (without a token), garbage (an invented token), revoked (a revoked one), unscoped (the
  shop's till without the route's scope), member (whose things they are), other (another member), rival (another shop's
  till), till (the shop's own, with all that tills may), operator (an operator's machine);
* people, who have signed in and are enrolled: buyer and approver (of the customer whose things they are), foreign (a
  buyer and approver of another customer), operator, manager, finance, finance approver, auditor, administrator (all six
  of the operator's own, each with that one role).

A sign is + for who is let in and finds the thing (a refusal for another reason counts as finding it), 0 for who is let
in and told that there is no such thing, - for who is not let in.
"""

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import Access, Audience
from florin.api.examples import CARD_AND_PIN, CARD_ID
from florin.api.management_examples import REGISTRATION
from florin.api.money_routes import MONEY_ROUTES
from florin.crypto.passwords import hash_password
from florin.crypto.tokens import API_KEY
from florin.domain.identifiers import PREFIXES
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.api.client import DOCUMENT, Client, cny
from tests.api.conftest import Doors, issue_key
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import NOON, KnownCard, World

pytestmark = pytest.mark.usefixtures("cheap_passwords")

MACHINES: Final = ("nobody", "garbage", "revoked", "unscoped", "member", "other", "rival", "till", "operator")
OUR_PEOPLE: Final = (
    Role.OPERATOR, Role.MANAGER, Role.FINANCE, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip
PEOPLE: Final = ("buyer", "approver", "foreign", *(f"our {role}" for role in OUR_PEOPLE))
CALLERS: Final = (*MACHINES, *PEOPLE)

SEEN_BY_ALL: Final = {"api_key", "issue", "merchant", "product", "programme"}
"""Things whose ids a stranger may meet in an answer: they are nobody's secret, or only the operator meets them."""

TABLE: Final = """
GET    /healthz                                                       +++++++++ +++++++++
GET    /metrics                                                       +++++++++ +++++++++
GET    /problems/{code}                                               +++++++++ +++++++++
GET    /readyz                                                        +++++++++ +++++++++
POST   /v1/activations                                                ------++- ---------
POST   /v1/activations/bulk                                           ------++- ---------
GET    /v1/api-keys                                                   --------+ ---------
POST   /v1/api-keys                                                   --------+ ---------
DELETE /v1/api-keys/{key_id}                                          --------+ ---------
POST   /v1/card-inquiries                                             +++++++++ +++++++++
POST   /v1/card-issues                                                --------+ ---------
GET    /v1/card-issues/{issue_id}                                     --------+ ---------
GET    /v1/card-issues/{issue_id}/file                                --------+ ---------
POST   /v1/card-lookups                                               ------0++ ---------
GET    /v1/cards/{card_id}                                            ------0++ ---------
POST   /v1/cards/{card_id}/block                                      --------+ ---------
GET    /v1/cards/{card_id}/statement                                  --------+ ---------
POST   /v1/cards/{card_id}/unblock                                    --------+ ---------
POST   /v1/cards/{card_id}/void                                       --------+ ---------
POST   /v1/claims                                                     000000000 000000000
POST   /v1/claims/preview                                             000000000 000000000
GET    /v1/customers                                                 --------- ---+++++-
POST   /v1/customers                                                 --------- ---+-----
GET    /v1/customers/{customer_id}                                   --------- ++0+++++-
PUT    /v1/customers/{customer_id}/approval-limit                    --------- -+0-+----
PUT    /v1/customers/{customer_id}/contacts                          --------- ++0+-----
GET    /v1/customers/{customer_id}/delivery-keys                     --------- ++0+++++-
POST   /v1/customers/{customer_id}/delivery-keys                     --------- ++0+-----
GET    /v1/customers/{customer_id}/funding                           --------- ++0+++++-
GET    /v1/customers/{customer_id}/people                             --------- ++0++--+-
POST   /v1/customers/{customer_id}/people                             --------- ---++----
POST   /v1/customers/{customer_id}/people/{login_id}/block            --------- ---++----
PUT    /v1/customers/{customer_id}/people/{login_id}/identity         --------- ---++----
POST   /v1/customers/{customer_id}/people/{login_id}/reset            --------- ----+----
POST   /v1/customers/{customer_id}/people/{login_id}/unblock          --------- ---++----
GET    /v1/customers/{customer_id}/refund-accounts                   --------- ++0+++++-
POST   /v1/customers/{customer_id}/refund-accounts                   --------- ++0+-+---
POST   /v1/customers/{customer_id}/resume                            --------- ----+----
POST   /v1/customers/{customer_id}/suspend                           --------- ----+----
GET    /v1/deliveries/{delivery_id}                                   --------- ++0+++++-
POST   /v1/deliveries/{delivery_id}/approve                           --------- -+0------
POST   /v1/deliveries/{delivery_id}/file                              --------- +-0------
POST   /v1/deliveries/{delivery_id}/password                          --------- -+0------
POST   /v1/deliveries/{delivery_id}/refuse                            --------- -+0------
POST   /v1/delivery-keys/{delivery_key_id}/approve                   --------- -+0-+----
POST   /v1/delivery-keys/{delivery_key_id}/refuse                    --------- -+0-+----
GET    /v1/desk/me                                                    --------- +++++++++
PUT    /v1/desk/password                                              --------- +++++++++
POST   /v1/desk/sessions                                              +++++++++ +++++++++
DELETE /v1/desk/sessions/current                                      --------- +++++++++
POST   /v1/desk/totp                                                  --------- +++++++++
POST   /v1/desk/totp/confirm                                          --------- +++++++++
GET    /v1/events                                                     --------+ ---------
GET    /v1/funding-refunds                                           --------- ++++++++-
POST   /v1/funding-refunds                                           --------- -----+---
GET    /v1/funding-refunds/{funding_refund_id}                       --------- ++0+++++-
POST   /v1/funding-refunds/{funding_refund_id}/approve               --------- ------+--
POST   /v1/funding-refunds/{funding_refund_id}/pay                   --------- -----+---
POST   /v1/funding-refunds/{funding_refund_id}/refuse                --------- ------+--
GET    /v1/holds                                                      ------+++ ---------
POST   /v1/holds                                                      ------++- ---------
GET    /v1/holds/{hold_id}                                            ------0++ ---------
POST   /v1/holds/{hold_id}/capture                                    ------0+- ---------
POST   /v1/holds/{hold_id}/release                                    ------0+- ---------
GET    /v1/journals/{journal_id}                                      --------+ ---------
GET    /v1/me                                                         ----++--- ---------
GET    /v1/me/balance                                                 ----++--- ---------
PUT    /v1/me/contacts                                                ----++--- ---------
PUT    /v1/me/identity                                                ----++--- ---------
POST   /v1/me/load-previews                                           ----++--- ---------
GET    /v1/me/loads                                                   ----++--- ---------
POST   /v1/me/loads                                                   ----++--- ---------
PUT    /v1/me/password                                                ----++--- ---------
POST   /v1/me/payment-codes                                           ----++--- ---------
GET    /v1/me/purchases                                               ----++--- ---------
GET    /v1/me/statement                                               ----++--- ---------
POST   /v1/me/totp                                                    ----++--- ---------
POST   /v1/me/totp/confirm                                            ----++--- ---------
POST   /v1/me/totp/remove                                             ----++--- ---------
GET    /v1/members                                                    --------+ ---------
POST   /v1/members                                                    +++++++++ +++++++++
GET    /v1/members/{member_id}                                        --------+ ---------
POST   /v1/members/{member_id}/block                                  --------+ ---------
POST   /v1/members/{member_id}/close                                  --------+ ---------
GET    /v1/members/{member_id}/statement                              --------+ ---------
POST   /v1/members/{member_id}/unblock                                --------+ ---------
GET    /v1/merchants                                                  ------+++ ---------
POST   /v1/merchants                                                  --------+ ---------
GET    /v1/merchants/{merchant_id}                                    ------0++ ---------
POST   /v1/merchants/{merchant_id}/resume                             --------+ ---------
POST   /v1/merchants/{merchant_id}/suspend                            --------+ ---------
GET    /v1/merchants/{merchant_id}/terminals                          ------0++ ---------
POST   /v1/merchants/{merchant_id}/terminals                          --------+ ---------
GET    /v1/operations                                                 ------+++ ---------
GET    /v1/orders                                                     --------- ++++++++-
POST   /v1/orders                                                     --------- +-0+-----
GET    /v1/orders/{order_id}                                          --------- ++0+++++-
GET    /v1/orders/{order_id}/activations                              --------- ++0+++++-
POST   /v1/orders/{order_id}/activations                              --------- +-0------
GET    /v1/orders/{order_id}/activations/{activation_id}              --------- ++0+++++-
POST   /v1/orders/{order_id}/approve                                  --------- -+0-+----
POST   /v1/orders/{order_id}/cancel                                   --------- +-0++----
GET    /v1/orders/{order_id}/cards                                    --------- ++0+++++-
GET    /v1/orders/{order_id}/cards.csv                                --------- ++0+++++-
GET    /v1/orders/{order_id}/cards.xlsx                               --------- ++0+++++-
GET    /v1/orders/{order_id}/deliveries                               --------- ++0+++++-
POST   /v1/orders/{order_id}/deliveries                               --------- +-0------
PUT    /v1/orders/{order_id}/lines                                    --------- +-0+-----
POST   /v1/orders/{order_id}/lines/{line}/drop                        --------- ---++----
POST   /v1/orders/{order_id}/lines/{line}/retry                       --------- ---++----
GET    /v1/orders/{order_id}/links                                    --------- ++0+++++-
POST   /v1/orders/{order_id}/links                                    --------- +-0------
POST   /v1/orders/{order_id}/links/resend                             --------- 0-0------
GET    /v1/orders/{order_id}/pro-forma                                --------- ++0+++++-
GET    /v1/orders/{order_id}/progress                                 --------- ++0+++++-
GET    /v1/orders/{order_id}/progress/events                          --------- ++0+++++-
POST   /v1/orders/{order_id}/receipt-confirmation                     --------- +-0------
GET    /v1/orders/{order_id}/recipients                               --------- ++0+++++-
PUT    /v1/orders/{order_id}/recipients                               --------- +-0+-----
POST   /v1/orders/{order_id}/recipients/check                         --------- +-0+-----
POST   /v1/orders/{order_id}/repeat                                   --------- +-0+-----
GET    /v1/orders/{order_id}/replacements                             --------- ++0+++++-
POST   /v1/orders/{order_id}/replacements                             --------- +-0+-----
GET    /v1/orders/{order_id}/replacements/{replacement_id}            --------- ++0+++++-
POST   /v1/orders/{order_id}/replacements/{replacement_id}/approve    --------- ----+----
POST   /v1/orders/{order_id}/replacements/{replacement_id}/refuse     --------- ----+----
POST   /v1/orders/{order_id}/return                                   --------- ++0++----
GET    /v1/orders/{order_id}/statement                                --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.csv                            --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.pdf                            --------- ++0+++++-
GET    /v1/orders/{order_id}/statement.xlsx                           --------- ++0+++++-
POST   /v1/orders/{order_id}/submit                                   --------- +-0+-----
GET    /v1/orders/{order_id}/timeline                                 --------- ++0+++++-
GET    /v1/orders/{order_id}/void-cards                               --------- ++0+++++-
POST   /v1/orders/{order_id}/void-cards                               --------- +-0+-----
GET    /v1/orders/{order_id}/void-cards/{voiding_id}                  --------- ++0+++++-
GET    /v1/outstanding                                                --------+ ---------
GET    /v1/people                                                     --------- ----+--++
POST   /v1/people                                                     --------- --------+
POST   /v1/people/{login_id}/block                                    --------- --------+
PUT    /v1/people/{login_id}/identity                                 --------- --------+
POST   /v1/people/{login_id}/reset                                    --------- --------+
POST   /v1/people/{login_id}/unblock                                  --------- --------+
GET    /v1/programmes                                                 ------+++ ---------
POST   /v1/programmes                                                 --------+ ---------
GET    /v1/programmes/{programme_id}                                  ------+++ ---------
PATCH  /v1/programmes/{programme_id}                                  --------+ ---------
POST   /v1/programmes/{programme_id}/agreements                       --------+ ---------
GET    /v1/programmes/{programme_id}/agreements/current               +++++++++ +++++++++
GET    /v1/programmes/{programme_id}/days                             --------+ ---------
POST   /v1/programmes/{programme_id}/days/{business_date}/close       --------+ ---------
GET    /v1/programmes/{programme_id}/network                          ------+++ ---------
PUT    /v1/programmes/{programme_id}/network/{merchant_id}            --------+ ---------
GET    /v1/programmes/{programme_id}/products                         ------+++ ---------
POST   /v1/programmes/{programme_id}/products                         --------+ ---------
GET    /v1/programmes/{programme_id}/tiers                           ------+++ ---------
PUT    /v1/programmes/{programme_id}/tiers                           --------+ ---------
GET    /v1/proofs                                                     --------+ ---------
GET    /v1/purchases                                                  ------+++ ---------
POST   /v1/purchases                                                  ------++- ---------
POST   /v1/purchases/bulk                                             ------++- ---------
GET    /v1/purchases/{purchase_id}                                    ------0++ ---------
GET    /v1/purchases/{purchase_id}/refunds                            ------0++ ---------
POST   /v1/purchases/{purchase_id}/refunds                            ------0+- ---------
POST   /v1/purchases/{purchase_id}/void                               ------0+- ---------
GET    /v1/receipts                                                  --------- ++++++++-
POST   /v1/receipts                                                  --------- -----+---
GET    /v1/receipts/{receipt_id}                                     --------- ++0+++++-
GET    /v1/recipients-template                                        --------- +++++++++
POST   /v1/refund-accounts/{refund_account_id}/approve               --------- ----+-+--
POST   /v1/refund-accounts/{refund_account_id}/refuse                --------- ----+-+--
POST   /v1/refunds                                                    ------00- ---------
GET    /v1/refunds/{refund_id}                                        ------0++ ---------
POST   /v1/reversals                                                  ------++- ---------
POST   /v1/sales                                                      ------++- ---------
POST   /v1/sessions                                                   +++++++++ +++++++++
DELETE /v1/sessions/current                                           ----++--- ---------
POST   /v1/till/card-inquiries                                        ------+++ ---------
GET    /v1/trial-balance                                              --------+ ---------
"""
EXPECTED: Final = {tuple(line.split()[:2]): "".join(line.split()[2:]) for line in TABLE.strip().splitlines()}
ROUTES: Final[list[tuple[str, str, Access]]] = [("POST", each.path, each.allows) for each in MONEY_ROUTES] + [
    (method, route.path, route.allows)
    for route in guarded_routes(routes_app())
    for method in sorted(route.methods or ())
]


@dataclass(frozen=True)
class Things:
    """One of everything, the shop's, the member's or the customer's own; ``our_login`` is a login of the operator's."""

    ids: dict[str, UUID]
    card: KnownCard
    member: Caller
    corporate: Corporate
    our_login: UUID

    def filled(self, text: str) -> str:
        """A path or an example with the ids of these things."""
        text = text.replace("/v1/people/{login_id}", f"/v1/people/lgn_{self.our_login.hex}")
        for kind, prefix in PREFIXES.items():
            if kind in self.ids:
                wire = f"{prefix}_{self.ids[kind].hex}"
                text = text.replace(f"{{{kind}_id}}", wire).replace(CARD_ID.replace("card", prefix), wire)
        text = text.replace("{key_id}", f"key_{self.ids['api_key'].hex}").replace("{code}", "busy")
        text = text.replace("{line}", "1")
        text = text.replace(CARD_AND_PIN["number"], self.card.number).replace(CARD_AND_PIN["pin"], self.card.pin)
        # A day that is not over: closing one would end the world of the tests that follow.
        return text.replace("{business_date}", "2999-12-31").replace("order-5521", fresh("ref"))


def member_with_password(world: World) -> Caller:
    member = world.member(principal_minor=100_00)
    password = hash_password(REGISTRATION["password"])
    world.connection.execute("UPDATE member SET password_hash = %s WHERE id = %s", (password, member.id))
    return member


async def made_things(world: World, doors: Doors) -> Things:
    _put_right(world)
    card, member = world.card(sold_by=world.shop.id), member_with_password(world)
    pay = {"pay_with": {"e_code": card.ecode}, "amount": cny(5_00)}
    bought = (await doors.shop.post("/v1/purchases", {**pay, "reference": fresh("ref")})).json()
    held = (await doors.shop.post("/v1/holds", {**pay, "reference": fresh("ref")})).json()
    refund = {"reference": fresh("ref"), "amount": cny(1_00)}
    given_back = (await doors.shop.post(f"/v1/purchases/{bought['id']}/refunds", refund)).json()
    issue_id, terminal_id, key_id = fresh_id(), fresh_id(), fresh_id()
    product_id = world.products[world.home, "bearer_gift"]
    world.insert(
        "card_issue",
        id=issue_id, programme_id=world.home, product_id=product_id, denomination_minor=1, ordered=1,
        status="generating", recipient="age1", created_at=NOON,
    )  # fmt: skip
    world.insert(
        "terminal", id=terminal_id, merchant_id=world.shop.id, code=terminal_id.hex, status="active", created_at=NOON
    )
    world.insert("api_key", id=key_id, digest=key_id.bytes, name="spare", scopes=["cards:read"], created_at=NOON)
    world.connection.execute(RAISE_VERSION)
    corporate = Corporate(world)
    return Things(
        {
            **corporate_things(corporate),
            "api_key": key_id,
            "card": card.id,
            "hold": UUID(hex=held["id"].removeprefix("hld_")),
            "issue": issue_id,
            "journal": UUID(hex=bought["journal_id"].removeprefix("jrn_")),
            "member": member.id,
            "merchant": world.shop.id,
            "product": product_id,
            "programme": world.home,
            "purchase": UUID(hex=bought["id"].removeprefix("pur_")),
            "refund": UUID(hex=given_back["id"].removeprefix("rfd_")),
            "terminal": terminal_id,
        },
        card,
        member,
        corporate,
        corporate.person(Role.AUDITOR).login_id,
    )


def corporate_things(corporate: Corporate) -> dict[str, UUID]:
    """A customer, and one of everything that is the customer's own."""
    customer = corporate.customer(funding_minor=10_000_00)
    order = corporate.order(customer, OrderStatus.READY)
    buyer = corporate.person(Role.BUYER, customer=customer)
    delivery_id = fresh_id()
    corporate.world.insert(
        "delivery",
        id=delivery_id, order_id=order.id, part="pins", form="zip", password_key_id=1, cards=3, is_repetition=False,
        status="open", requested_by=buyer.login_id, requested_person=buyer.person_id, requested_at=NOON,
        expires_at="2099-01-01",
    )  # fmt: skip
    activation_id, voiding_id, replacement_id = fresh_id(), fresh_id(), fresh_id()
    asked = {"order_id": order.id, "asked_by": buyer.login_id, "session_id": buyer.session_id, "asked_at": NOON}
    for instruction_id, kind in ((activation_id, "activate"), (voiding_id, "void")):
        corporate.world.insert(
            "order_instruction",
            id=instruction_id, kind=kind, order_key="spare-key", cards=1, status="running",
            selection='{"all": false, "ranges": [[1, 1, 1]]}', **asked,
        )  # fmt: skip
    corporate.world.insert(
        "card_replacement",
        id=replacement_id, line=1, order_key="spare-key", old_card_id=order.cards[0][0].id, recipient_serial=1,
        reason="missing", status="waiting_for_approval", asked_person=buyer.person_id, **asked,
    )  # fmt: skip
    return {
        "activation": activation_id,
        "replacement": replacement_id,
        "voiding": voiding_id,
        "customer": customer,
        "delivery": delivery_id,
        **money_things(corporate, customer, buyer),
        "login": corporate.person(Role.BUYER, customer=customer).login_id,
        "order": order.id,
    }


def money_things(corporate: Corporate, customer: UUID, buyer: Actor) -> dict[str, UUID]:
    """One of everything about a customer's money, and a key for its card files."""
    world, key_id = corporate.world, fresh_id()
    world.insert(
        "delivery_key",
        id=key_id, customer_id=customer, part="pins", recipient="age1", status="proposed", proposed_by=buyer.login_id,
        proposed_person=buyer.person_id, proposed_at=NOON,
    )  # fmt: skip
    (receipt_id,) = world.one("SELECT id FROM receipt WHERE customer_id = %s", customer)
    refund_id = corporate.funding_refund(customer, 1_00)
    (account_id,) = world.one("SELECT id FROM refund_account WHERE customer_id = %s", customer)
    return {"delivery_key": key_id, "funding_refund": refund_id, "receipt": receipt_id, "refund_account": account_id}


def _put_right(world: World) -> None:
    """Undo what an operator of another test has done to the world."""
    world.connection.execute("UPDATE merchant SET status = 'active' WHERE id = %s", (world.shop.id,))
    world.connection.execute(RAISE_VERSION)
    if not world.rows("SELECT FROM agreement"):
        world.insert("agreement", programme_id=world.home, version="0", text="Terms", effective_at=NOON)


def callers_of(world: World, doors: Doors, things: Things, allows: Access) -> dict[str, Client]:
    """A client for each column of the table."""
    everything = OPERATOR_SCOPES | TILL_SCOPES
    revoked = issue_key(world, world.shop.id, everything)
    world.connection.execute("UPDATE api_key SET revoked_at = now() WHERE digest = %s", (API_KEY.digest(revoked),))
    unscoped = issue_key(world, world.shop.id, everything - {allows})
    return {
        "nobody": doors.nobody,
        "garbage": doors.nobody.having(API_KEY.new()[0]),
        "revoked": doors.nobody.having(revoked),
        "unscoped": doors.nobody.having(unscoped),
        "member": doors.member(things.member),
        "other": doors.member(member_with_password(world)),
        "rival": doors.rival,
        "till": doors.shop,
        "operator": doors.operator,
        **people_of(doors, things),
    }


def people_of(doors: Doors, things: Things) -> dict[str, Client]:
    """Clients of the people, each of a person of his own."""
    corporate, customer = things.corporate, things.ids["customer"]
    actors = {
        "buyer": corporate.person(Role.BUYER, customer=customer),
        "approver": corporate.person(Role.APPROVER, customer=customer),
        "foreign": corporate.person(Role.BUYER, Role.APPROVER, customer=corporate.customer()),
        **{f"our {role}": corporate.person(role) for role in OUR_PEOPLE},
    }
    return {name: doors.person(actor) for name, actor in actors.items()}


def example_of(method: str, path: str) -> Any:  # noqa: ANN401 (JSON)
    """The body that the document shows for a route, if it takes one."""
    operation = DOCUMENT["paths"][path][method.lower()]
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"].get("application/json")
    if content is None:
        # A route that takes a file.
        return None
    schema = DOCUMENT["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
    return content["example"] if "example" in content else schema["examples"][0]


def file_type_of(method: str, path: str) -> dict[str, str]:
    """The header for a file, here an empty one, if a route takes files."""
    content = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    return {} if "application/json" in content or not content else {"Content-Type": min(content)}


def sign_of(caller: str, status: int, code: str) -> str:
    """What a caller was told, as a sign of the table."""
    stopped = (401, "unauthenticated") if caller in ("nobody", "garbage", "revoked") else (403, "insufficient_scope")
    if (status, code) == stopped:
        return "-"
    assert code not in ("unauthenticated", "insufficient_scope"), f"{caller}: {status} {code}"
    assert status < 500, f"{caller}: {status} {code}"
    return "0" if status == 404 else "+"


def test_the_table_has_every_route_and_no_other() -> None:
    assert sorted((method, path) for method, path, _ in ROUTES) == sorted(EXPECTED)


@pytest.mark.parametrize(("method", "path", "allows"), ROUTES, ids=str)
async def test_every_caller_finds_what_the_table_says(
    world: World, doors: Doors, method: str, path: str, allows: Access
) -> None:
    things = await made_things(world, doors)
    callers = callers_of(world, doors, things, allows)
    await doors.house.engine.current_catalogue(-1)
    told = ""
    for caller in CALLERS:
        body = json.loads(things.filled(json.dumps(example_of(method, path))))
        options = {"json": body} if body is not None else {}
        headers = {"Idempotency-Key": fresh("key"), **file_type_of(method, path)}
        response = await callers[caller].send(method, things.filled(path), headers=headers, **options)
        code = response.json()["code"] if response.is_error else ""
        told += sign_of(caller, response.status_code, code)
        assert not any(secret in response.text for secret in (things.card.number, things.card.pin, things.card.ecode))
        if method == "GET" and caller in ("other", "rival", "foreign") and allows is not Audience.PUBLIC:
            kinds = (
                "card",
                "customer",
                "delivery",
                "delivery_key",
                "funding_refund",
                "hold",
                "journal",
                "login",
                "member",
                "order",
                "purchase",
                "receipt",
                "refund",
                "refund_account",
                "terminal",
            )
            own = {things.ids[kind].hex for kind in kinds}
            assert [] == [each for each in own if each in response.text]
    assert EXPECTED[method, path] == told
