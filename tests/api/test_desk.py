"""The desk over HTTP: from the first sign-in to the last, and what a login may do before it is enrolled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import People
from florin.crypto.tokens import LOGIN
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role
from florin.domain.throttle_rules import DESK_BY_NAME
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.api.test_logs import json_logs
from tests.corporate import PASSWORD, Corporate, code_at, token_of, user_name_of
from tests.world import World

NEW_PASSWORD = "eleven other words that rhyme with none"
PEOPLES_ROUTES = [
    (method, route.path, route.allows)
    for route in guarded_routes(routes_app())
    for method in sorted(route.methods or ())
    if isinstance(route.allows, People)
]


@pytest.fixture
def corporate(world: World) -> Corporate:
    world.connection.execute("DELETE FROM throttle")
    return Corporate(world)


@pytest.fixture
def administrator(corporate: Corporate) -> Actor:
    return corporate.person(Role.ADMINISTRATOR)


def new_person(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Somebody of ours to be added."""
    digits = f"{datetime.now(UTC):%M%S%f}"
    person = {"user_name": f"u{digits}", "name": "王伟", "mobile": f"+86 138 {digits}", "roles": ["operator"]}
    return {**person, "totp_code": code_at(datetime.now(UTC)), **changes}


async def signed_in(doors: Doors, user_name: str, password: str, code: str | None = None) -> httpx.Response:
    body = {"user_name": user_name, "password": password, "totp_code": code}
    return await doors.nobody.post("/v1/desk/sessions", body, key=None)


async def test_a_colleague_is_added_enrols_is_released_works_and_signs_out(
    doors: Doors, corporate: Corporate, administrator: Actor
) -> None:
    person = new_person(document={"kind": "passport", "number": f"E{datetime.now(UTC):%H%M%S%f}"})
    added = (await doors.person(administrator).post("/v1/people", person, key=None)).json()
    assert not added["login"]["enrolled"]
    assert added["login"]["identity_on_record"]
    first = (await signed_in(doors, person["user_name"], added["initial_password"])).json()
    colleague = doors.nobody.having(first["token"])
    assert (True, True) == (first["login"]["must_change_password"], first["login"]["must_enrol_totp"])

    change = {"password": added["initial_password"], "new_password": NEW_PASSWORD}
    assert 204 == (await colleague.send("PUT", "/v1/desk/password", json=change)).status_code
    enrolment = (await colleague.post("/v1/desk/totp", {"password": NEW_PASSWORD}, key=None)).json()
    codes = pyotp.TOTP(enrolment["secret"])
    confirmed = await colleague.post("/v1/desk/totp/confirm", {"code": codes.now()}, key=None)
    assert 204 == confirmed.status_code
    me = (await colleague.get("/v1/desk/me")).json()
    assert [False, False, True] == [me[f"must_{each}"] for each in ("change_password", "enrol_totp", "be_released")]
    assert (403, "release_required") == code_of(await colleague.get("/v1/customers"))
    release = f"/v1/people/{added['login']['id']}/release"
    reason = {"reason": "called back", "totp_code": code_at(datetime.now(UTC), 1)}
    assert (403, "same_person") == code_of(await doors.person(administrator).post(release, reason, key=None))
    released = await doors.person(corporate.person(Role.ADMINISTRATOR)).post(release, reason, key=None)
    assert ("active", True) == (released.json()["status"], released.json()["enrolled"])
    assert 200 == (await colleague.get("/v1/customers")).status_code
    me = (await colleague.get("/v1/desk/me")).json()
    assert not me["must_be_released"]
    assert ("王伟", ["operator"], None) == (me["name"], me["roles"], me["customer_id"])

    assert (401, "sign_in_refused") == code_of(await signed_in(doors, person["user_name"], NEW_PASSWORD))
    later = codes.at(datetime.now(UTC) + timedelta(seconds=30))
    second = doors.nobody.having((await signed_in(doors, person["user_name"], NEW_PASSWORD, later)).json()["token"])
    assert 204 == (await second.send("DELETE", "/v1/desk/sessions/current")).status_code
    assert (401, "unauthenticated") == code_of(await second.get("/v1/desk/me"))
    assert (403, "insufficient_scope") == code_of(await colleague.get("/v1/people"))


@pytest.mark.parametrize(("method", "path", "allows"), PEOPLES_ROUTES, ids=str)
@pytest.mark.parametrize(
    ("still", "code"),
    [
        ("must_change_password = true", "enrolment_required"),
        ("totp_confirmed_at = NULL", "enrolment_required"),
        ("released_person = NULL", "release_required"),
    ],
)
async def test_who_is_not_enrolled_and_released_reaches_the_desk_only(
    world: World, doors: Doors, corporate: Corporate, method: str, path: str, allows: People, still: str, code: str
) -> None:
    role = min(allows.roles)
    customer = corporate.customer() if role in (Role.BUYER, Role.APPROVER) else None
    actor = corporate.person(role, customer=customer)
    world.connection.execute(f"UPDATE login SET {still} WHERE id = %s".encode(), (actor.login_id,))  # noqa: S608 (our own table)

    response = await doors.person(actor).send(method, path, json={} if method != "GET" else None)

    is_refused = response.is_error and code_of(response) == (403, code)
    assert allows.while_enrolling != is_refused
    assert path.startswith("/v1/desk/") or not allows.while_enrolling


