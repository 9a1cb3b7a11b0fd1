"""Taking in a clearing file: every line goes through the posting engine under a key of its own.

The key is made of the file and the line, and the file is known by the digest of its bytes. So a file that comes twice,
or again after a kill at any point, gets the answers that it has got before and moves nothing a second time.
"""

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import msgspec

from florin.batch.clearing_file import CheckedFile, check_file, read_records, stamp_of
from florin.batch.clearing_line import ClearingLine
from florin.clearing.house import ClearingHouse
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.clearing.refund_by_reference import RefundByReferenceCommand, refund_by_reference
from florin.domain.money import format_minor
from florin.domain.programme import Merchant
from florin.storage.clearing_files import ClearingFile, finish_file, register_file
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller, PostingRequest

WINDOW: Final = 256
"""Lines that are under way at once: as many as the posting engine's largest group, so that they share a commit."""

OUTCOME_COLUMNS: Final = ("line", "reference", "type", "outcome", "amount", "currency", "id")
APPROVED: Final = "approved"

Progress = Callable[[int, int], None]


class FileOfAnother(Exception):
    """The same sales were taken in for another merchant."""


class FileChanged(Exception):
    """The file was changed while it was read; what was posted is found again when it is taken in anew."""


@dataclass(slots=True)
class Intake:
    """What became of a file: how many lines ended how, and what purchases took and refunds gave back (minor units)."""

    file: ClearingFile
    currency: str
    outcomes: Counter[str] = field(default_factory=Counter)
    replayed: int = 0
    taken_minor: int = 0
    given_back_minor: int = 0

    @property
    def all_approved(self) -> bool:
        """Whether no line was declined."""
        return set(self.outcomes) <= {APPROVED}


async def clear_file(
    house: ClearingHouse,
    merchant: Merchant,
    path: Path,
    outcomes: IO[str],
    progress: Progress = lambda _done, _whole: None,
) -> Intake:
    """Check the file as a whole, then post its lines in their order and write what became of each to ``outcomes``.

    The house's engine must decide in order: a refund may refer to a purchase of an earlier line.

    Raises:
        FileRefused: it is not a clearing file from beginning to end; nothing was posted.
        FileOfAnother: another merchant's file has the same sales; nothing was posted.
        FileChanged: it was written to meanwhile; lines already posted stay posted.
        BusyError, OutcomeUnknownError: the database is gone or overloaded; take the same file in again, which posts no
            line twice.
    """
    checked = await asyncio.to_thread(check_file, path)
    file = await _register(house, merchant, checked)
    if file.merchant_id != merchant.id:
        raise FileOfAnother(f"the same file was taken in for another merchant as {file.name}")
    intake = Intake(file, checked.currency)
    sheet = csv.writer(outcomes)
    sheet.writerow(OUTCOME_COLUMNS)
    done = 0
    for window in _windows(checked):
        requests = [_request(house, file, number, line) for number, line in window]
        answers = await asyncio.gather(*map(house.engine.submit, requests))
        for (number, line), answer in zip(window, answers, strict=True):
            sheet.writerow(_outcome(intake, number, line, answer))
        done += len(window)
        progress(done, checked.lines)
    await finish_file(house.pool, file.id, datetime.now(UTC))
    return intake


def is_outcome_of(outcomes: Path, path: Path) -> bool:
    """Whether a file of outcomes tells of the clearing file at ``path``, by the reference of its first line.

    A reference is used once for ever, so two files of a merchant never begin with the same one. A clearing file that
    cannot be read has no outcome: nothing tells of it.

    Raises:
        OSError: one of the two cannot be read.
    """
    with path.open("rb") as file:
        first = next((each for _, each in read_records(file) if isinstance(each, ClearingLine)), None)
    with outcomes.open(encoding="utf-8", errors="replace", newline="") as told:
        rows = csv.reader(told)
        try:
            header, row = next(rows, []), next(rows, [])
        except csv.Error:
            return False
    return tuple(header) == OUTCOME_COLUMNS and row[1:2] == ([] if first is None else [first.reference])


async def _register(house: ClearingHouse, merchant: Merchant, checked: CheckedFile) -> ClearingFile:
    file = ClearingFile(
        sha256=checked.sha256,
        id=fresh_id(),
        name=checked.path.name,
        merchant_id=merchant.id,
        lines=checked.lines,
        total_minor=checked.total_minor,
        taken_in_at=datetime.now(UTC),
    )
    return await register_file(house.pool, file)


def _windows(checked: CheckedFile) -> Iterator[Sequence[tuple[int, ClearingLine]]]:
    with checked.path.open("rb") as file:
        lines = ((number, each) for number, each in read_records(file) if isinstance(each, ClearingLine))
        while window := list(islice(lines, WINDOW)):
            if stamp_of(checked.path) != checked.stamp:
                raise FileChanged(f"{checked.path} was changed while it was read: take it in again")
            yield window


def _request(house: ClearingHouse, file: ClearingFile, number: int, line: ClearingLine) -> PostingRequest:
    # The file stands where an API key or a session would: the record of operations says which line asked for what.
    caller = Caller(file.merchant_id, file.id, request_id=f"{file.name}:{number}")
    key = _line_key(file.id, number)
    if line.card is not None:
        command = PurchaseCommand(line.card, line.amount_minor, line.currency, line.reference, event_at=line.event_at)
        return purchase(house, caller, key, command)
    refund = RefundByReferenceCommand(line.original_reference or "", line.amount_minor, line.currency, line.reference)
    return refund_by_reference(house, caller, key, refund)


def _line_key(file_id: UUID, number: int) -> str:
    return f"file-{file_id.hex}-{number}"


def _outcome(intake: Intake, number: int, line: ClearingLine, answer: Answer) -> tuple[object, ...]:
    """Count the answer and return its row; a replayed answer has the row that it had the first time."""
    intake.replayed += answer.replayed
    if answer.decline is not None:
        intake.outcomes[answer.decline] += 1
        return (number, line.reference, line.kind, answer.decline, "", "", "")
    intake.outcomes[APPROVED] += 1
    if line.card is not None:
        intake.taken_minor += line.amount_minor
    else:
        intake.given_back_minor += line.amount_minor
    subject = msgspec.json.decode(answer.body)["id"]
    moved = format_minor(line.amount_minor, line.currency)
    return (number, line.reference, line.kind, APPROVED, moved, line.currency, subject)
