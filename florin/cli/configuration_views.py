"""How the things of the configuration look as JSON: with the ids and the words that the API has for them."""

from dataclasses import asdict
from datetime import time
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.identifiers import wire_id
from florin.domain.programme import Merchant, Product, Programme, Terminal

_API_NAMES: Final = MappingProxyType({"unit": "currency", "has_ecode": "has_e_code"})


def view_of(thing: Programme | Product | Merchant | Terminal) -> dict[str, object]:
    """The thing's fields: ids with their prefixes, amounts in minor units, the cut-off as hours and minutes."""
    kind = type(thing).__name__.lower()
    return {_API_NAMES.get(name, name): _shown(kind, name, value) for name, value in asdict(thing).items()}


def _shown(kind: str, name: str, value: object) -> object:
    match value:
        case UUID():
            return wire_id(kind if name == "id" else name.removesuffix("_id"), value)
        case time():
            return f"{value:%H:%M}"
        case _:
            return value
