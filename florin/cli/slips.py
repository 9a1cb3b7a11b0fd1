"""Slips of the pen, seen before anybody is asked for a password and a one-time code: each code counts only once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer

from florin.cli.exit_codes import Refusal
from florin.domain.card_selection import CardRange, read_card_name
from florin.domain.invalid_field import InvalidField
from florin.domain.order_rules import require_reason

_PLAIN_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_SIGNED_DIGITS: Final = re.compile(rf"-?{_PLAIN_DIGITS.pattern}")


@contextmanager
def named(option: str) -> Iterator[None]:
    """Refuse what the block finds wrong with a field under the name of the option that was typed."""
    try:
        yield
    except InvalidField as error:
        raise Refusal(f"{option}: {error.reason}") from None


def card_named(option: str, text: str) -> CardRange:
    """The card of an order that an option names, as a range of one."""
    with named(f"{option}: {text}"):
        return read_card_name(option, text)


def amount_typed(option: str, text: str, *, may_be_negative: bool = False) -> str:
    """An amount as it was typed, which is none in any currency unless it is plain digits."""
    if (_SIGNED_DIGITS if may_be_negative else _PLAIN_DIGITS).fullmatch(text) is None:
        raise Refusal(f"{option}: an amount is written with plain digits, as in 12.34")
    return text


def amount(option: str, *, may_be_negative: bool = False) -> Callable[[str], str]:
    """The callback of an option or argument that is an amount."""
    return lambda text: amount_typed(option, text, may_be_negative=may_be_negative)


def reason(text: str) -> str:
    """The callback of ``--reason``."""
    with named("--reason"):
        require_reason(text)
    return text


Reason = typer.Option("--reason", callback=reason, help="Why, in a line; it is kept, and stands in the timeline.")
