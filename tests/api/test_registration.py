"""Registering, signing in and the member's own profile over HTTP."""

import json
import time
from typing import Any

import pyotp
import pytest

from florin.domain.identifiers import wire_id
from florin.domain.throttle_rules import SIGN_IN_BY_NAME
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "staple and some more"
RESIDENT_ID = "11010519491231002X"


@pytest.fixture(autouse=True)
async def _agreement(world: World, doors: Doors) -> None:
    if not world.rows("SELECT FROM agreement"):
        path = f"/v1/programmes/{wire_id('programme', world.home)}/agreements"
        await doors.operator.post(path, {"version": "1", "text": "Terms"}, key=None)
    world.connection.execute("DELETE FROM throttle")


def registration(world: World, **changes: object) -> dict[str, Any]:
    name = fresh("anna")
    return {
        "programme_id": wire_id("programme", world.home),
        "user_name": name,
        "password": PASSWORD,
        "mail": f"{name}@example.org",
        "agreement_version": "1",
        **changes,
    }


async def signed_in(world: World, doors: Doors) -> tuple[Client, dict[str, Any]]:
    """A new member who has signed in, and the registration."""
    body = registration(world)
    assert 201 == (await doors.nobody.post("/v1/members", body, key=None)).status_code
    opened = await doors.nobody.post("/v1/sessions", sign_in(body), key=None)
    assert 201 == opened.status_code, opened.text
    return doors.nobody.having(opened.json()["token"]), body


def sign_in(body: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {
        "programme_id": body["programme_id"], "name": body["user_name"], "password": body["password"], **changes,
    }  # fmt: skip


async def test_whoever_registers_signs_in_and_sees_the_profile(world: World, doors: Doors) -> None:
    client, body = await signed_in(world, doors)
    profile = (await client.get("/v1/me")).json()
    assert (body["user_name"], body["mail"], None) == (profile["user_name"], profile["mail"], profile["mobile"])
    assert ("registered", "1", False, None) == (
        profile["status"], profile["agreement_version"], profile["totp_on"], profile["identity"],
    )  # fmt: skip
    balance = (await client.get("/v1/me/balance")).json()
    assert {"amount": 0, "currency": "CNY"} == balance["balance"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"agreement_version": "0"}, (422, "agreement_required")),
        ({"programme_id": "prg_" + "0" * 32}, (422, "agreement_required")),
        ({"user_name": "a b"}, (422, "invalid_request")),
        ({"password": "short"}, (422, "invalid_request")),
        ({"password": "iloveyou1"}, (422, "invalid_request")),
        ({"mail": None}, (422, "invalid_request")),
        ({"mail": "nobody"}, (422, "invalid_request")),
        ({"mobile": "13800138000"}, (422, "invalid_request")),
    ],
)
async def test_a_registration_that_cannot_be_is_refused(
    world: World, doors: Doors, changes: dict[str, object], expected: tuple[int, str]
) -> None:
    before = world.everything_that_counts()
    response = await doors.nobody.post("/v1/members", registration(world, **changes), key=None)
    assert expected == code_of(response)
    assert before == world.everything_that_counts()


async def test_names_are_taken_once(world: World, doors: Doors) -> None:
    body = registration(world)
    await doors.nobody.post("/v1/members", body, key=None)
    same_name = registration(world, user_name=body["user_name"].upper())
    same_mail = registration(world, mail=body["mail"])
    assert (409, "user_name_taken") == code_of(await doors.nobody.post("/v1/members", same_name, key=None))
    assert (409, "contact_taken") == code_of(await doors.nobody.post("/v1/members", same_mail, key=None))


async def test_whatever_is_wrong_with_a_sign_in_gets_one_answer(world: World, doors: Doors) -> None:
    _, body = await signed_in(world, doors)
    answers = [
        await doors.nobody.post("/v1/sessions", sign_in(body, **wrong), key=None)
        for wrong in (
            {"password": "wrong"},
            {"name": "nobody-at-all"},
            {"name": "not a name @"},
            {"programme_id": wire_id("programme", world.abroad)},
        )
    ]
    assert {(401, "sign_in_refused")} == {code_of(each) for each in answers}
    assert 1 == len({json.dumps({**each.json(), "instance": ""}) for each in answers})


async def test_guessing_a_password_is_throttled(world: World, doors: Doors) -> None:
    _, body = await signed_in(world, doors)
    for _ in range(SIGN_IN_BY_NAME.limit):
        await doors.nobody.post("/v1/sessions", sign_in(body, password="wrong"), key=None)
    refused = await doors.nobody.post("/v1/sessions", sign_in(body), key=None)
    assert (429, "rate_limited") == code_of(refused)
    assert 0 < int(refused.headers["Retry-After"]) <= SIGN_IN_BY_NAME.window_s


async def test_signing_out_ends_the_session_at_once(world: World, doors: Doors) -> None:
    client, _ = await signed_in(world, doors)
    assert 204 == (await client.send("DELETE", "/v1/sessions/current")).status_code
    assert (401, "unauthenticated") == code_of(await client.get("/v1/me"))


