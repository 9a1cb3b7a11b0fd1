"""A programme is set up by commands, from nothing to cards in a file that only its recipient can open."""

from pathlib import Path

from florin.batch.card_file import read_card_file
from florin.crypto.recipient_file import new_identity
from tests.cli.florin_command import Florin


def test_a_programme_is_set_up_and_its_cards_are_made_by_commands(florin: Florin, tmp_path: Path) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654", "--low-balance", "15")
    florin.done(
        "product", "add", "farm", "gift", "Gift card", "--kind", "bearer_gift", *faces("100", "500"), "--e-code"
    )
    florin.done("merchant", "add", "mill", "The Mill")
    florin.done("terminal", "add", "mill", "till-1")
    florin.done("network", "set", "farm", "mill", "--sells")
    issued = florin.done("key", "issue", "Mill tills", "--merchant", "mill", "--terminal", "till-1", "--json").json
    terms = tmp_path / "terms.txt"
    terms.write_text("Be kind.", "utf-8")
    florin.done("agreement", "publish", "farm", "1", terms)

    (programme,) = florin.done("programme", "list", "--json").json
    (product,) = florin.done("product", "list", "farm", "--json").json
    (merchant,) = florin.done("merchant", "list", "--json").json
    (terminal,) = florin.done("terminal", "list", "mill", "--json").json
    (key,) = florin.done("key", "list", "--json").json
    assert ("farm", "CNY", 15_00) == (programme["code"], programme["unit"], programme["low_balance_threshold_minor"])
    assert [100_00, 500_00] == product["denominations_minor"]
    assert ("mill", "active") == (merchant["code"], merchant["status"])
    assert "till-1" == terminal["code"]
    assert [{"code": "mill", "name": "The Mill", "status": "active", "accepts": True, "sells": True}] == florin.done(
        "network", "list", "farm", "--json"
    ).json
    assert (issued["id"], "mill", "till-1") == (key["id"], key["merchant"], key["terminal"])
    assert issued["token"] not in str(key)
    assert "Be kind." == florin.done("agreement", "show", "farm", "--json").json["text"]

    florin.done("key", "revoke", issued["id"])
    assert [] == florin.done("key", "list", "--json").json
    assert "suspended" == florin.done("merchant", "suspend", "mill", "--json").json[0]["status"]
    assert "active" == florin.done("merchant", "resume", "mill", "--json").json[0]["status"]

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


def test_what_the_configuration_says_no_to_changes_nothing_and_has_a_code(florin: Florin) -> None:
    florin.done("merchant", "add", "mill", "The Mill")

    taken = florin.run("merchant", "add", "mill", "Another Mill")
    malformed = florin.run("merchant", "add", "The Mill", "The Mill")
    unknown = florin.run("terminal", "add", "nobody", "till-1")
    without_order = florin.run("issue")

    assert (3, "code_taken") == (taken.code, taken.complaint.split()[-1])
    assert (2, 3, 2) == (malformed.code, unknown.code, without_order.code)
    assert "code:" in malformed.complaint
    assert ["The Mill"] == [each["name"] for each in florin.done("merchant", "list", "--json").json]


def faces(*denominations: str) -> list[str]:
    return [word for each in denominations for word in ("--denomination", each)]
