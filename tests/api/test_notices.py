"""Webhooks, notice texts and preferences over HTTP."""

from typing import Any

from florin.api.notices.notice_examples import LOGIN_NOTICES, NEW_WEBHOOK, PREFERENCES, TERMS, TEXT
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.notice import Channel, NoticeKind
from florin.domain.people import Role
from florin.storage.connect import transaction
from florin.storage.notices.notice_sendings import Ending, write_ending
from florin.storage.notices.notices import NewNotice, write_notice
from tests.api.client import code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.world import NOON, World


async def test_an_endpoint_is_added_with_a_secret_that_is_shown_once_and_rotated(doors: Doors) -> None:
    added = (await doors.shop.post("/v1/webhooks", NEW_WEBHOOK, key=None)).json()
    path = f"/v1/webhooks/{added['webhook']['id']}"
    assert added["secret"].startswith("whsec_")
    seen = await doors.shop.get(path)
    assert added["webhook"] == seen.json()
    assert added["secret"] not in seen.text
    new = (await doors.shop.post(f"{path}/secret", None, key=None)).json()
    assert new["secret"] not in {"", added["secret"]}
    assert "disabled" == (await doors.shop.post(f"{path}/disable", None, key=None)).json()["status"]
    assert "active" == (await doors.shop.post(f"{path}/enable", None, key=None)).json()["status"]
    assert 204 == (await doors.shop.send("DELETE", path)).status_code
    assert (404, "webhook_not_found") == code_of(await doors.shop.get(path))


async def test_an_endpoint_is_told_of_its_owners_events_at_a_public_address_only(doors: Doors) -> None:
    for change in (
        {"events": ["order.ready"]}, {"url": "http://receiver.example/"}, {"url": "https://u:p@x.example/"},
        {"url": "https://169.254.169.254/latest/meta-data"},
    ):  # fmt: skip
        response = await doors.shop.post("/v1/webhooks", {**NEW_WEBHOOK, **change}, key=None)
        assert (422, "invalid_request") == code_of(response)


async def test_events_of_a_time_are_sent_again(doors: Doors) -> None:
    added = (await doors.operator.post("/v1/webhooks", {"url": "https://x.example/"}, key=None)).json()
    path = f"/v1/webhooks/{added['webhook']['id']}"
    assert [] == (await doors.operator.get(f"{path}/deliveries")).json()["items"]
    window = {"since": "2020-01-01T00:00:00Z"}
    again = (await doors.operator.post(f"{path}/replay", window, key=None)).json()["events"]
    waiting = (await doors.operator.get(f"{path}/deliveries?status=waiting&limit=200")).json()["items"]
    assert again == len(waiting)
    assert (422, "invalid_request") == code_of(await doors.operator.post(f"{path}/replay", {}, key=None))


async def test_a_programme_has_its_own_words_when_they_can_be_filled_in(world: World, doors: Doors) -> None:
    path = f"/v1/programmes/{wire_id('programme', world.home)}/notice-texts/low_balance/mail/en"
    theirs = (await doors.operator.get(path)).json()
    assert not theirs["is_own"]
    shown = (await doors.operator.post(f"{path}/preview", TEXT, key=None)).json()
    assert "Dear anna, your balance is CNY 19.00." == shown["body"]
    refused = await doors.operator.send("PUT", path, json={**TEXT, "body": "{{ nobody }}"})
    assert (422, "invalid_request") == code_of(refused)
    assert {**TEXT, "is_own": True} == (await doors.operator.send("PUT", path, json=TEXT)).json()
    assert 204 == (await doors.operator.send("DELETE", path)).status_code
    assert theirs == (await doors.operator.get(path)).json()


async def test_a_sample_goes_to_the_address_given(world: World, doors: Doors) -> None:
    path = f"/v1/programmes/{wire_id('programme', world.home)}/notice-samples"
    sent = await doors.operator.post(path, {"kind": "low_balance", "address": "anna@example.org"}, key=None)
    assert 201 == sent.status_code
    query = "SELECT kind, channel FROM notice JOIN notice_sending ON notice_id = id WHERE id = %s"
    assert [("low_balance", "either")] == world.rows(query, parse_id("notice", sent.json()["id"]))


