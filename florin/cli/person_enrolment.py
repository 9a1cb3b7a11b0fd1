"""``florin person enrol`` and ``password``: from the initial password to an own one, to one-time codes, and onwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.people.own_password import change_own_password
from florin.clearing.people.own_totp import OwnTotp, confirm_own_totp, enrol_own_totp
from florin.clearing.people.sign_in import SignInToWork, sign_in_to_work
from florin.cli.desk import ADDRESS, admitted, ask_password, ask_unseen, ask_who, with_step_up
from florin.cli.house import open_house
from florin.cli.printing import say
from florin.cli.running import read_settings, run
from florin.storage.people.login_sessions import OpenLogin, close_login

NEW_PASSWORD_VARIABLE: Final = "FLORIN_NEW_PASSWORD"  # noqa: S105 (the name of a variable)


def enrol_person(user_name: Annotated[str, typer.Argument(help="The own user name.")]) -> None:
    """Change the initial password, and turn one-time codes on with a first code of an authenticator."""
    run(_enrol(user_name, ask_password(user_name)))
    say(f"{user_name} is enrolled.")


def change_password(user_name: Annotated[str, typer.Argument(help="The own user name.")]) -> None:
    """Change the own password; every other session of the login ends."""
    typed, new_password = ask_who(user_name), ask_new_password()

    async def change() -> None:
        async with open_house(read_settings(), existing=True) as house:
            clearing, now = house.clearing, datetime.now(UTC)
            async with with_step_up(clearing, typed) as (actor, _):
                code = typed.totp_code
                admitted(await change_own_password(clearing, actor, typed.password, code, new_password, now))

    run(change())
    say(f"The password of {user_name} is changed.")


def ask_new_password() -> str:
    """The new password of ``FLORIN_NEW_PASSWORD``, else as it is typed twice, unseen."""
    return ask_unseen("New password", NEW_PASSWORD_VARIABLE, twice=True)


async def _enrol(user_name: str, password: str) -> None:
    async with (
        open_house(read_settings(), existing=True) as house,
        _signed_in(house.clearing, user_name, password) as login,
    ):
        clearing, actor = house.clearing, login.actor
        if login.must_change_password:
            new_password = ask_new_password()
            admitted(await change_own_password(clearing, actor, password, None, new_password, datetime.now(UTC)))
            password = new_password
        if login.must_enrol_totp:
            show_secret(admitted(await enrol_own_totp(clearing, actor, password, datetime.now(UTC))))
            first_code = typer.prompt("First one-time code", err=True)
            admitted(await confirm_own_totp(clearing, actor, first_code, datetime.now(UTC)))


def show_secret(enrolment: OwnTotp) -> None:
    """Print what an authenticator needs, once."""
    say(f"The secret for your authenticator, shown this once: {enrolment.secret}")
    say(f"As an address, for a QR code: {enrolment.uri}")


@asynccontextmanager
async def _signed_in(house: ClearingHouse, user_name: str, password: str) -> AsyncIterator[OpenLogin]:
    command = SignInToWork(user_name=user_name, password=password, address=ADDRESS)
    opened = admitted(await sign_in_to_work(house, command, datetime.now(UTC)))
    try:
        yield opened.login
    finally:
        await close_login(house.pool, opened.login.actor.session_id, datetime.now(UTC))
