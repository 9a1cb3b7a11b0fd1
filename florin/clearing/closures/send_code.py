"""Send a code by mail, by which the holder confirms a closure: this one, with this amount, and nothing else."""

from datetime import datetime

from florin.clearing.answers import amount, instant
from florin.clearing.closures.records import code_digest
from florin.clearing.closures.tell_holder import to_holder
from florin.clearing.house import ClearingHouse
from florin.clearing.notices.sealed import with_secret
from florin.clearing.throttled import by_id
from florin.crypto.random_digits import random_digits
from florin.domain.closure import CODE_DIGITS, CODE_LIFETIME, Closure, ClosureOperation, permit_closure
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.notice import NoticeKind
from florin.domain.throttle_rules import CLOSURE_CODES_BY_HOLDER, RateLimited
from florin.storage.closures.closure_codes import NewCode, codes_sent, keep_code
from florin.storage.closures.closures import find_payout_account
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.notices import NewNotice
from florin.storage.people.throttle import admit


async def send_first_code(house: ClearingHouse, closure: Closure, now: datetime) -> None:
    """Send a code unless one was sent before: a repeated request sends no second one."""
    if await codes_sent(house.pool, closure.id) == 0:
        await send_code(house, closure, now)


async def send_code(house: ClearingHouse, closure: Closure, now: datetime) -> Decline | RateLimited | None:
    """Send a fresh code; the one before is worth nothing from now on. The caller has seen who asks.

    Declines: ``closure_not_in_state`` when nothing waits for a code, or too many were sent for it.
    """
    permitted = permit_closure(ClosureOperation.SEND_CODE, closure.status)
    if isinstance(permitted, Decline):
        return permitted
    limited = await admit(house.pool, [by_id(house.vault, CLOSURE_CODES_BY_HOLDER, closure.owner_id)], now)
    if limited is not None:
        return limited
    code = random_digits(CODE_DIGITS)
    notice = await _notice(house, closure, code, now)
    kept = await keep_code(house.pool, NewCode(closure.id, code_digest(house.vault, closure, code), notice), now)
    return None if kept else Decline.CLOSURE_NOT_IN_STATE


async def _notice(house: ClearingHouse, closure: Closure, code: str, now: datetime) -> NewNotice:
    account = None if closure.account_id is None else await find_payout_account(house.pool, closure.account_id)
    notice = NewNotice(
        cause=f"closure:{closure.id.hex}:code:{fresh_id().hex}",
        kind=NoticeKind.ONE_TIME_CODE,
        recipient_id=closure.owner_id,
        programme_id=closure.programme_id,
        facts={
            "closure_id": wire_id("closure", closure.id),
            "amount": amount(closure.principal_minor, closure.unit),
            "account_last4": None if account is None else account.last4,
            "expires_at": instant(now + CODE_LIFETIME),
        },
        useless_from=now + CODE_LIFETIME,
    )
    return to_holder(house.vault, with_secret(house.vault, notice, {"code": code}), closure)
