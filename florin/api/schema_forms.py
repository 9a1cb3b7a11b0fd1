"""One form for what two libraries write into the document of the API: an amount, and the patterns of texts."""

from typing import Any, Final

Json = dict[str, Any]

_REF: Final = "#/components/schemas/"
_SAME: Final = {"AmountField": "Amount"}
"""Schemas of FastAPI's bodies that say what one of the money routes' says."""

_END: Final = r"$(?!\n)"


def in_one_form(document: Json) -> Json:
    """The document with one schema for one thing, and with patterns that every reader of regular expressions knows.

    Python's ``$`` also matches before a last line feed, so that our patterns look ahead; JSON Schema's does not.
    """
    schemas = document["components"]["schemas"]
    for name in _SAME:
        schemas.pop(name, None)
    return {name: _in_one_form(part) for name, part in document.items()}


def _in_one_form(part: Any) -> Any:  # noqa: ANN401 (JSON)
    match part:
        case dict():
            return {
                name: _text(name, each) if isinstance(each, str) else _in_one_form(each) for name, each in part.items()
            }
        case list() | tuple():
            return [_in_one_form(each) for each in part]
        case _:
            return part


def _text(name: str, text: str) -> str:
    match name:
        case "pattern":
            return text.replace(_END, "$")
        case "$ref" if text.startswith(_REF):
            schema = text.removeprefix(_REF)
            return _REF + _SAME.get(schema, schema)
        case _:
            return text
