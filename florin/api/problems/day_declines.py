"""The declines of the close of the day and of proofs, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

DAY_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.DAY_NOT_OVER: (
        409,
        "The business day has not ended.",
        "Close it after its end in the programme's time zone.",
    ),
    Decline.BOOK_NOT_PROVEN: (
        409,
        "A proof of the book has findings: the day is closed and stays unsealed.",
        "Read the proofs, have the book put right, and close the day again.",
    ),
    Decline.DAY_CLOSE_UNDER_WAY: (
        409,
        "Days of this programme are being closed by somebody else.",
        "Look at the checklist of the day: it shows how far that has come.",
    ),
    Decline.DAY_NOT_REOPENABLE: (
        409,
        "The day is not the last one that was closed, or a merchant's statement of it is approved.",
        "Post what is to be put right to the open day: a day that others build on stays as it is.",
    ),
    Decline.DAY_REPORT_NOT_FOUND: (
        404,
        "No report of this name and edition is archived of the day.",
        "List the reports of the day; there are none before it is sealed.",
    ),
    Decline.FILE_NOT_MISSING: (
        409,
        "No close waits for a file of this counterparty for that day.",
        "Look at the checklist of the day: it names whose files are missing.",
    ),
    Decline.PROOF_RUN_NOT_FOUND: (404, "The book was not proven under this id.", "List the runs."),
}
