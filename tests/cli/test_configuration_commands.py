"""A programme is set up by commands, from nothing to cards in a file that only its recipient can open."""

import os
import pwd
from pathlib import Path

import psycopg
import pytest

from florin.batch.card_file import read_card_file
from florin.crypto.recipient_file import new_identity
from tests.cli.florin_command import Florin
from tests.conftest import Database


def test_a_programme_is_set_up_and_its_cards_are_made_by_commands(florin: Florin, tmp_path: Path) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654", "--low-balance", "15")
    florin.done(
        "product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100", "500"), "--e-code"
    )
    florin.done("merchant", "add", "mill", "The Mill")
    florin.done("terminal", "add", "mill", "till-1")
    florin.done("network", "set", "farm", "mill", "--sells", "--accepts")
    issued = florin.done("key", "issue", "Mill tills", "--merchant", "mill", "--terminal", "till-1", "--json").json
    terms = tmp_path / "terms.txt"
    terms.write_text("Be kind.", "utf-8")
    published = florin.done("agreement", "publish", "farm", "1", terms, "--json").json
    assert ("farm", "1") == (published["programme"], published["version"])

    (programme,) = florin.done("programme", "list", "--json").json
    trial = florin.done("product", "trial", "farm", "gift", "100", "90", "--json").json
    assert (100_00, 90_00) == (trial["trial_face_minor"], trial["trial_price_minor"])
    (product,) = florin.done("product", "list", "farm", "--json").json
    (merchant,) = florin.done("merchant", "list", "--json").json
    (terminal,) = florin.done("terminal", "list", "mill", "--json").json
    (key,) = florin.done("key", "list", "--json").json
    assert ("farm", "CNY", 15_00) == tuple(
        programme[name] for name in ("code", "currency", "low_balance_threshold_minor")
    )
    assert programme["id"] == product["programme_id"]
    assert merchant["id"] == terminal["merchant_id"]
    assert ["prg", "prd", "mer", "ter"] == [
        each["id"].split("_")[0] for each in (programme, product, merchant, terminal)
    ]
    assert product["has_e_code"]
    assert [100_00, 500_00] == product["denominations_minor"]
    assert ("mill", "active") == (merchant["code"], merchant["status"])
    assert "till-1" == terminal["code"]
    assert [{"code": "mill", "name": "The Mill", "status": "active", "accepts": True, "sells": True}] == florin.done(
        "network", "list", "farm", "--json"
    ).json
    assert (issued["id"], "mill", "till-1") == (key["id"], key["merchant"], key["terminal"])
    assert issued["token"] not in str(key)
    assert "Be kind." == florin.done("agreement", "show", "farm", "--json").json["text"]

    revoked = florin.done("key", "revoke", issued["id"], "--json").json
    assert {"id": issued["id"], "name": "Mill tills", "status": "revoked"} == revoked
    assert [] == florin.done("key", "list", "--json").json
    assert "suspended" == florin.done("merchant", "suspend", "mill", "--json").json["status"]
    assert "active" == florin.done("merchant", "resume", "mill", "--json").json["status"]

    identity, recipient = new_identity()
    out = tmp_path / "cards.age"
    made = florin.done("issue", "farm", "gift", "500", 12, "--recipient", recipient, "--out", out, "--json").json
    cards = read_card_file(out, identity)
    assert (12, 12) == (made["cards"], len({card.number for card in cards}))
    assert {("500.00", 8)} == {(card.denomination, len(card.pin)) for card in cards}


def test_cards_are_made_first_and_exported_later_by_resuming_their_issue(florin: Florin, tmp_path: Path) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    florin.done("product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100"))
    identity, recipient = new_identity()
    out = tmp_path / "cards.age"

    made = florin.done("issue", "farm", "gift", "100", 3)
    issue_id = made.complaint.split()[1]
    florin.done("issue", "--resume", issue_id, "--recipient", recipient, "--out", out)
    again = florin.run("issue", "--resume", issue_id, "--recipient", recipient, "--out", out)

    assert 3 == len(read_card_file(out, identity))
    assert 2 == again.code
    assert "was not touched" in again.complaint


