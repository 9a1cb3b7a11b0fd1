"""What the proofs say: plain data that prints, and that becomes JSON with ``dataclasses.asdict``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from florin.domain.chart import CHART, AccountCode
from florin.domain.identifiers import PREFIXES, wire_id

SHOWN: Final = 20
"""How many findings a proof shows; it counts them all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is wrong: the journal, account, card... that it concerns, named in wire form, and what is wrong."""

    rows: tuple[str, ...]
    detail: str

    def __str__(self) -> str:
        return f"{' '.join(self.rows)}: {self.detail}"


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What one proof found: ``found`` counts all findings, ``findings`` holds the first of them.

    ``rows_checked`` counts the rows that the proof is about, ``duration_ms`` is in milliseconds.
    """

    number: int
    name: str
    promise: str
    rows_checked: int
    found: int
    findings: tuple[Finding, ...]
    duration_ms: int

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.found == 0


@dataclass(frozen=True, slots=True)
class ProofReport:
    """The results of a run, in the order of the proofs."""

    results: tuple[ProofResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every proof that was run holds."""
        return all(each.holds for each in self.results)


def name_rows(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what a row of a question concerns: accounts as ``2010:card_…``, transfers as ``jrn_…/0``."""
    names = dict(columns)
    rows = []
    if (code := names.pop("code", None)) is not None:
        rows.append(account_name(code, names.pop("owner_id")))
    position = names.pop("position", None)
    for column, value in names.items():
        if isinstance(value, UUID):
            name = wire_id(column.removesuffix("_id"), value)
            rows.append(f"{name}/{position}" if column == "journal_id" and position is not None else name)
        elif isinstance(value, date | str) and column != "detail":
            rows.append(str(value))
    return tuple(rows)


def account_name(code: int, owner_id: UUID) -> str:
    """An account as people read it: its code and its owner's id in wire form, where that kind of owner has one."""
    return f"{code}:{owner_name(code, owner_id)}"


def owner_name(code: int, owner_id: UUID) -> str:
    """The owner of an account by its id in wire form, or in digits alone where that kind of owner has none."""
    kind = CHART[AccountCode(code)].one_per
    return wire_id(kind, owner_id) if kind in PREFIXES else owner_id.hex
