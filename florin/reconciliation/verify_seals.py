"""Hashing sealed days again: a changed, added, lost or moved transfer, and a changed seal, are found here."""

from collections import defaultdict
from datetime import date, timedelta
from operator import attrgetter
from typing import Final
from uuid import UUID

from florin.domain.identifiers import wire_id
from florin.domain.merkle import GrowingTree, chain, genesis
from florin.reconciliation.findings import Finding
from florin.storage.book.sealing import SealedDay, lost_seals, read_seals, replaced_seals, sealed_leaves
from florin.storage.connect import Connection, Pool
from florin.storage.long_work import one_snapshot

LOST: Final = "the day was sealed and its seal is gone"
ANOTHER: Final = "the day was sealed with another seal"

_ONE_DAY: Final = timedelta(days=1)

Trees = defaultdict[tuple[UUID, date], GrowingTree]


async def verify_seals(pool: Pool) -> list[Finding]:
    """Hash every sealed day again; returns what does not match, which should be nothing."""
    async with one_snapshot(pool) as connection:
        _, findings = await check_seals(connection)
        return findings


async def check_seals(connection: Connection, *, last_only: bool = False) -> tuple[int, list[Finding]]:
    """How many transfers were hashed, and the days that do not match. ``connection`` is in a transaction.

    With ``last_only`` the transfers of each programme's last sealed day alone, and the chain of all seals.
    """
    trees: Trees = defaultdict(GrowingTree)
    hashed = 0
    async for programme_id, business_date, leaf in sealed_leaves(connection, last_only=last_only):
        trees[programme_id, business_date].add(leaf)
        hashed += 1
    seals = await read_seals(connection)
    last_days = {each.programme_id: each.business_date for each in seals}
    hashed_again = [each for each in seals if not last_only or each.business_date == last_days[each.programme_id]]
    links = sorted([*await replaced_seals(connection), *seals], key=attrgetter("programme_id", "business_date"))
    findings = _broken_days(links, trees, frozenset(hashed_again))
    without_seal = sorted(trees.keys() - {(each.programme_id, each.business_date) for each in seals})
    findings += [_finding(*day, "the day has transfers and no seal") for day in without_seal]
    found = {each.rows for each in findings}
    lost = [
        _finding(programme_id, day, LOST if is_gone else ANOTHER)
        for programme_id, day, is_gone in await lost_seals(connection)
    ]
    return hashed, findings + [each for each in lost if each.rows not in found]


def _broken_days(seals: list[SealedDay], trees: Trees, hashed_again: frozenset[SealedDay]) -> list[Finding]:
    findings = []
    before: SealedDay | None = None
    for day in seals:
        is_first = before is None or before.programme_id != day.programme_id
        detail = _broken_chain(day, None if is_first else before) or _broken_seal(
            day, trees[day.programme_id, day.business_date] if day in hashed_again else None
        )
        if detail is not None:
            findings.append(_finding(day.programme_id, day.business_date, detail))
        before = day
    return findings


def _broken_chain(day: SealedDay, before: SealedDay | None) -> str | None:
    if before is None:
        is_genesis = day.previous_seal == genesis(day.programme_id.bytes)
        return None if is_genesis else "the first sealed day is not chained to the programme's beginning"
    # A day that was reopened follows itself.
    if day.business_date not in {before.business_date, before.business_date + _ONE_DAY}:
        return f"the sealed day before is {before.business_date}"
    # What the day before should be sealed with, not what its row says: a changed seal is reported where it was changed.
    intact = chain(before.previous_seal, before.merkle_root, before.business_date, before.transfers)
    return None if day.previous_seal in (intact, before.seal) else "the day is not chained to the day before"


def _broken_seal(day: SealedDay, tree: GrowingTree | None) -> str | None:
    if tree is not None and tree.count != day.transfers:
        return f"sealed with {day.transfers} transfers, the book has {tree.count}"
    if tree is not None and tree.root() != day.merkle_root:
        return "the transfers do not hash to the day's root"
    if chain(day.previous_seal, day.merkle_root, day.business_date, day.transfers) != day.seal:
        return "the seal is not that of the day"
    return None


def _finding(programme_id: UUID, business_date: date, detail: str) -> Finding:
    return Finding((wire_id("programme", programme_id), business_date.isoformat()), detail)