def test_a_card_file_that_cannot_be_written_is_told_before_any_card_is_made(
    florin: Florin, database: Database, tmp_path: Path
) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    florin.done("product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100"))
    _, recipient = new_identity()
    ordered = ("issue", "farm", "gift", "100", 3, "--recipient", recipient, "--out")

    nowhere = florin.run(*ordered, tmp_path / "none" / "cards.age")
    taken = florin.run(*ordered, tmp_path)

    assert 2 == nowhere.code
    assert f"there is no directory {tmp_path / 'none'}" in nowhere.complaint
    assert 2 == taken.code
    with psycopg.connect(database.owner_url) as connection:
        assert [] == connection.execute("SELECT id FROM card_issue").fetchall()


def test_a_card_file_that_fails_later_is_told_with_the_issue_to_go_on_with(
    florin: Florin, database: Database, tmp_path: Path
) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    florin.done("product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100"))
    _, recipient = new_identity()
    # It leads nowhere, so that it does not exist, and cannot be made either.
    (tmp_path / "cards.age").symlink_to(tmp_path / "none" / "cards.age")

    failed = florin.run("issue", "farm", "gift", "100", 3, "--recipient", recipient, "--out", tmp_path / "cards.age")

    with psycopg.connect(database.owner_url) as connection:
        ((issue_id,),) = connection.execute("SELECT id FROM card_issue").fetchall()
    assert 2 == failed.code
    assert f"florin issue --resume iss_{issue_id.hex} --recipient {recipient} --out FILE" in failed.complaint


def test_what_the_configuration_says_no_to_changes_nothing_and_has_a_code(florin: Florin) -> None:
    florin.done("merchant", "add", "mill", "The Mill")

    taken = florin.run("merchant", "add", "mill", "Another Mill")
    malformed = florin.run("merchant", "add", "The Mill", "The Mill")
    unknown = florin.run("terminal", "add", "nobody", "till-1")
    without_order = florin.run("issue")

    assert (3, True) == (taken.code, "declined, code_taken: Another programme" in taken.complaint)
    assert (2, 3, 2) == (malformed.code, unknown.code, without_order.code)
    assert "code:" in malformed.complaint
    assert ["The Mill"] == [each["name"] for each in florin.done("merchant", "list", "--json").json]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["product", "add", "farm", "g2", "G", "--kind", "recharge", "--denomination", "0"],
            "--denomination: more than",
        ),
        (
            ["product", "add", "farm", "g2", "G", "--kind", "recharge", "--denomination", "1e3"],
            "--denomination: an amou",
        ),
        (
            ["programme", "create", "barn", "B", "--issuer-prefix", "912345", "--low-balance", "x"],
            "--low-balance: an am",
        ),
        (
            ["programme", "create", "barn", "B", "--issuer-prefix", "912345", "--currency", "XXX"],
            "--currency: 'XXX' is",
        ),
        (["issue", "farm", "gift", "ten", "1"], "DENOMINATION: an amount is written with plain digits"),
        (["issue", "farm", "gift", "100", "0"], "value for 'count'"),
        (["issue", "--resume", "iss_1"], "iss_1 is not an id of an issue"),
        (["key", "issue", "Till", "--terminal", "till-1"], "--terminal needs --merchant"),
        (["network", "set", "farm", "mill"], "say what is to change"),
    ],
)
def test_what_is_mistyped_is_named_as_it_was_typed(florin: Florin, arguments: list[str], complaint: str) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    florin.done("product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100"))

    refused = florin.run(*arguments)

    assert 2 == refused.code
    assert complaint in refused.complaint
    assert "file" not in refused.complaint


