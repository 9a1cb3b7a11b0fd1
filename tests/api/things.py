"""One of everything that a route can be asked about, so that every caller can ask about it."""

from dataclasses import dataclass
from uuid import UUID

from florin.api.examples import CARD_AND_PIN, CARD_ID
from florin.api.management_examples import REGISTRATION
from florin.crypto.passwords import hash_password
from florin.domain.identifiers import PREFIXES
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.api.bank_things import closure_things, settlement_things, statement_things
from tests.api.client import cny
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import NOON, KnownCard, World


@dataclass(frozen=True)
class Things:
    """One of everything, the shop's, the member's or the customer's own."""

    ids: dict[str, UUID]
    card: KnownCard
    member: Caller
    corporate: Corporate

    def filled(self, text: str) -> str:
        """A path or an example with the ids of these things."""
        for kind, prefix in PREFIXES.items():
            if kind in self.ids:
                wire = f"{prefix}_{self.ids[kind].hex}"
                text = text.replace(f"{{{kind}_id}}", wire).replace(CARD_ID.replace("card", prefix), wire)
        text = text.replace("{key_id}", f"key_{self.ids['api_key'].hex}").replace("{code}", "busy")
        text = text.replace("{line}", "1").replace("{provider}", "nobody").replace("{form}", "csv")
        for name, value in (("kind", "low_balance"), ("channel", "mail"), ("language", "en")):
            text = text.replace(f"{{{name}}}", value)
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
            **closure_things(world, member),
            **statement_things(world, corporate),
            **settlement_things(world, corporate),
            "api_key": key_id,
            "balance_ending": proposed_ending(world, corporate),
            "card": card.id,
            "case": _case(world, member),
            "cash_order": _cash_order(world, member),
            "hold": UUID(hex=held["id"].removeprefix("hld_")),
            "issue": issue_id,
            "loss": _loss(world, card, member),
            "journal": UUID(hex=bought["journal_id"].removeprefix("jrn_")),
            "member": member.id,
            "merchant": world.shop.id,
            "payment": world.one("SELECT id FROM payment WHERE member_id = %s", member.id)[0],
            "payment_finding": _finding(world, member),
            "product": product_id,
            "programme": world.home,
            "purchase": UUID(hex=bought["id"].removeprefix("pur_")),
            "refund": UUID(hex=given_back["id"].removeprefix("rfd_")),
            "terminal": terminal_id,
            "webhook": a_webhook(world),
        },
        card,
        member,
        corporate,
    )


def a_webhook(world: World) -> UUID:
    """An endpoint of the shop's."""
    webhook_id = fresh_id()
    world.insert(
        "webhook_endpoint",
        id=webhook_id, owner_kind="merchant", merchant_id=world.shop.id, url="https://receiver.example/", events=[],
        secret_encrypted=world.vault.webhook_secrets.seal(b"whsec_c2VjcmV0", webhook_id.bytes), status="active",
        created_at=NOON,
    )  # fmt: skip
    return webhook_id


def proposed_ending(world: World, corporate: Corporate) -> UUID:
    """A proposal about dormant balances that waits for its second person."""
    ending_id, who = fresh_id(), corporate.finance
    world.insert(
        "balance_ending",
        id=ending_id, programme_id=world.home, kind="lapse", status="proposed", accounts=1, total_minor=1, unit="CNY",
        list_hash=bytes(32), proposed_by=who.login_id, proposed_person=who.person_id, proposed_at=NOON,
    )  # fmt: skip
    return ending_id


def _case(world: World, member: Caller) -> UUID:
    """A complaint of the member's."""
    case_id = fresh_id()
    world.insert(
        "service_case",
        id=case_id, programme_id=world.home, kind="complaint", status="opened", owner_id=member.id,
        member_id=member.id, merchant_id=world.shop.id, opened_by=member.id, case_key=fresh("key"), opened_at=NOON,
        due_at=NOON,
    )  # fmt: skip
    return case_id


def _cash_order(world: World, member: Caller) -> UUID:
    """An order of the member's at the shop that is not delivered yet."""
    order_id = fresh_id()
    world.insert(
        "cash_order",
        id=order_id, programme_id=world.home, merchant_id=world.shop.id, member_id=member.id, reference=fresh("cod"),
        amount_minor=1, unit="CNY", status="recorded", recorded_at=NOON,
    )  # fmt: skip
    return order_id


def _loss(world: World, card: KnownCard, member: Caller) -> UUID:
    """A loss of the member's that was decided before, so that its card still pays in other tests."""
    loss_id = fresh_id()
    world.insert(
        "lost_card",
        id=loss_id, shard=0, programme_id=world.home, card_id=card.id, member_id=member.id, status="found",
        reported_by=member.id, reported_at=NOON, decided_by=member.id, decided_at=NOON,
    )  # fmt: skip
    return loss_id


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
        reason="missing", status="waiting_for_approval", debits="to_stop", asked_person=buyer.person_id, **asked,
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
    world, key_id = corporate.world, corporate.proposed_key(customer, buyer)
    (receipt_id,) = world.one("SELECT id FROM receipt WHERE customer_id = %s", customer)
    refund_id = corporate.funding_refund(customer, 1_00)
    (account_id,) = world.one("SELECT refund_account_id FROM funding_refund WHERE id = %s", refund_id)
    return {"delivery_key": key_id, "funding_refund": refund_id, "receipt": receipt_id, "refund_account": account_id}


def _put_right(world: World) -> None:
    """Undo what an operator of another test has done to the world."""
    world.connection.execute("UPDATE merchant SET status = 'active' WHERE id = %s", (world.shop.id,))
    world.connection.execute(RAISE_VERSION)
    if not world.rows("SELECT FROM agreement"):
        world.insert("agreement", programme_id=world.home, version="0", text="Terms", effective_at=NOON)


def _finding(world: World, member: Caller) -> UUID:
    finding_id = fresh_id()
    world.insert(
        "payment_finding",
        id=finding_id, kind="amount_differs", provider="sandbox", reference=member.id.hex, detail="", opened_at=NOON,
    )  # fmt: skip
    return finding_id
