"""Pages of long lists: a page ends with the key of its last item, and the next one begins after that key.

A page is never found by counting rows from the beginning (``OFFSET``): that grows slow with the list, and it skips or
repeats rows while the list grows. On the wire a key travels as an opaque cursor.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from florin.domain.invalid_field import InvalidField

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
"""How many items a page has when nobody asks, and at most (interface page, Lists)."""

_LONGEST_CURSOR: Final = 200
_LARGEST_SEQUENCE: Final = 2**63 - 1  # of a bigint

Key = int | UUID

Item = TypeVar("Item")
KeyT = TypeVar("KeyT", int, UUID)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item, KeyT]):
    """Some items of a list, and the key after which the rest begins; None when there is no rest."""

    items: tuple[Item, ...]
    next_after: KeyT | None


def page_of(rows: list[tuple[KeyT, Item]], limit: int) -> Page[Item, KeyT]:
    """The page of ``limit`` items from rows of key and item that were read one further than that."""
    shown = rows[:limit]
    return Page(tuple(item for _, item in shown), shown[-1][0] if len(rows) > limit else None)


def encode_cursor(list_name: str, key: Key) -> str:
    """The cursor of a key of a list: opaque to clients, and refused for any other list."""
    text = str(key) if isinstance(key, int) else key.hex
    return base64.urlsafe_b64encode(f"{list_name}:{text}".encode()).decode().rstrip("=")


def decode_sequence(list_name: str, cursor: str) -> int:
    """The number behind a cursor of a list that is ordered by number; `InvalidField` for anything else."""
    text = _key_text(list_name, cursor)
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST_SEQUENCE:
        raise _not_ours()
    return int(text)


def decode_id(list_name: str, cursor: str) -> UUID:
    """The id behind a cursor of a list that is ordered by id; `InvalidField` for anything else."""
    try:
        return UUID(hex=_key_text(list_name, cursor))
    except ValueError:
        raise _not_ours() from None


def _key_text(list_name: str, cursor: str) -> str:
    if len(cursor) > _LONGEST_CURSOR:
        raise _not_ours()
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise _not_ours() from None
    name, _, key = text.partition(":")
    if name != list_name:
        raise _not_ours()
    return key


def _not_ours() -> InvalidField:
    return InvalidField("cursor", "not a cursor of this list")
