"""What differs and has not ended, summed up: by the day since when, as it is read, and by age, as it is reported."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from florin.domain.break_age import AgeBucket, bucket_of
from florin.domain.break_life import BreakKind


@dataclass(frozen=True, slots=True)
class Standing:
    """The breaks of one counterparty, kind and value date: how many, and their differences without signs.

    ``counterparty`` is its short name, nothing where several could have the entry; ``lag_days`` in banking days.
    """

    programme_id: UUID
    counterparty_id: UUID | None
    counterparty: str
    lag_days: int
    kind: str
    currency: str
    value_on: date
    breaks: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AgedStanding:
    """The breaks of one counterparty, kind and age: how many, and their differences without signs."""

    programme_id: UUID
    counterparty_id: UUID | None
    counterparty: str
    kind: BreakKind
    currency: str
    bucket: AgeBucket
    breaks: int
    amount_minor: int


def by_age(standing: Iterable[Standing], age_of: Callable[[Standing], int]) -> list[AgedStanding]:
    """Breaks put together by counterparty, kind and bucket of their age in banking days, the oldest last."""
    order = list(AgeBucket)
    sums: defaultdict[tuple[UUID, str, str, str, int, UUID | None], list[int]] = defaultdict(lambda: [0, 0])
    for each in standing:
        bucket = order.index(bucket_of(age_of(each)))
        group = (each.programme_id, each.counterparty, each.kind, each.currency, bucket, each.counterparty_id)
        sums[group][0] += each.breaks
        sums[group][1] += each.amount_minor
    # Codes are unique, so no two groups are told apart by their last member alone.
    return [
        AgedStanding(programme_id, counterparty_id, counterparty, BreakKind(kind), currency, order[bucket], *totals)
        for (programme_id, counterparty, kind, currency, bucket, counterparty_id), totals in sorted(
            sums.items(), key=lambda each: each[0][:-1]
        )
    ]
