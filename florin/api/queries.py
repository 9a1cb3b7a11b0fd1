"""The query of an address: a parameter that the route does not declare is refused, as an unknown field of a body is."""

from collections.abc import Collection
from urllib.parse import parse_qsl

from florin.api.failures import UNKNOWN, invalid_field, nameable


def refuse_unknown_parameters(query: bytes, known: Collection[str]) -> None:
    """Refuse (`INVALID_REQUEST`) a query with a parameter that is not one of ``known``, or stands there twice.

    Whoever asks for `reference=7` and gets the whole list would take its first item for what was asked for.
    """
    seen: set[str] = set()
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"):
        if name not in known:
            raise invalid_field(nameable(name), UNKNOWN)
        if name in seen:
            raise invalid_field(name, "given more than once")
        seen.add(name)