async def test_contacts_are_replaced_with_the_password(world: World, doors: Doors) -> None:
    client, body = await signed_in(world, doors)
    new = {"password": PASSWORD, "mobile": f"+86 139 {fresh('0')[-8:]}"}
    assert (403, "password_incorrect") == code_of(
        await client.send("PUT", "/v1/me/contacts", json={**new, "password": "x"})
    )
    assert 204 == (await client.send("PUT", "/v1/me/contacts", json=new)).status_code
    profile = (await client.get("/v1/me")).json()
    assert (None, "+86139" + new["mobile"][-8:]) == (profile["mail"], profile["mobile"])
    nothing = await client.send("PUT", "/v1/me/contacts", json={"password": PASSWORD})
    assert (422, "invalid_request") == code_of(nothing)
    other, other_body = await signed_in(world, doors)
    taken = {"password": other_body["password"], "mobile": new["mobile"]}
    assert (409, "contact_taken") == code_of(await other.send("PUT", "/v1/me/contacts", json=taken))
    assert body["user_name"] != other_body["user_name"]


async def test_a_real_name_is_recorded_once_and_its_number_never_shown_whole(world: World, doors: Doors) -> None:
    client, _ = await signed_in(world, doors)
    identity = {"name": "李安娜", "document_kind": "resident_id", "document_number": RESIDENT_ID}
    wrong = {**identity, "document_number": "110105194912310021"}
    assert (422, "invalid_request") == code_of(await client.send("PUT", "/v1/me/identity", json=wrong))
    assert 204 == (await client.send("PUT", "/v1/me/identity", json=identity)).status_code
    assert (409, "identity_on_record") == code_of(await client.send("PUT", "/v1/me/identity", json=identity))
    profile = await client.get("/v1/me")
    assert {"name": "李安娜", "document_kind": "resident_id", "document_number_ends": "002X"} == profile.json()[
        "identity"
    ]
    assert RESIDENT_ID not in profile.text


async def test_a_new_password_ends_every_other_session(world: World, doors: Doors) -> None:
    client, body = await signed_in(world, doors)
    other = doors.nobody.having((await doors.nobody.post("/v1/sessions", sign_in(body), key=None)).json()["token"])
    change = {"password": PASSWORD, "new_password": OTHER_PASSWORD}
    wrong = {**change, "password": "wrong"}
    assert (403, "password_incorrect") == code_of(await client.send("PUT", "/v1/me/password", json=wrong))
    short = {**change, "new_password": "short"}
    assert (422, "invalid_request") == code_of(await client.send("PUT", "/v1/me/password", json=short))
    common = await client.send("PUT", "/v1/me/password", json={**change, "new_password": "87654321"})
    assert ((422, "invalid_request"), "new_password") == (code_of(common), common.json()["field"])
    assert "87654321" not in common.text
    assert 204 == (await client.send("PUT", "/v1/me/password", json=change)).status_code
    assert 200 == (await client.get("/v1/me")).status_code
    assert (401, "unauthenticated") == code_of(await other.get("/v1/me"))
    assert (401, "sign_in_refused") == code_of(await doors.nobody.post("/v1/sessions", sign_in(body), key=None))


async def test_one_time_codes_are_turned_on_asked_for_once_each_and_turned_off(world: World, doors: Doors) -> None:
    client, body = await signed_in(world, doors)
    again = {"password": PASSWORD}
    assert (403, "password_incorrect") == code_of(await client.post("/v1/me/totp", {"password": "x"}, key=None))
    enrolled = (await client.post("/v1/me/totp", again, key=None)).json()
    assert enrolled["uri"].startswith("otpauth://totp/")
    code = pyotp.TOTP(enrolled["secret"]).now()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert (422, "totp_code_incorrect") == code_of(await client.post("/v1/me/totp/confirm", {"code": wrong}, key=None))
    assert 204 == (await client.post("/v1/me/totp/confirm", {"code": code}, key=None)).status_code
    assert (409, "totp_already_on") == code_of(await client.post("/v1/me/totp", again, key=None))
    assert (await client.get("/v1/me")).json()["totp_on"] is True
    for attempt in (sign_in(body), sign_in(body, totp_code=code)):
        assert (401, "sign_in_refused") == code_of(await doors.nobody.post("/v1/sessions", attempt, key=None))
    assert (403, "password_incorrect") == code_of(await client.post("/v1/me/totp/remove", {"password": "x"}, key=None))
    refused = await client.post("/v1/me/totp/remove", {**again, "totp_code": code}, key=None)
    assert (422, "totp_code_incorrect") == code_of(refused)
    for path, change in (
        ("/v1/me/contacts", {**again, "mail": "thief@example.org"}),
        ("/v1/me/password", {**again, "new_password": "the thief's own words"}),
    ):
        assert (422, "totp_code_incorrect") == code_of(await client.send("PUT", path, json=change))
    fresh_code = pyotp.TOTP(enrolled["secret"]).at(time.time() + 30)
    confirmed = await client.post("/v1/me/totp/remove", {**again, "totp_code": fresh_code}, key=None)
    assert 204 == confirmed.status_code
    assert 201 == (await doors.nobody.post("/v1/sessions", sign_in(body), key=None)).status_code


async def test_what_was_typed_is_not_repeated_by_a_refusal(world: World, doors: Doors) -> None:
    client, body = await signed_in(world, doors)
    for response in (
        await doors.nobody.post("/v1/members", {**body, "password": 4711_0815}, key=None),
        await doors.nobody.post("/v1/sessions", sign_in(body, totp_code=["47110815"]), key=None),
        await client.send("PUT", "/v1/me/password", json={"password": "47110815" * 200, "new_password": "x"}),
        await client.send("PUT", "/v1/me/identity", json={"name": "A", "document_kind": "47110815"}),
    ):
        assert (422, "invalid_request") == code_of(response)
        assert "47110815" not in response.text
