from itertools import product

import pytest

from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation, MemberStatus, permit_member, status_before_block, statuses_for

# The whole life of a member, written out. A cell is the status that follows; "no" is member_not_active.
LIFE = """
operation       registered  active   blocked  closing  closed
sign_in         registered  active   no       closing  no
change_profile  registered  active   no       no       no
inquire         registered  active   no       closing  no
credit          active      active   no       no       no
purchase        registered  active   no       no       no
hold            registered  active   no       no       no
capture         registered  active   blocked  no       no
release         registered  active   blocked  no       no
refund_in       registered  active   blocked  closing  no
block           blocked     blocked  blocked  no       no
unblock         registered  active   active   no       no
close           closed      closed   no       no       no
give_up         closing     closing  no       no       no
keep            no          no       no       active   no
pay_out         no          no       no       closed   no
"""


def read(table: str) -> dict[tuple[str, str], str]:
    (_, *columns), *rows = (line.split() for line in table.strip().splitlines())
    return {(name, column): cell for name, *cells in rows for column, cell in zip(columns, cells, strict=True)}


life = read(LIFE)


@pytest.mark.parametrize(("operation", "status"), list(product(MemberOperation, MemberStatus)))
def test_every_operation_in_every_status(operation: MemberOperation, status: MemberStatus) -> None:
    cell = life[operation, status]
    expected = Decline.MEMBER_NOT_ACTIVE if cell == "no" else MemberStatus(cell)
    assert expected == permit_member(operation, status)


def test_the_table_names_every_operation_and_status() -> None:
    assert set(product(MemberOperation, MemberStatus)) == set(life)


@pytest.mark.parametrize("operation", MemberOperation)
def test_a_statement_is_given_exactly_the_statuses_that_the_table_permits(operation: MemberOperation) -> None:
    permitted = {status for status in MemberStatus if life[operation, status] != "no"}
    assert permitted == set(statuses_for(operation))


@pytest.mark.parametrize(("has_received", "expected"), [(False, MemberStatus.REGISTERED), (True, MemberStatus.ACTIVE)])
def test_an_account_was_in_use_before_its_block_when_value_had_come_in(
    *, has_received: bool, expected: MemberStatus
) -> None:
    assert expected is status_before_block(has_received=has_received)
