"""Closing days of a book that was written row by row: there is no posting engine behind it, so no hold runs out."""

import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.day_close import Checklist, CloseStep
from florin.domain.programme import Programme
from florin.reconciliation.day_close.close_days import Closed, OnChange, close_through
from florin.reconciliation.day_close.steps import STEPS, Closing, Found, Step
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool
from florin.storage.posting.engine import EngineLimits, PostingEngine


async def _no_holds(_: Closing, __: Checklist) -> Found:
    return Found({"expired": 0})


STEPS_OF_A_BOOK: Final[Mapping[CloseStep, Step]] = MappingProxyType({**STEPS, CloseStep.HOLDS: _no_holds})


@cache
def vault() -> Vault:
    """The secrets of all these tests."""
    with tempfile.TemporaryDirectory() as directory:
        return Vault(Keyring.create(Path(directory) / "keys" / "keyring.json"))


def house_of(pool: Pool, secrets: Vault | None = None) -> ClearingHouse:
    """A house whose engine never runs."""
    return ClearingHouse(PostingEngine(pool, EngineLimits()), pool, secrets or vault())


async def close(
    pool: Pool,
    programme: Programme,
    through: date,
    author: Author,
    on_change: OnChange = lambda _: None,
    secrets: Vault | None = None,
) -> Closed:
    """Go through the close of every day up to one, by a clock that stands still."""
    return await close_through(
        house_of(pool, secrets),
        programme,
        through,
        author,
        on_change=on_change,
        clock=lambda: author.now,
        steps=STEPS_OF_A_BOOK,
    )
