"""The proofs of the book as a table: the same for who proves it here and for who asks the service to."""

from collections.abc import Iterable
from typing import NamedTuple

from florin.cli.printing import print_table


class ProofRow(NamedTuple):
    """What is told of a proof: how many rows it looked at, and how many of them break it."""

    number: int
    name: str
    rows_checked: int
    found: int


def print_proofs(proofs: Iterable[ProofRow]) -> None:
    """Print one line for each proof."""
    print_table(
        "Proofs of the book",
        ("no.", "proof", "rows", "findings", ""),
        [
            (each.number, each.name, f"{each.rows_checked:,}", each.found, "BROKEN" if each.found else "holds")
            for each in proofs
        ],
    )
