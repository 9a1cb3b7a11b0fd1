"""The rows of a table that a posting group works on."""

from typing import Protocol, TypeVar
from uuid import UUID


class StaleFactsError(Exception):
    """Something appeared after the locks were taken: the group must be read again."""


class _HasId(Protocol):
    @property
    def id(self) -> UUID: ...


Row = TypeVar("Row", bound=_HasId)


class WorkingRows(dict[UUID, Row]):
    """Rows by id, as they were read under the group's locks, with what its decisions add to them and change in them.

    What one decision adds is seen by those that follow. ``added`` and ``changed`` are what is to be written.
    """

    __slots__ = ("added", "changed")

    def __init__(self) -> None:
        self.added: list[Row] = []
        self.changed: dict[UUID, Row] = {}

    def known(self, row_id: UUID) -> Row:
        """A row that was there before the locks were asked for; `StaleFactsError` when it was not read with them."""
        row = self.get(row_id)
        if row is None:
            raise StaleFactsError(f"{row_id} was not read")
        return row

    def add(self, row: Row) -> None:
        """Record a new row."""
        self[row.id] = row
        self.added.append(row)

    def save(self, row: Row) -> None:
        """Write how the row is by now."""
        self.changed[row.id] = row
