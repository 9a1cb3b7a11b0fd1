"""Carrying out what two people have approved about dormant balances, and giving back to who has come back.

Each account is a posting of its own under a key that its proposal and its owner make, so a part that is done again
after a kill, or by two processes at once, moves nothing a second time.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.dormancy.end_balance import EndBalance, end_balance
from florin.clearing.dormancy.restore_lapsed import restore_line
from florin.clearing.house import ClearingHouse
from florin.domain.balance_ending import BalanceEnding, EndingLine, EndingStatus
from florin.storage.dormancy.balance_endings import (
    approved_endings,
    find_ending,
    finish_ending,
    lapsed_and_back,
    mark_lines,
    waiting_lines,
)
from florin.storage.posting.request import Answer

PART: Final = 200

_log: Final = structlog.get_logger("florin.batch")


async def end_approved_balances(house: ClearingHouse, now: datetime) -> int:
    """Carry out every approved proposal; return how many balances have ended."""
    return sum([await carry_out_ending(house, ending_id, now) for ending_id in await approved_endings(house.pool)])


async def carry_out_ending(house: ClearingHouse, ending_id: UUID, now: datetime, *, part: int = PART) -> int:
    """Give every line of an approved proposal its turn; return how many balances have ended.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; what is done stays done.
    """
    ending = await find_ending(house.pool, ending_id)
    if ending is None or ending.status is not EndingStatus.APPROVED or ending.decided_session is None:
        return 0
    done = 0
    while lines := await waiting_lines(house.pool, ending_id, part):
        requests = [end_balance(house, ending.decided_session, _command(ending, line)) for line in lines]
        answers = dict(zip(lines, await house.engine.submit_all(requests), strict=True))
        for result in answers.values():
            if not isinstance(result, Answer):
                raise result
        ended = [line.owner_id for line, answer in answers.items() if isinstance(answer, Answer) and not answer.decline]
        left_alone = [line.owner_id for line in lines if line.owner_id not in set(ended)]
        await mark_lines(house.pool, ending_id, ended, left_alone)
        done += len(ended)
    await finish_ending(house.pool, ending_id, now)
    return done


async def restore_who_is_back(house: ClearingHouse) -> int:
    """Give back every lapsed balance whose holder has used something since; return how many."""
    done = 0
    while lines := await lapsed_and_back(house.pool, PART):
        restored = sum([await restore_line(house, line, line.ending_id) for line in lines])
        done += restored
        if not restored:
            _log.warning("lapsed_balances_not_restored", lines=len(lines))
            break
    return done


def _command(ending: BalanceEnding, line: EndingLine) -> EndBalance:
    return EndBalance(
        ending.id, ending.kind, line.owner_id, line.owner_kind, line.amount_minor, line.principal_sequence
    )
