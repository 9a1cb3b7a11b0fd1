"""The report of a month: kept in its data directory, shown to people, and told to machines."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from florin.batch.demo_tills import UNIT
from florin.cli.demonstration.outcome import Comparison, print_comparisons
from florin.cli.month.facts import Difference, Facts
from florin.cli.month.leaving import CERTIFICATE, PAYOUTS
from florin.cli.plain_words import words
from florin.cli.printing import print_table, say
from florin.cli.proof_table import ProofRow, print_proofs
from florin.crypto.private_file import read_private, write_private
from florin.domain.money import format_minor

FILE_NAME: Final = "month.json"


@dataclass(frozen=True, slots=True)
class MonthReport:
    """What the month held, by whoever lived through it and by the book.

    ``last_close`` tells where each step of the last day's close stands, ``differences`` what bank and provider say
    otherwise than the book.
    """

    first_day: date
    last_day: date
    seed: int
    happened: Mapping[str, int]
    facts: Facts
    points_noted: int
    days_sealed: int
    last_close: Mapping[str, str]
    differences: tuple[Difference, ...]
    comparisons: tuple[Comparison, ...]
    proofs: tuple[ProofRow, ...]
    seconds: int

    @property
    def is_green(self) -> bool:
        """Whether the book proves itself and agrees with what everybody wrote down."""
        proven = not any(each.found for each in self.proofs)
        return proven and all(each.agrees for each in self.comparisons) and self.points_noted == self.facts.points

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {"green": self.is_green, **msgspec.to_builtins(self), "facts": asdict(self.facts)}


def keep_report(data_dir: Path, report: MonthReport) -> None:
    """Keep the report of a month that has been played to its end."""
    write_private(data_dir / FILE_NAME, msgspec.json.format(msgspec.json.encode(report)) + b"\n")


def kept_report(data_dir: Path) -> MonthReport | None:
    """The report of the month that was played in a directory, if it was played to its end."""
    try:
        return msgspec.json.decode(read_private(data_dir / FILE_NAME), type=MonthReport)
    except FileNotFoundError:
        return None


def print_report(report: MonthReport, data_dir: Path) -> None:
    """Tables for people, and where they look further."""
    print_table(
        f"A month of members' lives, {report.first_day} to {report.last_day}",
        ("what", "of which", "number"),
        _rows(report),
    )
    print_table(f"The close of {report.last_day}", ("step", "state"), report.last_close.items())
    print_table(
        "What bank and provider say otherwise, and wait for somebody",
        ("what", "who says it", "of", "more than the book", "state"),
        [
            (words(each.kind), each.counterparty, each.value_on, format_minor(each.amount_minor, UNIT), each.state)
            for each in report.differences
        ],
    )
    print_comparisons("The notes of the month and the book", report.comparisons)
    print_proofs(report.proofs)
    mark = "agrees" if report.points_noted == report.facts.points else "DIFFERS"
    say(f"Points: {report.facts.points} credited, {report.points_noted} counted from the purchases: {mark}.")
    say(f"{report.days_sealed} business days closed, proven and sealed; {report.seconds} seconds.")
    _print_ways_on(data_dir)


def _rows(report: MonthReport) -> Iterator[tuple[str, str, int]]:
    facts = report.facts
    for what, numbers in (
        ("members did", report.happened),
        ("members now", facts.members),
        ("their lives", facts.lives),
        ("personal tiers", facts.tiers),
        ("payments online", facts.payments),
        ("findings", facts.findings),
        ("notices", facts.notices),
        ("sent", facts.sendings),
        ("dormancy, cards too", facts.dormancy),
        ("closures", facts.closures),
        ("payouts", facts.payouts),
    ):
        for position, (name, number) in enumerate(numbers.items()):
            yield ("" if position else what, name.replace("_", " "), number)


def _print_ways_on(data_dir: Path) -> None:
    """Addresses and commands with which somebody looks further."""
    say("")
    say(f"The month has a book of its own. To look further, with FLORIN_DATA_DIR={data_dir}:")
    for command, what in (
        (
            "florin serve --demo --port 8001",
            "serve it at http://127.0.0.1:8001; prints members, people, keys and the API's page",
        ),
        ("florin verify", "prove it again"),
        ("florin break list --as farm.finance", "the differences, with their age and what may be done"),
        ("florin suspense list --as farm.finance", "money of somebody whom nobody knows"),
        ("florin closure list --as farm.manager", "one waits for a manager's approval"),
        ("florin payment findings --as farm.finance", "what was paid otherwise than it was asked for"),
        ("florin dormancy calls honeynut --as farm.operator", "whom it is time to call"),
        ("florin dormancy figures honeynut --as farm.manager", "members, log-ins, purchases and spending"),
        ("florin demo-code farm.manager", "the one-time code that --as asks for; passwords are in demo.json there"),
    ):
        say(f"  {command:<52}{what}")
    say(f"Mails that went out: {data_dir / 'spool' / 'mail' / 'new'}")
    say(f"The certificate, and the payout file in both forms: {data_dir / CERTIFICATE}, {PAYOUTS}.csv, {PAYOUTS}.xml")
