"""Reading JSON bodies: what is no JSON and what is not the route's form, told apart and told where.

A message names the place and what was expected there; it never repeats what was sent.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from florin.api.failures import MISSING, UNKNOWN, invalid_field, nameable
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.repeated_names import refuse_repeated_names, search_repeated_names

Read = TypeVar("Read")

_PLACED: Final = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<field>.*)`", re.DOTALL)
_ECHO: Final = re.compile(r"Invalid enum value .*", re.DOTALL)
_PATTERN: Final = re.compile(r" matching regex .*", re.DOTALL)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)
_LONGEST_FIELD: Final = 100
_any_json: Final = msgspec.json.Decoder().decode


class _NoFields(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a route that takes none."""


_no_fields: Final = msgspec.json.Decoder(_NoFields).decode


def require_json(content_type: bytes) -> None:
    """Refuse (`UNSUPPORTED_MEDIA_TYPE`) a body that is not declared as JSON."""
    if content_type != b"application/json" and content_type.partition(b";")[0].strip().lower() != b"application/json":
        raise Refused(DoorProblem.UNSUPPORTED_MEDIA_TYPE)


def require_any_json(raw: bytes) -> None:
    """Refuse (`MALFORMED_JSON`) what is not JSON of whatever form, or (`INVALID_REQUEST`) gives a name twice."""
    decode_json(_any_json, raw)


def require_no_fields(raw: bytes) -> None:
    """Refuse everything but an empty object, where a route takes no body."""
    decode_json(_no_fields, raw)


def decode_json(decode: Callable[[bytes], Read], raw: bytes) -> Read:
    """What a decoder made beforehand reads in a body.

    Raises:
        Refused: `MALFORMED_JSON` with the byte where it broke off, or `INVALID_REQUEST` naming the field.
    """
    try:
        read = decode(raw)
        if isinstance(read, msgspec.Struct):
            refuse_repeated_names(raw, read)
        else:
            search_repeated_names(raw)
    except msgspec.ValidationError as error:
        # The decoder stops at the first thing that is wrong; what is no JSON further on is no JSON above all.
        if decode is not _any_json:
            decode_json(_any_json, raw)
        raise _invalid(str(error)) from None
    except msgspec.DecodeError as error:
        raise Refused(DoorProblem.MALFORMED_JSON, str(error)) from None
    except UnicodeDecodeError:
        raise Refused(DoorProblem.MALFORMED_JSON, "not UTF-8") from None
    except RecursionError:
        raise Refused(DoorProblem.MALFORMED_JSON, "nested too deeply") from None
    return read


def _invalid(message: str) -> Refused:
    placed = _PLACED.fullmatch(message)
    field, reason = (placed["field"], placed["reason"]) if placed else ("", message)
    reason = _PATTERN.sub(" of the documented form", _ECHO.sub("not one of the values", reason))
    # The decoder gives the place of the object, and in words which of its fields it is.
    for form, meaning in ((_MISSING, MISSING), (_UNKNOWN, UNKNOWN)):
        if found := form.fullmatch(reason):
            name, reason = nameable(found["name"]), meaning
            field = f"{field}.{name}" if field else name
    return invalid_field(field[:_LONGEST_FIELD], reason)
