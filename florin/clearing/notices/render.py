"""Filling in texts: Jinja in a sandbox, of which only values, conditions and our own filters may be used.

A text is written by whoever looks after a programme, and is filled in by the service: so a loop, a call or a long
multiplication is not merely watched but refused when the text is saved. What a text names and nobody gives is an error
(`StrictUndefined`), not an empty place in a mail to a thousand people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, TemplateError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from florin.clearing.notices.texts import NEEDED, SAMPLES
from florin.domain.invalid_field import InvalidField
from florin.domain.money import format_minor
from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template

LONGEST: Final = {"subject": 200, "body": 10_000, "html": 50_000}
"""In characters, before anything is filled in; a short message's body has the length of five messages."""

LONGEST_SHORT_MESSAGE: Final = 350

_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Filter, nodes.If,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.CondExpr,
)  # fmt: skip
_Known = Context | Mapping[str, Any]
"""What a filter looks up: the reader's language and the programme's clock."""

_FILTERS: Final = frozenset({"money", "day", "moment", "upper", "lower", "trim"})
_TESTS: Final = frozenset({"defined"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values in place, ready to be sent."""

    body: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)


class UnusableTextError(Exception):
    """A text cannot be filled in; ``part`` is the subject, body or html that it is about, the text says why."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


def fill(template: Template, values: Mapping[str, Any], language: Language, zone: ZoneInfo) -> Filled:
    """The text with the values in place; `UnusableTextError` when it names what is not there."""
    parts = {
        part: None if source is None else _filled(part, source, values, language, zone)
        for part, source in (("subject", template.subject), ("body", template.body), ("html", template.html))
    }
    return Filled(parts["body"] or "", parts["subject"], parts["html"])


def plain_values(values: Mapping[str, Any], language: Language, zone: ZoneInfo) -> dict[str, str]:
    """The values as texts, for a template that stands elsewhere: a carrier's own.

    Of an amount also the figures alone (``balance_figures``), of an instant the moment and the day alone
    (``expires_at_day``), of a link what stands behind its ``#`` (``link_token``).
    """
    context = {"_language": language, "_zone": zone}
    plain: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            plain |= _plain_part(name, value, context)
        elif name.endswith("_at") and isinstance(value, str):
            at = _local(context, value)
            plain |= {name: f"{at:%Y-%m-%d %H:%M}", f"{name}_day": f"{at:%Y-%m-%d}"}
        elif isinstance(value, str | int):
            plain[name] = str(value)
    if "link" in plain:
        plain["link_token"] = plain["link"].partition("#")[2]
    return plain


def _plain_part(name: str, value: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, str]:
    if value.keys() == {"amount", "currency"}:
        return {name: _money(context, value), f"{name}_figures": format_minor(int(value["amount"]), value["currency"])}
    return {name: str(value["name"])} if "name" in value else {}


def require_usable(kind: NoticeKind, channel: Channel, language: Language, template: Template) -> None:
    """Refuse a text that could not be sent: `InvalidField` says of which part, and why."""
    parts = {"subject": template.subject, "body": template.body, "html": template.html}
    is_mail = channel is Channel.MAIL
    if (template.subject is None) == is_mail or (template.html is not None and not is_mail):
        raise InvalidField("subject", "mail has a subject, a short message has neither subject nor html")
    for part, source in parts.items():
        longest = LONGEST_SHORT_MESSAGE if part == "body" and not is_mail else LONGEST[part]
        if source is not None and not 1 <= len(source) <= longest:
            raise InvalidField(part, f"1 to {longest} characters")
    try:
        for part, source in parts.items():
            if source is not None:
                _require_simple(part, source)
        filled = fill(template, sample_values(kind), language, ZoneInfo("UTC"))
    except UnusableTextError as error:
        raise InvalidField(error.part, error.reason) from error
    for name in NEEDED.get(kind, ()):
        if str(SAMPLES[kind][name]) not in filled.body:
            raise InvalidField("body", f"it must name {name}")


def sample_values(kind: NoticeKind) -> dict[str, Any]:
    """Values for a preview."""
    return {"programme": {"name": "Programme"}, "user_name": "anna", **SAMPLES[kind]}


def _require_simple(part: str, source: str) -> None:
    try:
        tree = _PLAIN.parse(source)
    except TemplateError as error:
        raise UnusableTextError(part, str(error)) from error
    for node in _all_nodes(tree):
        if not isinstance(node, _ALLOWED):
            raise UnusableTextError(part, f"{type(node).__name__.lower()} has no place in a text")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise UnusableTextError(part, f"there is no filter {node.name}")
        if isinstance(node, nodes.Test) and node.name not in _TESTS:
            raise UnusableTextError(part, f"there is no test {node.name}")


def _all_nodes(tree: nodes.Node) -> list[nodes.Node]:
    return [tree, *(each for child in tree.iter_child_nodes() for each in _all_nodes(child))]


def _filled(part: str, source: str, values: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    environment = _HTML if part == "html" else _PLAIN
    context = {**values, "_language": language, "_zone": zone}
    try:
        return environment.from_string(source).render(context)
    except (TemplateError, TypeError, KeyError, ValueError) as error:
        raise UnusableTextError(part, str(error)) from error


@pass_context
def _money(context: _Known, value: Mapping[str, Any]) -> str:
    """An amount of the wire, as people of the text's language write it."""
    currency = str(value["currency"])
    figures = format_minor(int(value["amount"]), currency)
    if currency == "CNY" and context["_language"] == Language.ZH:
        return f"{figures} 元"
    return f"{currency} {figures}"


@pass_context
def _day(context: _Known, value: str) -> str:
    """The date of an instant of the wire, by the programme's clock."""
    return _local(context, value).date().isoformat()


@pass_context
def _moment(context: _Known, value: str) -> str:
    """An instant of the wire, by the programme's clock."""
    return _local(context, value).strftime("%Y-%m-%d %H:%M")


def _local(context: _Known, value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(context["_zone"])


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=autoescape)
    environment.globals.clear()
    own = {"money": _money, "day": _day, "moment": _moment}
    environment.filters = {name: own.get(name) or environment.filters[name] for name in _FILTERS}
    return environment


_PLAIN: Final = _environment(autoescape=False)
_HTML: Final = _environment(autoescape=True)