async def test_the_sessions_of_who_is_blocked_end_at_once(
    doors: Doors, corporate: Corporate, administrator: Actor
) -> None:
    colleague = doors.person(corporate.operator)
    assert 200 == (await colleague.get("/v1/desk/me")).status_code
    login = f"/v1/people/{wire_id('login', corporate.operator.login_id)}"

    blocked = await doors.person(administrator).post(f"{login}/block", {"reason": "has left"}, key=None)

    assert "blocked" == blocked.json()["status"]
    assert (401, "unauthenticated") == code_of(await colleague.get("/v1/desk/me"))
    confirmed = {"reason": "is back", "totp_code": code_at(datetime.now(UTC))}
    unblocked = await doors.person(administrator).post(f"{login}/unblock", confirmed, key=None)
    assert "active" == unblocked.json()["status"]
    again = await doors.person(administrator).post(f"{login}/reset", confirmed, key=None)
    assert (422, "totp_code_incorrect") == code_of(again)


async def test_too_many_failures_say_how_long_to_wait(doors: Doors, corporate: Corporate) -> None:
    name = user_name_of(corporate.operator)
    for _ in range(DESK_BY_NAME.limit):
        assert (401, "sign_in_refused") == code_of(await signed_in(doors, name, "not the password"))

    limited = await signed_in(doors, name, PASSWORD, code_at(datetime.now(UTC)))

    assert (429, "rate_limited") == code_of(limited)
    assert 0 < int(limited.headers["Retry-After"]) <= DESK_BY_NAME.window_s


@pytest.mark.parametrize(
    "token", [LOGIN.new()[0], LOGIN.new()[0][:-1] + "x", "fl_lgn_"], ids=["unknown", "wrong", "cut"]
)
async def test_an_invented_token_opens_nothing(doors: Doors, token: str) -> None:
    assert (401, "unauthenticated") == code_of(await doors.nobody.having(token).get("/v1/desk/me"))


async def test_one_side_never_passes_for_the_other(doors: Doors, corporate: Corporate) -> None:
    token = token_of(corporate.operator.session_id)
    for prefix in ("fl_key_", "fl_ses_"):
        disguised = doors.nobody.having(token.replace("fl_lgn_", prefix))
        assert (401, "unauthenticated") == code_of(await disguised.get("/v1/desk/me"))
    assert (403, "insufficient_scope") == code_of(await doors.person(corporate.operator).get("/v1/me"))
    assert (403, "insufficient_scope") == code_of(await doors.person(corporate.operator).get("/v1/merchants"))


async def test_a_customers_people_see_their_colleagues_and_nobody_elses(doors: Doors, corporate: Corporate) -> None:
    customer, other = corporate.customer(), corporate.customer()
    buyer = corporate.person(Role.BUYER, customer=customer)
    stranger = corporate.person(Role.BUYER, customer=other)
    path = f"/v1/customers/{wire_id('customer', customer)}/people"

    own = await doors.person(buyer).get(path)

    assert [wire_id("login", buyer.login_id)] == [each["id"] for each in own.json()["items"]]
    assert (404, "customer_not_found") == code_of(await doors.person(stranger).get(path))
    assert "+8613800138000" not in own.text


async def test_no_secret_and_no_name_reaches_the_log(
    doors: Doors, administrator: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    person = new_person(name="Canary Q. Vandersloot", document={"kind": "passport", "number": "CANARY314159"})
    keeper = doors.person(administrator)
    with json_logs():
        added = (await keeper.post("/v1/people", person, key=None)).json()
        await keeper.post("/v1/people", {**person, "name": [person["name"]]}, key=None)
        await keeper.post("/v1/people", {**person, person["mobile"]: person["document"]}, key=None)
        token = (await signed_in(doors, person["user_name"], added["initial_password"])).json()["token"]
        await _misplace(doors.nobody.having(token), added["initial_password"], token)
    shown = capsys.readouterr()
    written = shown.out + shown.err
    assert '"route": "/v1/desk/sessions"' in written
    for secret in (person["name"], person["mobile"], "CANARY314159", added["initial_password"], token):
        assert secret not in written


async def _misplace(client: Client, password: str, token: str) -> None:
    await client.post("/v1/desk/totp", {"password": {"password": password}}, key=None)
    await client.post("/v1/desk/totp", {password: token}, key=None)
    await client.get(f"/v1/desk/{password}")
    await client.get("/v1/desk/me", params={password: token})
