"""How ``florin order timeline`` shows what happened to an order: as the API does for machines, in words for people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from florin.cli.plain_words import failure, plain, words
from florin.cli.printing import print_table
from florin.domain.card_selection import card_name
from florin.domain.identifiers import PREFIXES
from florin.storage.corporate.timeline import Step

_MOST_CARDS: Final = 10
"""How many cards of a list are named; `--json` names all."""


def step_json(step: Step) -> dict[str, Any]:
    """A step of a timeline."""
    by = {"user_name": step.user_name, "roles": step.roles}
    return {"at": step.at, "action": step.action, "by": by, "detail": step.detail}


def print_steps(steps: Sequence[Step]) -> None:
    """A timeline on the screen."""
    rows = [(each.at, happened(each), each.user_name, words(" ".join(each.roles)), told(each)) for each in steps]
    print_table("Timeline", ("when", "what", "who", "as", "detail"), rows)


def happened(step: Step) -> str:
    """What happened: ``order.line_failed`` is line failed."""
    return words(step.action.removeprefix("order.").replace(".", " "))


def told(step: Step) -> str:
    """The detail of a step in words; what nobody has words for is told by its name."""
    detail = dict(step.detail)
    if {"line", "serial"} <= detail.keys():
        detail["card"] = card_name(detail.pop("line"), detail.pop("serial"))
    order = [*(name for name in _WORDS if name in detail), *(detail.keys() - _WORDS.keys() - _UNTOLD)]
    parts = [_WORDS.get(name, _named(name))(detail[name]) for name in order]
    return "; ".join(filter(None, parts))


def _named(name: str) -> Callable[[Any], str]:
    def say(value: Any) -> str:  # noqa: ANN401 (JSON)
        return "" if value in (None, False) else words(name) if value is True else f"{words(name)} {value}"

    return say


def _amount(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda value: f"{name} {plain(value)}"


def _counted(thing: str) -> Callable[[int], str]:
    return lambda value: f"{value:,} {thing}" if value != 1 else f"1 {thing.removesuffix('s')}"


def _lines(value: int | Mapping[str, int]) -> str:
    """How many lines an order has, or how many stand where."""
    if isinstance(value, int):
        return _counted("lines")(value)
    return "lines: " + ", ".join(f"{count} {words(status)}" for status, count in value.items())


def _cards(value: int | Sequence[str]) -> str:
    """How many cards, or which."""
    if isinstance(value, int):
        return _counted("cards")(value)
    more = f" and {len(value) - _MOST_CARDS:,} more" if len(value) > _MOST_CARDS else ""
    return f"cards {', '.join(value[:_MOST_CARDS])}{more}"


_UNTOLD: Final = {"order_id", "recipient_serial"}
"""The order is the one that was asked about, and whose link it is stands in the list of recipients."""

_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "line": lambda value: f"line {value}",
    "card": lambda value: f"card {value}",
    "reason": str,
    "face": _amount("faces of"),
    "price": _amount("price"),
    "released": _amount("free again"),
    "tier": lambda value: f"tier {value}" if value else "no tier",
    "submission_hash": lambda value: f"hash of the submission {value}",
    "needs_customer_approval": lambda value: "the customer's own approver is asked, too" if value else "",
    "recipients": _counted("recipients"),
    "lines": _lines,
    "delivery": lambda value: f"delivery by {value}",
    "repeats": lambda value: f"the same again as {PREFIXES['order']}_{value}",
    "file_sha256": lambda value: f"SHA-256 of the file {value}",
    "successor": lambda value: f"its successor is {value}",
    "missing_or_damaged": lambda value: f"{value:,} missing or damaged" if value else "nothing missing or damaged",
    "failure": lambda value: str(failure(value)),
    "delivery_id": str,
    "id": str,
    "part": str,
    "cards": _cards,
    "all": lambda value: "all that the order has" if value else "",
    "form": lambda value: {"age": "sealed to a key", "zip": "as a zip file with a password"}.get(value, str(value)),
    "recipient": lambda value: f"for {value}" if value else "",
    "is_repetition": lambda value: "once more, with a second person's approval" if value else "",
    "bytes": _counted("bytes"),
    "sha256": lambda value: f"SHA-256 {value}",
    "sending": lambda value: f"sent {value} times by now",
    "by": lambda value: f"by {value}",
}
