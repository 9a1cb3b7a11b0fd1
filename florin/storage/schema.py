"""The schema that this code expects, and whether a database has it.

Every process asks this as it starts, so it is asked without Alembic, whose import costs more than all of the rest: a
revision is called as its file is, the files' names are in order, and the database keeps its revision in one row.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from florin.storage.connect import Connection

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"

HAS_VERSION: Final = "SELECT to_regclass('public.alembic_version') IS NOT NULL"
READ_VERSION: Final = "SELECT version_num FROM public.alembic_version"


class SchemaMismatch(Exception):
    """The schema is not the one that this code was written for. The message says what to do."""


@dataclass(frozen=True)
class SchemaState:
    """Where a database stands beside this code.

    Attributes:
        current: the revision of the database, None when it has no schema.
        head: the revision that this code expects.
        pending: revisions still to run, oldest first.
        is_newer: the database has a revision that this code does not know.
    """

    current: str | None
    head: str
    pending: tuple[str, ...]
    is_newer: bool


def revisions(versions: Path = VERSIONS) -> tuple[str, ...]:
    """Every revision of the directory, oldest first."""
    return tuple(sorted(file.stem for file in versions.glob("[0-9]*.py")))


def state_at(current: str | None, versions: Path = VERSIONS) -> SchemaState:
    """Where a database on revision ``current`` stands beside the revisions of the directory."""
    known = revisions(versions)
    if current is not None and current not in known:
        return SchemaState(current, known[-1], (), is_newer=True)
    done = 0 if current is None else known.index(current) + 1
    return SchemaState(current, known[-1], known[done:], is_newer=False)


async def schema_state(connection: Connection, *, versions: Path = VERSIONS) -> SchemaState:
    """Return where the database of ``connection`` stands beside this code."""
    row = await (await connection.execute(HAS_VERSION)).fetchone()
    if row is None or not row[0]:
        return state_at(None, versions)
    row = await (await connection.execute(READ_VERSION)).fetchone()
    return state_at(None if row is None else str(row[0]), versions)


async def require_current_schema(connection: Connection, *, versions: Path = VERSIONS) -> None:
    """Return when the schema is exactly the one that this code expects.

    Raises:
        SchemaMismatch: it is older, absent or newer.
    """
    state = await schema_state(connection, versions=versions)
    refuse_newer(state)
    if state.pending:
        raise SchemaMismatch(f"the database waits for the migrations {', '.join(state.pending)}: run `florin migrate`")


def refuse_newer(state: SchemaState) -> None:
    """Return when this code knows the revision that the database stands on.

    Raises:
        SchemaMismatch: it does not.
    """
    if state.is_newer:
        raise SchemaMismatch(
            f"the database stands on revision {state.current}, which this version of Florin does not know "
            f"(it knows up to {state.head}): start the newer version"
        )
