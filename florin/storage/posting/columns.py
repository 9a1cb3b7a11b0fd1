"""Columns: the rows of a group as one binary PostgreSQL array a column.

A statement that unnests arrays costs the server a fraction of parsing the same rows as JSON, and packing them here
costs less than the driver's general list dumper, because a column has one type. The layout is that of ``array_recv``
in PostgreSQL: dimensions, a flag for nulls, the element's type, length and lower bound, then each element with its
length.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import IntEnum
from operator import attrgetter
from struct import Struct
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

_HEADER: Final = Struct("!iiIii")
_EMPTY: Final = Struct("!iiI")
_LENGTH: Final = Struct("!i")
_INT8: Final = Struct("!iq")
_DATE: Final = Struct("!ii")
_BOOLEAN: Final = Struct("!i?")
_NULL: Final = _LENGTH.pack(-1)
_UUID_LENGTH: Final = _LENGTH.pack(16)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()


class JsonText(bytes):
    """The text of a JSON value, for a column of type ``json``."""

    __slots__ = ()


def _array(element_oid: int, count: int, elements: Iterable[bytes]) -> bytes:
    if not count:
        return _EMPTY.pack(0, 0, element_oid)
    # The null flag may be set without any null: the server looks for itself.
    return _HEADER.pack(1, 1, element_oid, count, 1) + b"".join(elements)


def uuids(column: Sequence[UUID | None]) -> bytes:
    """A ``uuid[]``; a third of a row's columns are ids, and ``UUID.bytes`` is a call more than its number's bytes."""
    return _array(
        2950, len(column), [_NULL if each is None else _UUID_LENGTH + each.int.to_bytes(16) for each in column]
    )


def integers(column: Sequence[int | None]) -> bytes:
    """A ``bigint[]``."""
    pack = _INT8.pack
    return _array(20, len(column), [_NULL if each is None else pack(8, each) for each in column])


def booleans(column: Sequence[bool | None]) -> bytes:
    """A ``boolean[]``."""
    return _array(16, len(column), [_NULL if each is None else _BOOLEAN.pack(1, each) for each in column])


def texts(column: Sequence[str | bytes | None]) -> bytes:
    """A ``text[]``; bytes are UTF-8 already."""
    return _array(25, len(column), [_sized(each) for each in column])


def byteas(column: Sequence[bytes | None]) -> bytes:
    """A ``bytea[]``."""
    return _array(17, len(column), [_sized(each) for each in column])


def _sized(value: str | bytes | None) -> bytes:
    if value is None:
        return _NULL
    data = value.encode() if isinstance(value, str) else value
    return _LENGTH.pack(len(data)) + data


def instants(column: Sequence[datetime | None]) -> bytes:
    """A ``timestamptz[]``; the group's one posting time is worked out once."""
    known: dict[datetime | None, bytes] = {None: _NULL}
    return _array(1184, len(column), [known.get(each) or known.setdefault(each, _instant(each)) for each in column])


def _instant(moment: datetime | None) -> bytes:
    if moment is None:
        return _NULL
    since = moment - _EPOCH
    return _INT8.pack(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def dates(column: Sequence[date | None]) -> bytes:
    """A ``date[]``."""
    known: dict[date | None, bytes] = {None: _NULL}
    return _array(1082, len(column), [known.get(each) or known.setdefault(each, _day(each)) for each in column])


def _day(day: date | None) -> bytes:
    return _NULL if day is None else _DATE.pack(4, day.toordinal() - _EPOCH_DAY)


def jsons(column: Sequence[JsonText | None]) -> bytes:
    """A ``json[]``."""
    return _array(114, len(column), [_sized(each) for each in column])


Pack = Callable[[Any], bytes]

_PACKERS: Final[tuple[tuple[type, str, Pack], ...]] = (
    (UUID, "uuid", uuids),
    (datetime, "timestamptz", instants),
    (date, "date", dates),
    (IntEnum, "bigint", integers),
    (bool, "boolean", booleans),
    (int, "bigint", integers),
    (str, "text", texts),
    (JsonText, "json", jsons),
    (bytes, "bytea", byteas),
)


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that writes any number of rows, and what packs them for it."""

    query: str
    _values: Callable[[Any], tuple[Any, ...]]
    _packers: Mapping[str, Pack]

    def pack(self, rows: Sequence[Any]) -> dict[str, bytes]:
        """The statement's parameters."""
        columns = zip(*map(self._values, rows), strict=True)
        return {name: packer(column) for (name, packer), column in zip(self._packers.items(), columns, strict=True)}


class Table:
    """How the rows of one dataclass are written to a table; its fields are the table's columns."""

    def __init__(self, name: str, row: type, *, leave_out: tuple[str, ...] = ()) -> None:
        """Derive the columns and their types from the dataclass."""
        hints = get_type_hints(row)
        self.name = name
        self.columns = tuple(each.name for each in fields(row) if each.name not in leave_out)
        self._types: dict[str, str] = {}
        self._packers: dict[str, Pack] = {}
        for column in self.columns:
            self._types[column], self._packers[column] = _packer_of(_without_none(hints[column]))

    def insert(self, otherwise: str = "") -> Write:
        """The statement that inserts rows; ``otherwise`` is an ``ON CONFLICT`` clause."""
        query = f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT {self._unnested(self.columns)} {otherwise}"
        return self._write(query, self.columns)

    def update(self, key: tuple[str, ...], columns: tuple[str, ...]) -> Write:
        """The statement that sets ``columns`` of rows, found by ``key``."""
        assignments = ", ".join(f"{each} = v.{each}" for each in columns)
        same_row = " AND ".join(f"t.{each} = v.{each}" for each in key)
        needed = (*key, *columns)
        query = f"UPDATE {self.name} t SET {assignments} FROM (SELECT {self._unnested(needed)}) v WHERE {same_row}"  # noqa: S608 (our names)
        return self._write(query, needed)

    def _unnested(self, columns: tuple[str, ...]) -> str:
        """The arrays side by side: in the select list, where the server does not store each of them away first."""
        return ", ".join(f"unnest(%({each})b::{self._types[each]}[]) AS {each}" for each in columns)

    def _write(self, query: str, columns: tuple[str, ...]) -> Write:
        return Write(query, attrgetter(*columns), {each: self._packers[each] for each in columns})


def _without_none(hint: Any) -> type:  # noqa: ANN401 (a type hint)
    if get_origin(hint) in (Union, UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    return hint if isinstance(hint, type) else object


def _packer_of(python_type: type) -> tuple[str, Pack]:
    for known, sql_type, packer in _PACKERS:
        if issubclass(python_type, known):
            return sql_type, packer
    raise TypeError(f"no column type for {python_type}")
