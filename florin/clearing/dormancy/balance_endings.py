"""Propose which dormant balances end, decide on it as a second person, and read what came of it.

Off by default: a programme's terms must name an ending, and its policy pack must permit it. A proposal is the dry run:
it lists every account and amount, and moves nothing. An approval names the hash of that list and takes a one-time code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.balance_ending import (
    BalanceEnding,
    EndingLine,
    EndingOperation,
    EndingStatus,
    hash_of,
    permit_ending,
)
from florin.domain.declines import Decline
from florin.domain.dormancy import Ending
from florin.domain.paging import Page
from florin.domain.people import Actor, Role, second_person
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.dormant_balances import ENDINGS
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.dormancy.balance_endings import (
    Decider,
    LineStanding,
    add_ending,
    dormant_balances,
    ending_change,
    find_ending,
    lines_of,
    list_endings,
)
from florin.storage.dormancy.dormancy import terms_of
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code

PROPOSERS: Final = frozenset({Role.FINANCE})
DECIDERS: Final = frozenset({Role.FINANCE_APPROVER})
READERS: Final = PROPOSERS | DECIDERS | {Role.MANAGER, Role.AUDITOR}

MOST_LINES: Final = 10_000
"""Accounts of one proposal: more than a person can look over is proposed in parts."""


@dataclass(frozen=True, slots=True)
class DecideEnding:
    """Approve a proposal, or refuse it; ``list_hash`` is what the decider has seen, needed to approve."""

    ending_id: UUID
    approve: bool
    list_hash: bytes | None = None


async def propose_ending(
    house: ClearingHouse, actor: Actor, programme_id: UUID, now: datetime
) -> BalanceEnding | Decline:
    """Propose that the balances end that the programme's terms name; nothing moves.

    Declines: ``role_required``, ``programme_not_found``; ``balance_ending_not_permitted`` when terms or pack name none;
    ``nothing_to_end`` when no balance has been dormant for so long.
    """
    if not actor.has(*PROPOSERS):
        return Decline.ROLE_REQUIRED
    programme = (await read_catalogue(house.pool)).programmes.get(programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    terms = await terms_of(house.pool, programme_id)
    if terms.ending is Ending.NONE or terms.ending not in ENDINGS[PackName(programme.policy_pack)]:
        return Decline.BALANCE_ENDING_NOT_PERMITTED
    dormant_since = now - timedelta(days=terms.ending_days)
    lines = await dormant_balances(house.pool, programme_id, dormant_since, MOST_LINES)
    if not lines:
        return Decline.NOTHING_TO_END
    ending = BalanceEnding(
        id=fresh_id(),
        programme_id=programme_id,
        kind=terms.ending,
        status=EndingStatus.PROPOSED,
        accounts=len(lines),
        total_minor=sum(each.amount_minor for each in lines),
        unit=programme.unit,
        list_hash=hash_of(programme_id, terms.ending, lines),
        proposed_by=actor.login_id,
        proposed_person=actor.person_id,
        proposed_at=now,
        decided_by=None,
        decided_person=None,
        decided_session=None,
        decided_at=None,
        finished_at=None,
    )
    await add_ending(house.pool, ending, lines, Author(actor.session_id, now))
    return ending


async def decide_ending(
    house: ClearingHouse, actor: Actor, command: DecideEnding, proof: CodeProof, now: datetime
) -> BalanceEnding | Decline:
    """Decide as a second person; approved lines are carried out in the background.

    Declines: ``role_required``, ``balance_ending_not_found``, ``same_person``, ``balance_ending_not_in_state``,
    ``totp_code_incorrect``; ``balance_ending_altered`` when the lines do not hash to what was named.
    """
    if not actor.has(*DECIDERS):
        return Decline.ROLE_REQUIRED
    author = Author(actor.session_id, now)
    async with ending_change(house.pool, command.ending_id, author) as change:
        ending = change.ending
        if ending is None:
            return Decline.BALANCE_ENDING_NOT_FOUND
        refused = second_person(ending.proposed_person, actor)
        if refused is not None:
            return refused
        following = permit_ending(EndingOperation.APPROVE if command.approve else EndingOperation.REFUSE, ending.status)
        if isinstance(following, Decline):
            return following
        if command.approve and not _is_what_was_seen(ending, command, await change.lines(ending.id)):
            return Decline.BALANCE_ENDING_ALTERED
        if not await spend_code(change.connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await change.decide(ending, following, Decider(actor.login_id, actor.person_id, actor.session_id))
    return await find_ending(house.pool, ending.id) or Decline.BALANCE_ENDING_NOT_FOUND


async def read_ending(house: ClearingHouse, actor: Actor, ending_id: UUID) -> BalanceEnding | Decline:
    """A proposal; ``role_required``, ``balance_ending_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await find_ending(house.pool, ending_id) or Decline.BALANCE_ENDING_NOT_FOUND


async def read_endings(
    house: ClearingHouse, actor: Actor, before: UUID | None, limit: int
) -> Page[BalanceEnding, UUID] | Decline:
    """A page of proposals, the latest first; ``role_required``."""
    return await list_endings(house.pool, before, limit) if actor.has(*READERS) else Decline.ROLE_REQUIRED


async def read_lines(
    house: ClearingHouse, actor: Actor, ending_id: UUID, after: UUID, limit: int
) -> Page[LineStanding, UUID] | Decline:
    """A page of a proposal's lines; declines as `read_ending`."""
    found = await read_ending(house, actor, ending_id)
    return found if isinstance(found, Decline) else await lines_of(house.pool, ending_id, after, limit)


def _is_what_was_seen(ending: BalanceEnding, command: DecideEnding, lines: Sequence[EndingLine]) -> bool:
    return hash_of(ending.programme_id, ending.kind, lines) == ending.list_hash == command.list_hash
