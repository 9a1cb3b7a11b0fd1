"""JSON objects that give a name twice, which readers understand differently (RFC 8259, section 4).

Our decoder takes the last value. A proxy in front of us that looks at the first one would have checked another amount
than the one that is posted, so such a body is refused.
"""

import json
from typing import Any, Final

import msgspec

from florin.api.failures import invalid_field, nameable

_encode: Final = msgspec.json.Encoder().encode


def refuse_repeated_names(raw: bytes, read: msgspec.Struct) -> None:
    """Refuse (`INVALID_REQUEST`) a body in which an object has a name twice; ``read`` is what was decoded of it.

    Every name and every text stands in two quotation marks, and without a backslash no other ones are possible. So if
    there are as many in the body as in what was decoded, written anew, nothing was passed over; this takes less than a
    microsecond. Any other body is read again slowly: it may be right, with an escape or the default of a field.
    """
    if b"\\" in raw or raw.count(b'"') != _encode(read).count(b'"'):
        search_repeated_names(raw)


def search_repeated_names(raw: bytes) -> None:
    """Refuse as `refuse_repeated_names` does, by reading the body; it is known to be JSON."""
    # Numbers stay text: the decoder that counts has judged them.
    json.loads(raw, object_pairs_hook=_unrepeated, parse_int=str, parse_float=str)


def _unrepeated(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise invalid_field(nameable(name), "given more than once")
        names.add(name)
