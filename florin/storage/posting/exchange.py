"""Exchanges with the server: several statements that are sent together, and what each of them returned.

A posting group says four things: the locks, the reads, the writes, the commit. The driver's own pipeline sends every
statement for itself and makes a cursor for it, which is most of the processor time of a small group: 3.0 ms a group of
one, and 1.5 ms this way (ADR 0012). What is used of the driver here is its wrapper of libpq.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, OperationalError, errors, generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

Asked = tuple[str, Mapping[str, bytes]]
"""A statement with named parameters, ``%(name)b``, and their values in PostgreSQL's binary form."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of a statement: the rows that it gave, and how many it gave or wrote."""

    rows: list[tuple[Any, ...]]
    count: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the server knows it: its name, its text, and which parameter stands for ``$1``, ``$2``..."""

    name: bytes
    text: bytes
    parameters: tuple[str, ...]
    formats: tuple[Format, ...]


_PARAMETER: Final = re.compile(r"%\((\w+)\)[bs]")
_numbers: Final = count(1)
_known_to: Final[WeakKeyDictionary[AsyncConnection[Any], set[bytes]]] = WeakKeyDictionary()
"""The names of the statements that a connection has prepared."""


async def exchange(connection: AsyncConnection[Any], asked: Sequence[Asked]) -> list[Returned]:
    """Send statements together, each prepared on first use, and return what they returned, in their order.

    The connection must be the caller's alone. After the first statement that fails none is carried out any more, and
    its error is raised as psycopg raises it; then `roll_back` makes the connection fit for use again.
    """
    known = _known_to.setdefault(connection, set())
    sent = []
    for query, values in asked:
        statement = _prepared(query)
        sent.append((statement, [values[name] for name in statement.parameters]))
    results = await connection.wait(_talk(connection.pgconn, known, sent))
    return [_returned(connection, each) for each in results]


async def roll_back(connection: AsyncConnection[Any]) -> None:
    """End a transaction that failed, and forget what was prepared: how far the server came with it is not known."""
    _known_to.pop(connection, None)
    if not connection.closed:
        await connection.rollback()
        await connection.execute("DEALLOCATE ALL")


@lru_cache(maxsize=256)
def _prepared(query: str) -> _Prepared:
    parameters = tuple(dict.fromkeys(_PARAMETER.findall(query)))
    text = _PARAMETER.sub(lambda found: f"${parameters.index(found[1]) + 1}", query)
    name = b"florin_%d" % next(_numbers)
    return _Prepared(name, text.encode(), parameters, (Format.BINARY,) * len(parameters))


def _talk(server: PGconn, known: set[bytes], sent: Iterable[tuple[_Prepared, list[bytes]]]) -> PQGen[list[PGresult]]:
    server.enter_pipeline_mode()
    is_answer = []
    for statement, values in sent:
        if statement.name not in known:
            server.send_prepare(statement.name, statement.text)
            known.add(statement.name)
            is_answer.append(False)
        # Binary results: neither side writes ids and times as text for the other to read.
        server.send_query_prepared(statement.name, values, statement.formats, Format.BINARY)
        is_answer.append(True)
    server.pipeline_sync()
    is_answer.append(False)
    yield from generators.send(server)
    results: list[PGresult] = []
    try:
        for _ in is_answer:
            results += yield from generators.fetch_many(server)
    except OperationalError:
        # A server that hangs up may have said why.
        _require_success(results)
        raise
    server.exit_pipeline_mode()
    _require_success(results)
    return [each for each, wanted in zip(results, is_answer, strict=True) if wanted]


def _require_success(results: Iterable[PGresult]) -> None:
    for each in results:
        if each.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(each)


def _returned(connection: AsyncConnection[Any], result: PGresult) -> Returned:
    if not result.ntuples:
        return Returned([], result.command_tuples or 0)
    reader = Transformer(connection)
    reader.set_pgresult(result)
    return Returned(reader.load_rows(0, result.ntuples, tuple), result.command_tuples or 0)