async def test_a_programmes_terms_are_kept_as_they_are_given(world: World, doors: Doors) -> None:
    path = f"/v1/programmes/{wire_id('programme', world.home)}/notice-terms"
    assert TERMS == (await doors.operator.send("PUT", path, json=TERMS)).json()
    assert TERMS == (await doors.operator.get(path)).json()
    refused = await doors.operator.send("PUT", path, json={**TERMS, "quiet_until": None})
    assert (422, "invalid_request") == code_of(refused)


async def test_a_member_chooses_what_to_be_told_of_but_not_about_what_must_be(world: World, doors: Doors) -> None:
    path, anna = "/v1/me/notice-preferences", doors.member(world.member())
    seen: dict[str, Any] = (await anna.send("PUT", path, json=PREFERENCES)).json()
    assert seen == (await anna.get(path)).json()
    assert ("zh", "03-21") == (seen["language"], seen["birthday"])
    purchase = {"kind": "purchase", "mail": True, "sms": None, "by_default": False}
    assert purchase in seen["notices"]
    code = {"kind": "one_time_code", "channel": "mail", "wanted": False}
    assert (409, "notice_always_sent") == code_of(await anna.send("PUT", path, json={"wishes": [code]}))
    assert (422, "invalid_request") == code_of(await anna.send("PUT", path, json={"birthday": "02-30"}))


async def test_the_desk_sees_what_a_member_was_told_and_what_became_of_it_and_not_the_words(
    world: World, doors: Doors
) -> None:
    member, facts = world.member(), {"balance": {"amount": 1, "currency": "CNY"}}
    world.connection.execute("UPDATE member SET mobile_index = %s WHERE id = %s", (b"x", member.id))
    world.insert("notice_preference", member_id=member.id, kind="low_balance", channel="sms", wanted=True)
    async with transaction(doors.house.pool) as connection:
        for cause, kind in (("low", NoticeKind.LOW_BALANCE), ("paid", NoticeKind.PURCHASE)):
            await write_notice(connection, NewNotice(cause, kind, member.id, facts), NOON)
    ((low,),) = world.rows("SELECT id FROM notice WHERE kind = 'low_balance' AND recipient_id = %s", member.id)
    ending = Ending("failed", "answered 550")
    await write_ending(doors.house.pool, low, Channel.MAIL, ending, NOON)

    path = f"/v1/members/{wire_id('member', member.id)}/notices"
    paid, told = (await doors.person(Corporate(world).operator).get(path)).json()["items"]
    assert (("purchase", []), "low_balance") == ((paid["kind"], paid["sendings"]), told["kind"])
    assert [("mail", "failed", 1, "answered 550"), ("sms", "waiting", 0, None)] == [
        (each["channel"], each["status"], each["attempts"], each["failure"]) for each in told["sendings"]
    ]
    assert [False, True] == [each["due_at"] is not None for each in told["sendings"]]
    assert "balance" not in told
    first = (await doors.operator.get(f"{path}?limit=1")).json()
    assert [told] == (await doors.operator.get(f"{path}?limit=1&cursor={first['next_cursor']}")).json()["items"]


async def test_a_buyer_chooses_where_and_of_what_to_be_told(world: World, doors: Doors) -> None:
    corporate = Corporate(world)
    path, customer = "/v1/desk/notice-preferences", corporate.customer()
    buyer = doors.person(corporate.person(Role.BUYER, customer=customer))
    assert (None, {True}) == _wishes((await buyer.get(path)).json())
    seen = (await buyer.send("PUT", path, json={**LOGIN_NOTICES, "mail": " Li.Na@customer.example"})).json()
    assert seen == (await buyer.get(path)).json()
    assert ("li.na@customer.example", {True, False}) == _wishes(seen)
    assert {"kind": "order_funded", "wanted": False} in seen["notices"]
    assert "li.na" not in str(world.rows("SELECT n::text, a.detail::text FROM login_notices n, audit a"))
    for wrong in ({"mail": "nobody"}, {"wishes": [{"kind": "order_waits", "wanted": False}]}):
        assert (422, "invalid_request") == code_of(await buyer.send("PUT", path, json=wrong))


def _wishes(seen: dict[str, Any]) -> tuple[str | None, set[bool]]:
    return seen["mail"], {each["wanted"] for each in seen["notices"]}
