"""Webhooks and notices are kept by commands."""

from pathlib import Path

from tests.cli.florin_command import Florin


def test_an_endpoint_is_kept_by_commands(florin: Florin) -> None:
    added = florin.done("webhook", "add", "https://x.example/", "--event", "hold.expired", "--json").json
    assert added["secret"].startswith("whsec_")
    assert ("operator", "active", ["hold.expired"]) == (added["owner"], added["status"], added["events"])
    assert added["secret"] != florin.done("webhook", "rotate", added["id"], "--json").json["secret"]
    (disabled,) = florin.done("webhook", "disable", added["id"], "--json").json
    assert ("disabled", "asked") == (disabled["status"], disabled["reason"])
    florin.done("webhook", "enable", added["id"])
    assert 0 == florin.done("webhook", "replay", added["id"], "--since", "2026-01-01", "--json").json["events"]
    assert [] == florin.done("webhook", "deliveries", added["id"], "--json").json
    florin.done("webhook", "remove", added["id"])
    assert [] == florin.done("webhook", "list", "--json").json
    assert "https://" in florin.run("webhook", "add", "http://x.example/").complaint


def test_a_programmes_words_and_terms_are_kept_by_commands(florin: Florin, tmp_path: Path) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654")
    body = tmp_path / "body.txt"
    body.write_text("{{ programme.name }}: {{ balance | money }}", "utf-8")
    place = ("farm", "low_balance", "mail", "en")
    text = ("--subject", "Low", "--body", body)
    assert "The Farm: CNY 19.00" == florin.done("notice", "preview", *place, *text, "--json").json["body"]
    florin.done("notice", "set", *place, *text)
    assert florin.done("notice", "show", *place, "--json").json["own"]
    florin.done("notice", "remove", *place)
    assert not florin.done("notice", "show", *place, "--json").json["own"]
    body.write_text("{{ nobody }}", "utf-8")
    assert "nobody" in florin.run("notice", "set", *place, *text).complaint

    terms = florin.done("notice", "terms", "farm", "--quiet", "22:00-08:00", "--member-day", "8", "--json").json
    assert ("22:00", "08:00", 8) == (terms["quiet_from"], terms["quiet_until"], terms["member_day"])
    assert terms == florin.done("notice", "terms", "farm", "--json").json
    florin.done("notice", "sample", "farm", "low_balance", "anna@example.org")
    assert 1 == florin.done("notice", "queue", "--json").json["notices_waiting"]
    nobody = "mbr_" + "0" * 32
    assert [] == florin.done("notice", "told", nobody, "--json").json
    assert "mbr_1" in florin.run("notice", "told", "mbr_1").complaint
