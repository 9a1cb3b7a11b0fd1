"""Reading and changing the configuration for the commands that do so, and finding things by their codes."""

import os
import pwd
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.opening import open_database
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.money import InvalidAmount, UnknownCurrency, parse_decimal
from florin.domain.programme import Merchant, Product, Programme
from florin.storage.audit_trail import Author
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.configuration import ConfigurationChange, configuration_change

_Changed = TypeVar("_Changed")


def this_machine() -> Author:
    """Who changes things here and now: nobody with an API key, but the user whom the operating system knows."""
    user = os.getuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:
        name = str(user)
    return Author(None, datetime.now(UTC), f"os:{name}")


def read_configuration() -> Catalogue:
    """The configuration as it stands now."""

    async def read() -> Catalogue:
        async with open_database(read_settings()) as pool:
            return await read_catalogue(pool)

    return run(read())


def change_configuration(step: Callable[[ConfigurationChange], Awaitable[_Changed | Decline]]) -> _Changed:
    """Carry out one change and return what came of it; a decline changes nothing and ends the command."""

    async def change() -> _Changed:
        async with open_database(read_settings()) as pool, configuration_change(pool, this_machine()) as opened:
            return accepted(await step(opened))

    return run(change())


def programme_of(catalogue: Catalogue, code: str) -> Programme:
    """The programme of that code."""
    return _found(catalogue.programme_by_code(code), "programme", code)


def product_of(catalogue: Catalogue, programme: Programme, code: str) -> Product:
    """The programme's product of that code."""
    return _found(catalogue.product_by_code(programme.id, code), f"product of {programme.code}", code)


def merchant_of(catalogue: Catalogue, code: str) -> Merchant:
    """The merchant of that code."""
    return _found(catalogue.merchant_by_code(code), "merchant", code)


def read_amount(option: str, text: str, currency: str, *, may_be_zero: bool = False) -> int:
    """The minor units of an amount that ``option`` was given in units; `Refusal` names the option when it is none."""
    try:
        amount_minor = parse_decimal(text, currency)
    except InvalidAmount as error:
        raise Refusal(f"{option}: {error}") from None
    except UnknownCurrency as error:
        raise Refusal(f"--currency: {error}") from None
    if amount_minor == 0 and not may_be_zero:
        raise Refusal(f"{option}: more than zero")
    return amount_minor


_Found = TypeVar("_Found")


def _found(what: _Found | None, kind: str, code: str) -> _Found:
    if what is None:
        raise Refusal(f"there is no {kind} with the code {code}", ExitCode.DECLINED)
    return what
