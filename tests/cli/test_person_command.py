"""People are kept by commands: the first administrator by who runs the machine, all others by people who sign in."""

import os
import pwd
import re
from datetime import UTC, datetime

import pyotp
import pytest

from florin.cli.exit_codes import ExitCode
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role
from tests.cli.florin_command import Ended, Florin
from tests.corporate import PASSWORD, Corporate, code_at, user_name_of
from tests.world import World

LI_NA = ("li.na", "--name", "李娜", "--mobile", "+8613800138001")
NEW_PASSWORD = "eleven other words that rhyme with none"


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


def typing(florin: Florin, world: World, password: str = PASSWORD) -> Florin:
    """The command with a password and a code of now, as `Corporate` people have them, which nobody has used."""
    world.connection.execute("UPDATE login SET totp_last_step = NULL")
    return florin.having(password=password, totp_code=code_at(datetime.now(UTC)))


def ends_declined(ended: Ended, code: str) -> None:
    assert ExitCode.DECLINED == ended.code
    assert f"declined, {code}:" in ended.complaint


def test_the_first_administrator_is_made_on_the_machine_enrols_and_adds_others(florin: Florin, world: World) -> None:
    added = florin.done("person", "add", *LI_NA, "--role", "administrator", "--json").json
    initial = added["initial_password"]
    (detail,) = world.one("SELECT detail FROM audit WHERE action = 'login.added' AND actor_id IS NULL")
    assert f"os:{pwd.getpwuid(os.getuid()).pw_name}" == detail["by"]
    assert initial not in str(world.rows("SELECT audit::text FROM audit UNION ALL SELECT login::text FROM login"))

    not_yet = typing(florin, world, initial).run("person", "list", "--as", "li.na")
    assert ExitCode.DECLINED == not_yet.code
    assert "florin person enrol li.na" in not_yet.complaint

    codes = enrol(florin, "li.na", initial)
    florin = florin.having(password=NEW_PASSWORD)
    now = datetime.now(UTC)
    second = florin.having(totp_code=codes.at(now.timestamp() + 30)).done(
        *("person", "add", "wang.wei", "--name", "王伟", "--mobile", "+8613900139009", "--role", "operator"),
        *("--role", "finance", "--document-kind", "passport", "--document-number", "E12345678"),
        *("--as", "li.na", "--json"),
    )
    assert not second.json["person_was_known"]
    columns = "SELECT roles, must_change_password, waits FROM login WHERE user_name = 'wang.wei'"
    assert (["finance", "operator"], True, True) == world.one(columns)
    (by,) = world.one(
        """SELECT l.user_name FROM audit a JOIN login_session s ON s.id = a.actor_id JOIN login l ON l.id = s.login_id
           WHERE a.action = 'login.added'"""
    )
    assert "li.na" == by
    assert (0,) == world.one("SELECT count(*) FROM login_session WHERE revoked_at IS NULL")


def enrol(florin: Florin, user_name: str, initial: str) -> pyotp.TOTP:
    """Go through the enrolment as somebody would at a terminal, and return the new authenticator."""
    process = florin.having(password=initial, new_password=NEW_PASSWORD).start("person", "enrol", user_name)
    assert process.stdin is not None
    assert process.stdout is not None
    found = re.search(r"shown this once: ([A-Z2-7]+)", process.stdout.readline())
    assert found is not None
    codes = pyotp.TOTP(found.group(1))
    out, complaint = process.communicate(codes.now() + "\n")
    assert 0 == process.returncode, complaint
    assert f"{user_name} is enrolled." in out
    assert NEW_PASSWORD not in out + complaint
    return codes


def test_without_signing_in_only_administrators_are_made(florin: Florin, world: World) -> None:
    ends_declined(florin.run("person", "add", *LI_NA, "--role", "manager"), "role_required")
    assert (0,) == world.one("SELECT count(*) FROM login")


