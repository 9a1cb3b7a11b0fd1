"""Confirm a closure: the holder's word, by an authenticator's code or by the code that was sent by mail.

Both stand for one closure with its amount and details. The mailed one fits nothing else; the authenticator's is shown
together with the digest of the details that the member has read, and is spent by it.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.records import is_code
from florin.clearing.closures.standing import wanted_of
from florin.clearing.closures.views import closure_view
from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_address, by_id
from florin.clearing.totp_step import fresh_step
from florin.domain.closure import Closure, ClosureOperation, ProofOfHolder, permit_closure
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.purchase import OwnerKind
from florin.domain.throttle_rules import CLOSURE_PROOF_BY_ADDRESS, CLOSURE_PROOF_BY_MEMBER, RateLimited
from florin.storage.closures.closure_codes import take_try
from florin.storage.closures.closures import closure_of, find_closure
from florin.storage.members.sessions import SignedIn
from florin.storage.people.credentials import credentials_of, use_totp_step
from florin.storage.people.throttle import Charge, admit, give_back
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

_NOBODY: Final = UUID(int=0)


async def confirm_by_code(
    house: ClearingHouse, closure_id: UUID, code: str, address: str, now: datetime, request_id: str | None = None
) -> Answer | Decline | RateLimited:
    """Anybody who has the code confirms: it went to the holder alone. The answer is the closure.

    Whatever is wrong is ``closure_code_incorrect``, and takes a try where there is one.

    Raises:
        BusyError, OutcomeUnknownError: the closure tells whether it was confirmed.
    """
    charges = [by_address(house.vault, CLOSURE_PROOF_BY_ADDRESS, address)]
    return await _by_code(house, charges, closure_id, code, Caller(_NOBODY, _NOBODY, None, request_id), now)


async def confirm_own_by_code(
    house: ClearingHouse, who: SignedIn, code: str, now: datetime, request_id: str | None = None
) -> Answer | Decline | RateLimited:
    """The signed-in member confirms the own closure by the code that was sent; else as `confirm_by_code`."""
    closure = await closure_of(house.pool, who.member_id)
    charges = [by_id(house.vault, CLOSURE_PROOF_BY_MEMBER, who.member_id)]
    closure_id = _NOBODY if closure is None else closure.id
    return await _by_code(
        house, charges, closure_id, code, Caller(who.member_id, who.session_id, None, request_id), now
    )


async def confirm_by_totp(
    house: ClearingHouse,
    who: SignedIn,
    totp_code: str,
    details_hash: bytes,
    now: datetime,
    request_id: str | None = None,
) -> Answer | Decline | RateLimited:
    """The signed-in member confirms by a fresh code of the authenticator, which is spent by it.

    ``details_hash`` is what the member has been shown. Declines: ``closure_not_found``, ``closure_changed``,
    ``totp_code_incorrect``, also when codes are not on; ``closure_not_in_state``. Raises as `confirm_by_code`.
    """
    closure = await closure_of(house.pool, who.member_id)
    if closure is None:
        return Decline.CLOSURE_NOT_FOUND
    if closure.details_hash != details_hash:
        return Decline.CLOSURE_CHANGED
    charges = [by_id(house.vault, CLOSURE_PROOF_BY_MEMBER, who.member_id)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    if not await _spend(house, who.member_id, totp_code, now):
        return Decline.TOTP_CODE_INCORRECT
    await give_back(house.pool, charges, now)
    caller = Caller(who.member_id, who.session_id, None, request_id)
    return await _verify(house, caller, closure, ProofOfHolder.TOTP)


async def _by_code(
    house: ClearingHouse, charges: list[Charge], closure_id: UUID, code: str, caller: Caller, now: datetime
) -> Answer | Decline | RateLimited:
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    closure, digest = await find_closure(house.pool, closure_id), await take_try(house.pool, closure_id, now)
    if closure is None or digest is None or not is_code(house.vault, closure, code, digest):
        return Decline.CLOSURE_CODE_INCORRECT
    answer = await _verify(house, caller, closure, ProofOfHolder.CODE)
    if answer.decline is not None:
        return Decline.CLOSURE_CODE_INCORRECT
    await give_back(house.pool, charges, now)
    return answer


async def _spend(house: ClearingHouse, member_id: UUID, totp_code: str, now: datetime) -> bool:
    found = await credentials_of(house.pool, member_id)
    if found is None or not found.totp_on:
        return False
    sealed = found.totp_secret_encrypted
    step = fresh_step(house.vault.totp_secrets, sealed, member_id, totp_code, found.totp_last_step, now)
    return step is not None and await use_totp_step(house.pool, found, step)


async def _verify(house: ClearingHouse, caller: Caller, closure: Closure, proof: ProofOfHolder) -> Answer:
    def decide(group: Group) -> Outcome:
        return _decide(group, caller, closure.id, proof)

    wanted = wanted_of(OwnerKind(closure.owner_kind), closure.owner_id, closure.id)
    return await house.engine.submit(house.request(caller, None, "confirm_closure", closure.id, wanted, decide))


def _decide(group: Group, caller: Caller, closure_id: UUID, proof: ProofOfHolder) -> Outcome:
    closure = group.closures.known(closure_id)
    following = permit_closure(ClosureOperation.VERIFY, closure.status)
    if isinstance(following, Decline):
        return declined(following)
    if group.now >= closure.verify_until:
        return declined(Decline.CLOSURE_NOT_IN_STATE)
    closure.status, closure.verified_by, closure.verified_at = following, proof, group.now
    days = group.programme(closure.programme_id).closure_cooling_days
    closure.cools_until = group.now + timedelta(days=days)
    group.closures.save(closure)
    view = closure_view(closure)
    told = {"closure_id": wire_id("closure", closure.id), "by": proof, "details_hash": closure.details_hash.hex()}
    group.record(caller.actor_id, "closure.verified", closure.owner_id, told)
    group.emit("closure.verified", closure.owner_id, view)
    return Outcome(view, subject_id=closure.id)
