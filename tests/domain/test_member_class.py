from datetime import date

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.member_class import MemberClass, MemberFacts, MemberLife, class_of, days_of_month, life_of
from florin.domain.member_life import MemberStatus

S, L, C = MemberStatus, MemberLife, MemberClass


@pytest.mark.parametrize(
    ("status", "is_so", "life", "kind"),
    [
        (S.REGISTERED, "new", L.REGISTERED, C.NEW),
        (S.REGISTERED, "", L.REGISTERED, C.REGULAR),
        (S.ACTIVE, "received new", L.TOPPED_UP, C.NEW),
        (S.ACTIVE, "received paid new", L.ACTIVE, C.NEW),
        (S.ACTIVE, "received paid", L.ACTIVE, C.REGULAR),
        (S.ACTIVE, "received paid quiet", L.DORMANT, C.DORMANT),
        (S.BLOCKED, "received quiet new", L.DORMANT, C.DORMANT),
        (S.CLOSED, "received paid quiet", L.GONE, None),
    ],
)
def test_where_members_stand(status: MemberStatus, is_so: str, life: MemberLife, kind: MemberClass | None) -> None:
    received, paid, quiet, new = (each in is_so for each in ("received", "paid", "quiet", "new"))
    facts = MemberFacts(status, has_received=received, has_paid=paid, is_quiet=quiet, is_new=new)
    assert (life, kind) == (life_of(facts), class_of(facts))


@pytest.mark.parametrize(
    ("month", "last"), [("2026-02", date(2026, 2, 28)), ("2028-02", date(2028, 2, 29)), ("2026-12", date(2026, 12, 31))]
)
def test_the_days_of_a_month(month: str, last: date) -> None:
    assert (last.replace(day=1), last) == days_of_month(month)


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "9999-12", "march", ""])
def test_what_is_no_month(month: str) -> None:
    with pytest.raises(InvalidField, match="month"):
        days_of_month(month)
