"""Every operation on a break in every state, written out; "no" is the refusal."""

from itertools import product

import pytest

from florin.domain.break_life import BreakOperation, BreakState, permit
from florin.domain.declines import Decline

LIFE = """
operation  open           investigating  proposed       approved     posted  closed  auto_closed  written_off
take       investigating  investigating  no             no           no      no      no           no
hand_over  investigating  investigating  proposed       no           no      no      no           no
note       open           investigating  proposed       approved     posted  closed  auto_closed  written_off
propose    proposed       proposed       no             no           no      no      no           no
reject     no             no             investigating  no           no      no      no           no
approve    no             no             approved       no           no      no      no           no
post       no             no             no             posted       no      no      no           no
write_off  no             no             no             written_off  no      no      no           no
close      closed         closed         no             closed       no      no      no           no
arrive     auto_closed    auto_closed    auto_closed    no           no      no      no           no
"""
(_, *STATES), *ROWS = (line.split() for line in LIFE.strip().splitlines())
CELLS = {(name, state): cell for name, *cells in ROWS for state, cell in zip(STATES, cells, strict=True)}


@pytest.mark.parametrize(("operation", "state"), list(product(BreakOperation, BreakState)))
def test_every_operation_in_every_state(operation: BreakOperation, state: BreakState) -> None:
    cell = CELLS[operation, state]
    expected = Decline.BREAK_NOT_IN_STATE if cell == "no" else BreakState(cell)
    assert expected == permit(operation, state)
