"""Signing in on the command line: ``--as USER_NAME``, the password and a one-time code, for as long as a command runs.

A session is opened as by the API, so that the audit trail says who acted; it ends with the command.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.people.sign_in import LoginOpened, SignInToWork, sign_in_to_work
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.running import ENDED_BY_SIGNAL, accepted
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.domain.sign_in_names import normalise_user_name
from florin.domain.throttle_rules import RateLimited
from florin.storage.people.login_sessions import OpenLogin, close_login
from florin.storage.people.logins import CodeProof
from florin.storage.people.persons import login_by_name

_Result = TypeVar("_Result")

As = Annotated[str, typer.Option("--as", metavar="USER_NAME", help="Who does it: asks for password and one-time code.")]
"""The option of every command that one of the people carries out."""

PASSWORD_VARIABLE: Final = "FLORIN_PASSWORD"  # noqa: S105 (the name of a variable)
CODE_VARIABLE: Final = "FLORIN_TOTP_CODE"

ADDRESS: Final = "command line"
"""As what the throttles count those who sign in on the service's own machine."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed to be let in."""

    user_name: str
    password: str = field(repr=False)
    totp_code: str = field(repr=False)


def ask_who(user_name: str) -> Typed:
    """Password and one-time code of ``FLORIN_PASSWORD`` and ``FLORIN_TOTP_CODE``, else as they are typed, unseen."""
    return Typed(user_name, ask_password(user_name), ask_unseen("One-time code", CODE_VARIABLE))


def ask_password(user_name: str) -> str:
    """The password of ``FLORIN_PASSWORD``, else as it is typed, unseen."""
    return ask_unseen(f"Password of {user_name}", PASSWORD_VARIABLE)


def ask_unseen(what: str, variable: str, *, twice: bool = False) -> str:
    """What a variable of the environment has, else what is typed; a terminal does not show it.

    Raises:
        Refusal: there is nobody to type it.
        SystemExit: Ctrl-C.
    """
    given = os.environ.get(variable)
    if given:
        return given
    try:
        return str(typer.prompt(what, hide_input=sys.stdin.isatty(), confirmation_prompt=twice, err=True))
    except typer.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise SystemExit(ENDED_BY_SIGNAL + signal.SIGINT) from None
        raise Refusal(f"nobody has typed it: where there is no terminal, {variable} has it") from None


@asynccontextmanager
async def with_step_up(house: ClearingHouse, typed: Typed) -> AsyncIterator[tuple[Actor, CodeProof]]:
    """Who has signed in, and the code that was typed, unspent: for one action, whose transaction spends it.

    Raises:
        Refusal: not let in, or the enrolment is not finished.
        BusyError: too many passwords wait to be checked.
    """
    opened = await _opened(house, typed, keeps_code=True)
    try:
        if opened.proof is None:
            raise TypeError("who is enrolled has shown a code")
        yield opened.login.actor, opened.proof
    finally:
        await close_login(house.pool, opened.login.actor.session_id, datetime.now(UTC))


@asynccontextmanager
async def signed_in(house: ClearingHouse, typed: Typed) -> AsyncIterator[Actor]:
    """Who has signed in, the code spent by that: for actions that ask for no code of their own.

    Raises:
        Refusal, BusyError: as `with_step_up`.
    """
    opened = await _opened(house, typed, keeps_code=False)
    try:
        yield opened.login.actor
    finally:
        await close_login(house.pool, opened.login.actor.session_id, datetime.now(UTC))


async def _opened(house: ClearingHouse, typed: Typed, *, keeps_code: bool) -> LoginOpened:
    command = SignInToWork(
        user_name=typed.user_name,
        password=typed.password,
        totp_code=typed.totp_code,
        address=ADDRESS,
        keeps_code=keeps_code,
    )
    opened = admitted(await sign_in_to_work(house, command, datetime.now(UTC)))
    missing = _missing(opened.login, typed.user_name)
    if missing is not None:
        await close_login(house.pool, opened.login.actor.session_id, datetime.now(UTC))
        raise Refusal(missing, ExitCode.DECLINED)
    return opened


def _missing(login: OpenLogin, user_name: str) -> str | None:
    if not login.is_enrolled:
        return f"the enrolment is not finished: florin person enrol {user_name}"
    if login.waits:
        return f"somebody else than who set the login up must release it: florin person release {user_name}"
    return None


async def login_named(house: ClearingHouse, user_name: str) -> UUID:
    """The id of the login of a user name; `Refusal` when there is none."""
    found = await login_by_name(house.pool, normalise_user_name(user_name))
    return accepted(Decline.LOGIN_NOT_FOUND if found is None else found.id)


def admitted(result: _Result | Decline | RateLimited) -> _Result:
    """The result of a verb; a decline ends the command, and that of a throttle says how long to wait."""
    if isinstance(result, RateLimited):
        raise Refusal(f"too many failures: wait {result.retry_after_s} seconds", ExitCode.DECLINED)
    return accepted(result)
