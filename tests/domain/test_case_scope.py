"""Who of ours reads and works on whose cases."""

from uuid import UUID

import pytest

from florin.domain.case_scope import kinds_read_by, may_read, may_work
from florin.domain.people import Actor, Role

CUSTOMER = UUID(int=9)
# Member's case, customer's case: works on it, reads it, or not even that.
EXPECTED = {
    Role.OPERATOR: "w-",
    Role.SERVICE_MANAGER: "-w",
    Role.MANAGER: "ww",
    Role.AUDITOR: "rr",
    Role.FINANCE: "--",
    Role.FINANCE_APPROVER: "--",
    Role.ADMINISTRATOR: "--",
    Role.BUYER: "--",
    Role.APPROVER: "--",
}


def actor(*roles: Role) -> Actor:
    return Actor(UUID(int=1), UUID(int=2), UUID(int=3), frozenset(roles), None)


def test_the_table_has_every_role() -> None:
    assert set(Role) == set(EXPECTED)


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_what_the_table_says(role: Role) -> None:
    who = actor(role)
    found = "".join(
        "w" if may_work(who, customer) else "r" if may_read(who, customer) else "-" for customer in (None, CUSTOMER)
    )
    assert EXPECTED[role] == found
    read = {of_customers for of_customers, sign in zip((False, True), EXPECTED[role], strict=True) if sign != "-"}
    assert read == kinds_read_by(who)


def test_two_roles_see_what_either_sees() -> None:
    assert {False, True} == kinds_read_by(actor(Role.OPERATOR, Role.SERVICE_MANAGER))
