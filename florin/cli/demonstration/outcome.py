"""The outcome: the shops' notes held against the book, and the book's own proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from florin.cli.demonstration.http_client import Json, Service
from florin.cli.demonstration.tally import Tally
from florin.cli.printing import print_table, say
from florin.cli.proof_table import ProofRow, print_proofs
from florin.domain.chart import AccountCode
from florin.domain.money import format_minor

UNIT: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sum as the shops noted it and as the book has it, in minor units."""

    what: str
    noted_minor: int
    booked_minor: int

    @property
    def agrees(self) -> bool:
        """Whether the two are the same to the fen."""
        return self.noted_minor == self.booked_minor


async def balances(service: Service, operator: str, programme_id: str) -> dict[int, int]:
    """What the book says of each account code of the programme now: credits less debits, in minor units."""
    # No programme's clock is a day ahead of Greenwich.
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    wanted = {"programme_id": programme_id, "through": tomorrow.isoformat()}
    (accounts,) = (await service.get("/v1/reports/trial_balance", operator, **wanted)).expect(200).body["sections"]
    return {line["code"]: line["credits"]["amount"] - line["debits"]["amount"] for line in accounts["rows"]}


def compare(tally: Tally, before: dict[int, int], after: dict[int, int]) -> list[Comparison]:
    """The notes of the shops beside what the book gained meanwhile."""

    def gained(code: AccountCode) -> int:
        return after.get(code, 0) - before.get(code, 0)

    return [
        Comparison("cards activated", tally.activated_minor, -gained(AccountCode.MERCHANT_RECEIVABLE)),
        Comparison("received from companies", tally.received_minor, -gained(AccountCode.BANK)),
        Comparison(
            "left to companies",
            tally.received_minor - tally.paid_by_companies_minor,
            gained(AccountCode.CORPORATE_FUNDING),
        ),
        Comparison(
            "granted as bonus",
            tally.ordered_minor - tally.paid_by_companies_minor,
            -gained(AccountCode.PROMOTIONAL_VALUE),
        ),
        Comparison("owed to merchants", tally.taken_minor - tally.returned_minor, gained(AccountCode.MERCHANT_PAYABLE)),
        Comparison(
            "outstanding on cards and wallets",
            tally.activated_minor + tally.ordered_minor - tally.taken_minor + tally.returned_minor,
            sum(
                gained(each)
                for each in (
                    AccountCode.CARD_PRINCIPAL,
                    AccountCode.CARD_BONUS,
                    AccountCode.WALLET_PRINCIPAL,
                    AccountCode.WALLET_BONUS,
                )
            ),
        ),
    ]


def print_outcome(
    tally: Tally, comparisons: Sequence[Comparison], proofs: Json, summary: Sequence[tuple[str, object]]
) -> None:
    """Tables for people."""
    print_table("What happened", ("what was asked", "what was answered", "times"), tally.rows())
    print_table("How", ("figure", "value"), summary)
    print_comparisons("The shops' notes and the book", comparisons)
    print_proofs(
        ProofRow(each["number"], each["name"], each["rows_checked"], each["found"]) for each in proofs["proofs"]
    )
    for surprise in tally.surprises[:20]:
        say(f"surprise: {surprise}")


def print_comparisons(title: str, comparisons: Sequence[Comparison]) -> None:
    """A table of sums as they were noted and as the book has them."""
    rows = [
        (each.what, format_minor(each.noted_minor, UNIT), format_minor(each.booked_minor, UNIT), _mark(each.agrees))
        for each in comparisons
    ]
    print_table(title, ("sum", "noted", "booked", ""), rows)


def _mark(right: bool) -> str:
    return "agrees" if right else "DIFFERS"