def test_the_terms_of_a_programme_are_set_and_changed_one_by_one(florin: Florin) -> None:
    made = florin.done(
        "programme", "create", "farm", "The Farm", "--issuer-prefix", "987654", "--hold-lifetime-s", 300,
        "--hold-lifetime-limit-s", 600, "--payment-code-lifetime-s", 90, "--dormancy-days", 365, "--review-hours", 24,
        "--spend-order", "principal_first", "--json",
    ).json  # fmt: skip
    changed = florin.done(
        "programme", "change", "farm", "--dormancy-days", 30, "--low-balance", "5", "--name", "Farm", "--json"
    ).json
    refused = florin.run("programme", "change", "farm", "--hold-lifetime-s", 601)
    nothing = florin.run("programme", "change", "farm")

    assert [300, 600, 90, 365, "principal_first", 3, 24, 14, "brand", 20_00] == [made[name] for name in TERMS]
    assert {**made, "dormancy_days": 30, "low_balance_threshold_minor": 5_00, "name": "Farm"} == changed
    assert (2, 2) == (refused.code, nothing.code)
    assert "hold_lifetime_s: an integer from 1 to 600" in refused.complaint
    assert changed == florin.done("programme", "show", "farm", "--json").json
    assert [changed] == florin.done("programme", "list", "--json").json
    shown = florin.done("programme", "show", "farm").out
    assert all(word in shown for word in ("5.00", "principal_first", changed["id"], "Asia/Shanghai"))


TERMS = (
    "hold_lifetime_s",
    "hold_lifetime_limit_s",
    "payment_code_lifetime_s",
    "dormancy_days",
    "spend_order",
    "closure_cooling_days",
    "review_hours",
    "case_closing_days",
    "issuer_class",
    "low_balance_threshold_minor",
)


def test_a_change_by_command_tells_which_user_of_the_machine_made_it(florin: Florin, database: Database) -> None:
    florin.done("merchant", "add", "mill", "The Mill")

    with psycopg.connect(database.owner_url) as connection:
        audited = connection.execute("SELECT action, actor_id, detail ->> 'by' FROM audit").fetchall()
    assert [("merchant.added", None, f"os:{pwd.getpwuid(os.getuid()).pw_name}")] == audited


def test_an_id_is_never_broken_however_narrow_the_screen_is(florin: Florin) -> None:
    narrow = Florin({**florin.variables, "COLUMNS": "40"})
    made = narrow.done("merchant", "add", "the-mill-of-the-lane", "The old mill at the end of the lane", "--json").json
    key = narrow.done("key", "issue", "Mill", "--merchant", "the-mill-of-the-lane", "--json").json

    assert made["id"] in narrow.done("merchant", "list").out
    shown = narrow.done("key", "list").out
    assert key["id"] in shown
    assert all(scope in shown for scope in key["scopes"])


def test_what_is_not_named_of_a_network_stays_as_it_is(florin: Florin) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    florin.done("merchant", "add", "mill", "The Mill")

    def after(*options: str) -> tuple[bool, bool]:
        now = florin.done("network", "set", "farm", "mill", *options, "--json").json
        return now["accepts"], now["sells"]

    assert (False, True) == after("--sells")
    assert (True, True) == after("--accepts")
    assert (True, False) == after("--sells-not")
    assert (False, False) == after("--refuses")
    assert [] == florin.done("network", "list", "farm", "--json").json


def test_a_programme_without_an_agreement_has_none_to_show(florin: Florin) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")

    missing = florin.run("agreement", "show", "farm")

    assert 3 == missing.code
    assert "declined, agreement_not_found: " in missing.complaint


def test_a_demonstration_without_a_service_says_how_to_start_one(bare: Florin) -> None:
    refused = bare.run("demo", "--port", 1)

    assert 5 == refused.code
    assert "make run" in refused.complaint


def test_a_failure_of_the_operating_system_is_told_in_words(bare: Florin, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    refused = bare.having(keyring_path=tmp_path / "file" / "keyring.json").run("keys", "create")

    assert 2 == refused.code
    assert f"florin: {tmp_path / 'file'}: file exists" in refused.complaint
    assert "Errno" not in refused.complaint


def faces(*denominations: str) -> list[str]:
    return [word for each in denominations for word in ("--denomination", each)]
