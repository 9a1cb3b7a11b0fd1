"""A timeline tells every step in words, with the amounts, hashes, parts and counts that the audit trail has of it."""

from typing import Any

import pytest

from florin.cli.order_timeline import happened, told
from florin.domain.order_line import LineFailure
from florin.storage.corporate.timeline import Step
from florin.storage.fresh_ids import fresh_id
from tests.world import NOON

CNY = {"amount": 475_00, "currency": "CNY"}


def step(action: str, detail: dict[str, Any]) -> Step:
    return Step(fresh_id(), NOON, action, detail, None, [], is_customers=False)


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("order.drafted", {"lines": 1, "delivery": "files"}, "drafted: 1 line; delivery by files"),
        (
            "order.drafted",
            {"lines": 2, "delivery": "links", "repeats": "ab"},
            "drafted: 2 lines; delivery by links; the same again as ord_ab",
        ),
        (
            "order.recipients_set",
            {"lines": 2, "file_sha256": "f00d", "recipients": 50_000},
            "recipients set: 50,000 recipients; 2 lines; SHA-256 of the file f00d",
        ),
        (
            "order.submitted",
            {"face": CNY, "price": CNY, "submission_hash": "ab", "needs_customer_approval": False},
            "submitted: faces of 475.00 CNY; price 475.00 CNY; hash of the submission ab",
        ),
        (
            "order.submitted",
            {"tier": "gold", "needs_customer_approval": True},
            "submitted: tier gold; the customer's own approver is asked, too",
        ),
        ("order.submitted", {"tier": None}, "submitted: no tier"),
        ("order.approved_by_customer", {"submission_hash": "ab"}, "approved by customer: hash of the submission ab"),
        ("order.funded", {"price": CNY}, "funded: price 475.00 CNY"),
        ("order.returned", {"reason": "too many_cards"}, "returned: too many_cards"),
        ("order.cancelled", {"reason": "no more", "released": CNY}, "cancelled: no more; free again 475.00 CNY"),
        ("order.generating", {"by": "os:root"}, "generating: by os:root"),
        (
            "order.line_failed",
            {"line": 2, "failure": "numbers_used_up"},
            "line failed: line 2; no free card numbers are left under the programme's issuer prefix",
        ),
        (
            "order.partially_failed",
            {"lines": {"ready": 3, "failed": 1}},
            "partially failed: lines: 3 ready, 1 failed",
        ),
        ("order.line_dropped", {"line": 2, "released": CNY}, "line dropped: line 2; free again 475.00 CNY"),
        (
            "delivery.requested",
            {"part": "pins", "form": "zip", "is_repetition": True, "recipient": None},
            "delivery requested: pins; as a zip file with a password; once more, with a second person's approval",
        ),
        (
            "delivery.requested",
            {"delivery_id": "dlv_1", "form": "age", "is_repetition": False, "recipient": "age1"},
            "delivery requested: dlv_1; sealed to a key; for age1",
        ),
        (
            "delivery.fetched",
            {"part": "numbers", "bytes": 12_345, "cards": 2_000, "sha256": "f00d", "delivery_id": "dlv_1"},
            "delivery fetched: dlv_1; numbers; 2,000 cards; 12,345 bytes; SHA-256 f00d",
        ),
        ("order.delivered", {"missing_or_damaged": 0}, "delivered: nothing missing or damaged"),
        (
            "order.activation_asked",
            {"id": "act_1", "cards": 3, "all": True},
            "activation asked: act_1; 3 cards; all that the order has",
        ),
        ("order.replacements_asked", {"cards": ["1-01", "1-02"]}, "replacements asked: cards 1-01, 1-02"),
        (
            "order.replacements_asked",
            {"cards": [f"1-{serial:06}" for serial in range(1, 1_013)]},
            "replacements asked: cards " + ", ".join(f"1-{serial:06}" for serial in range(1, 11)) + " and 1,002 more",
        ),
        (
            "order.card_replaced",
            {"card": "1-000001", "successor": "1-000004"},
            "card replaced: card 1-000001; its successor is 1-000004",
        ),
        (
            "order.link_sent_again",
            {"order_id": "ord_1", "line": 1, "serial": 2, "recipient_serial": 2, "sending": 2},
            "link sent again: card 1-000002; sent 2 times by now",
        ),
        ("order.activated", {}, "activated: "),
        ("order.something_new", {"its_detail": 7, "nothing": None}, "something new: its detail 7"),
    ],
)
def test_a_step_is_told_in_words(action: str, detail: dict[str, Any], words: str) -> None:
    one = step(action, detail)
    assert words == f"{happened(one)}: {told(one)}"


def test_every_failure_has_words_of_its_own() -> None:
    told_of = {told(step("order.line_failed", {"failure": each.value})) for each in LineFailure}
    assert (len(LineFailure), False) == (len(told_of), any("_" in each for each in told_of))
