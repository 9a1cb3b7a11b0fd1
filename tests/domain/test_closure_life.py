"""Every operation of a closure and of a payout in every status, written out; "no" is the refusal."""

from collections.abc import Mapping
from itertools import product

import pytest

from florin.domain.closure import ClosureOperation, ClosureStatus, permit_closure
from florin.domain.closure_payout import OWED
from florin.domain.declines import Decline
from florin.domain.payout import PayoutOperation, PayoutStatus, permit_payout

CLOSURES = """
operation    requested  verified   approved  cancelled
send_code    requested  no         no        no
verify       verified   no         no        no
approve      no         approved   no        no
cancel       cancelled  cancelled  no        no
"""
PAYOUTS = """
operation  account_needed  proposed  due   sent      settled   returned
propose    proposed        proposed  no    no        no        no
accept     no              due       no    no        no        no
send       no              no        sent  no        no        no
settle     no              no        no    settled   no        no
return     no              no        no    returned  returned  no
"""


def read(table: str) -> Mapping[tuple[str, str], str]:
    (_, *columns), *rows = (line.split() for line in table.strip().splitlines())
    return {(name, column): cell for name, *cells in rows for column, cell in zip(columns, cells, strict=True)}


closures, payouts = read(CLOSURES), read(PAYOUTS)


@pytest.mark.parametrize(("operation", "status"), list(product(ClosureOperation, ClosureStatus)))
def test_every_operation_on_a_closure(operation: ClosureOperation, status: ClosureStatus) -> None:
    cell = closures[operation, status]
    expected = Decline.CLOSURE_NOT_IN_STATE if cell == "no" else ClosureStatus(cell)
    assert expected == permit_closure(operation, status)


@pytest.mark.parametrize(("operation", "status"), list(product(PayoutOperation, PayoutStatus)))
def test_every_operation_on_a_payout(operation: PayoutOperation, status: PayoutStatus) -> None:
    cell = payouts[operation, status]
    expected = Decline.PAYOUT_NOT_IN_STATE if cell == "no" else PayoutStatus(cell)
    assert expected == permit_payout(operation, status)


def test_what_is_owed_is_not_sent_yet() -> None:
    assert {"account_needed", "proposed", "due"} == set(OWED)