def test_a_login_is_listed_blocked_unblocked_given_roles_released_and_reset(
    florin: Florin, world: World, corporate: Corporate
) -> None:
    manager, customer = user_name_of(corporate.manager), corporate.customer()
    buyer = corporate.person(Role.BUYER, customer=customer)
    name, cus = user_name_of(buyer), wire_id("customer", customer)

    typing(florin, world).done("person", "block", name, "--as", manager, "--reason", "has left")
    (listed,) = typing(florin, world).done("person", "list", "--customer", cus, "--as", manager, "--json").json
    unblocked = typing(florin, world).done("person", "unblock", name, "--as", manager, "--reason", "is back", "--json")

    assert (name, "blocked", True) == (listed["user_name"], listed["status"], listed["enrolled"])
    assert {"user_name": name, "status": "active"} == unblocked.json
    roles = ("--role", "buyer", "--role", "approver", "--as", manager, "--reason", "stands in", "--json")
    given = typing(florin, world).done("person", "roles", name, *roles)
    assert {"user_name": name, "roles": ["approver", "buyer"]} == given.json
    waiting = typing(florin, world).run("person", "list", "--customer", cus, "--as", name)
    assert ExitCode.DECLINED == waiting.code
    assert f"florin person release {name}" in waiting.complaint
    release = ("person", "release", name, "--reason", "called back", "--json", "--as")
    ends_declined(typing(florin, world).run(*release, manager), "same_person")
    released = typing(florin, world).done(*release, user_name_of(corporate.operator))
    assert {"user_name": name, "status": "active"} == released.json
    assert ["login.blocked", "login.unblocked", "login.roles_changed", "login.released"] == actions(world, buyer)
    reset = (
        typing(florin, world).done("person", "reset", name, "--as", manager, "--reason", "called back", "--json").json
    )
    assert (True, None) == world.one(
        "SELECT must_change_password, totp_confirmed_at FROM login WHERE id = %s", buyer.login_id
    )
    assert reset["initial_password"] not in str(world.rows("SELECT audit::text FROM audit"))


def actions(world: World, actor: Actor) -> list[str]:
    rows = world.rows("SELECT action FROM audit WHERE subject_id = %s ORDER BY id", actor.login_id)
    return [action for (action,) in rows]


def test_a_code_is_good_for_one_command_of_whichever_kind(florin: Florin, world: World, corporate: Corporate) -> None:
    manager = user_name_of(corporate.manager)
    buyer = user_name_of(corporate.person(Role.BUYER, customer=corporate.customer()))
    once = typing(florin, world)

    once.done("person", "reset", buyer, "--as", manager, "--reason", "called back")

    ends_declined(once.run("person", "reset", buyer, "--as", manager, "--reason", "again"), "sign_in_refused")
    ends_declined(once.run("person", "list", "--as", manager), "sign_in_refused")


def test_an_action_that_is_refused_leaves_the_code_and_no_open_session(
    florin: Florin, world: World, corporate: Corporate
) -> None:
    manager = user_name_of(corporate.manager)
    sessions = "SELECT count(*) FROM login_session WHERE revoked_at IS NULL"
    before = world.one(sessions)
    once = typing(florin, world)

    ends_declined(once.run("person", "reset", manager, "--as", manager, "--reason", "my own"), "role_required")

    assert before == world.one(sessions)
    assert (None,) == world.one("SELECT totp_last_step FROM login WHERE id = %s", corporate.manager.login_id)


@pytest.mark.parametrize(("given", "missing"), [({}, "FLORIN_PASSWORD"), ({"password": PASSWORD}, "FLORIN_TOTP_CODE")])
def test_without_a_terminal_the_variables_are_named(florin: Florin, given: dict[str, str], missing: str) -> None:
    process = florin.having(**given).start("person", "list", "--as", "li.na")
    out, complaint = process.communicate("")
    assert (ExitCode.REFUSED, "") == (process.returncode, out.strip())
    assert f"where there is no terminal, {missing} has it" in complaint
    assert "Warning" not in complaint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--customer", "prg_0"), "--customer: not an id of a customer"),
        (("--document-kind", "passport"), "belong together"),
        (("--mobile", "12345678"), "mobile"),
    ],
)
def test_what_is_malformed_is_refused_before_anything_is_asked(
    florin: Florin, arguments: tuple[str, ...], said: str
) -> None:
    ended = florin.run("person", "add", *LI_NA, "--role", "administrator", *arguments)

    assert ExitCode.REFUSED == ended.code
    assert said in ended.complaint


def test_a_document_is_recorded_and_an_own_password_changed_by_command(
    florin: Florin, world: World, corporate: Corporate
) -> None:
    manager = user_name_of(corporate.manager)
    buyer = corporate.person(Role.BUYER, customer=corporate.customer(), named=False)
    document = ("--name", "李娜", "--document-kind", "passport", "--document-number", "E12345678")

    typing(florin, world).done("person", "identify", user_name_of(buyer), "--as", manager, *document)
    typing(florin, world).having(new_password=NEW_PASSWORD).done("person", "password", manager)

    assert (True,) == world.one("SELECT identity_index IS NOT NULL FROM person WHERE id = %s", buyer.person_id)
    refused = typing(florin, world).run("person", "list", "--as", manager)
    ends_declined(refused, "sign_in_refused")
    typing(florin, world, NEW_PASSWORD).done("person", "list", "--as", manager)
