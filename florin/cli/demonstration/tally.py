"""What the shops write down for themselves: outcomes by kind, and the money that should have moved."""

from collections import Counter
from dataclasses import dataclass, field

from florin.cli.demonstration.http_client import Reply


@dataclass(slots=True)
class Tally:
    """The shops' own notes; amounts in minor units. They are compared with the book at the end."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    activated_minor: int = 0
    ordered_minor: int = 0
    received_minor: int = 0
    paid_by_companies_minor: int = 0
    loaded_minor: int = 0
    taken_minor: int = 0
    returned_minor: int = 0
    low_balances: int = 0

    def note(self, what: str, reply: Reply) -> Reply:
        """Count an outcome; a fault of the service is a surprise."""
        self.outcomes[what, reply.code] += 1
        if reply.status >= 500:  # noqa: PLR2004 (RFC 9110)
            self.surprise(f"{what}: {reply.status} {reply.code}")
        return reply

    def surprise(self, text: str) -> None:
        """Something happened that the interface does not allow."""
        self.surprises.append(text)

    def expect(self, what: str, reply: Reply, *codes: str) -> Reply:
        """Count an outcome that must be one of those codes."""
        self.note(what, reply)
        if reply.code not in codes:
            self.surprise(f"{what}: {reply.code} instead of {' or '.join(codes)}")
        return reply

    def rows(self) -> list[tuple[str, str, int]]:
        """The outcomes as a table: what was asked, what was answered, how often."""
        return [(what, code, count) for (what, code), count in sorted(self.outcomes.items())]
