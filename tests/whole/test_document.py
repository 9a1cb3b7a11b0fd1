"""Whatever the document lists is asked for as schemathesis can think of, and answers as the document says."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import CUSTOMER_ROLES, Actor, Role
from florin.storage.fresh_ids import fresh_id
from tests.architecture.source_tree import ROOT
from tests.corporate import Corporate, token_of
from tests.whole.book import findings
from tests.whole.history import register
from tests.whole.running import Place, Service, open_place
from tests.world import NOON, World

CASES_OF_AN_OPERATION = 3

# A request in form may well be declined; and what is too long altogether is 413 rather than 422.
CONFIGURATION = """
[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.expected-statuses = [400, 401, 402, 403, 404, 409, 413, 415, 422, 429]

[phases.coverage]
unexpected-methods = ["query"]

[phases.stateful]
max-steps = 6

# Who only reads is asked by the limits of each parameter, in the phase before; one guess beyond them will do.
[[operations]]
include-method = "GET"
generation.max-examples = 1

# A malformed item of a list has an outcome of its own, and the list is answered with 200 (ADR 0006).
[[operations]]
include-path-regex = "/bulk$"
checks.negative_data_rejection.enabled = false
"""


def plan(place: Place, service: Service) -> str:
    """Callers of every kind, and things that exist for them to ask about."""
    world = place.world
    with service.client() as nobody, service.client(place.operator) as operator:
        member, token = register(nobody, operator, wire_id("programme", world.home))
    corporate = Corporate(world)
    customer = corporate.customer(funding_minor=10_000_00)
    ready = corporate.order(customer, OrderStatus.READY)
    people = {f"{role}": corporate.person(role, customer=customer if role in CUSTOMER_ROLES else None) for role in Role}
    ids = {
        "card_id": [wire_id("card", world.card(status=each).id) for each in ("active", "in_stock", "sold", "voided")],
        "member_id": [member, wire_id("member", world.member().id)],
        "programme_id": [wire_id("programme", world.abroad)],
        "merchant_id": [wire_id("merchant", each.id) for each in (world.stranger, world.suspended)],
        "customer_id": [wire_id("customer", customer)],
        "login_id": [wire_id("login", corporate.person(Role.BUYER, customer=customer).login_id)],
        "delivery_id": [wire_id("delivery", delivery(world, ready.id, people["buyer"])) for _ in range(3)],
        "order_id": [wire_id("order", corporate.order(customer, each).id) for each in OrderStatus],
        **money_ids(corporate, customer, people["buyer"]),
    }
    tokens = {
        **{role: token_of(actor.session_id) for role, actor in people.items()},
        "operator's machine": place.operator,
        "till": place.till,
        "member": token,
    }
    return json.dumps({"tokens": tokens, "ids": ids})


def money_ids(corporate: Corporate, customer: UUID, buyer: Actor) -> dict[str, list[str]]:
    """A receipt, a refund on its way to a bank account, and a key that waits for its approval."""
    world = corporate.world
    found = {
        "funding_refund": corporate.funding_refund(customer, 1_00),
        "receipt": world.one("SELECT id FROM receipt WHERE customer_id = %s", customer)[0],
        "refund_account": world.one("SELECT refund_account_id FROM funding_refund WHERE customer_id = %s", customer)[0],
        "delivery_key": corporate.proposed_key(customer, buyer),
    }
    return {f"{kind}_id": [wire_id(kind, identifier)] for kind, identifier in found.items()}


def delivery(world: World, order_id: UUID, buyer: Actor) -> UUID:
    """A zip file of the order's PINs that the buyer may fetch."""
    delivery_id = fresh_id()
    world.insert(
        "delivery",
        id=delivery_id, order_id=order_id, part="pins", form="zip", password_key_id=1, cards=3, is_repetition=False,
        status="open", requested_by=buyer.login_id, requested_person=buyer.person_id, requested_at=NOON,
        expires_at="2099-01-01",
    )  # fmt: skip
    return delivery_id


@pytest.mark.slow
def test_no_answer_is_another_than_the_document_says(stopped_cluster: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    with open_place(stopped_cluster) as place, place.serving() as service:
        hooks = {"SCHEMATHESIS_HOOKS": "tests.whole.document_hooks", "DOCUMENT_PLAN": plan(place, service)}
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", configuration),
                *("run", ROOT / "openapi.yaml", "--url", service.address, "--phases=coverage,fuzzing,stateful"),
                *(f"--max-examples={CASES_OF_AN_OPERATION}", "--generation-deterministic", "--no-shrink"),
                *("--workers=1", "--continue-on-failure", "--suppress-health-check=all"),
                *("--warnings=off", "--request-timeout=60", "--no-color"),
            ],
            env=place.environment() | hooks | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == ended.returncode, f"{ended.stdout}\n{ended.stderr}"
        assert '"level": "critical"' not in service.written()
        assert [] == findings(place.world)
