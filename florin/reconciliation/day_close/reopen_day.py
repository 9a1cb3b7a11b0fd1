"""Reopening a closed day, which takes two people: what others build on stays closed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role, second_person
from florin.reconciliation.day_close.close_days import turn_at
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.day_close.reopenings import (
    Reopening,
    carry_out_reopening,
    is_reopenable,
    propose_reopening,
    read_reopening,
    refuse_reopening,
    take_day_lock,
)
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code

MAY_ASK: Final = frozenset({Role.FINANCE, Role.MANAGER})
MAY_DECIDE: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})


@dataclass(frozen=True, slots=True)
class ReopenDay:
    """Which closed day, and why, in a line that is kept."""

    programme_id: UUID
    business_date: date
    reason: str


async def ask_to_reopen(house: ClearingHouse, actor: Actor, command: ReopenDay, now: datetime) -> Reopening | Decline:
    """Ask for a day to be reopened; until another person agrees nothing changes.

    Declines: ``role_required``, ``programme_not_found``, ``day_not_reopenable`` unless it is the last closed day and no
    statement of it is approved, ``proposal_waits`` while another one does.
    """
    if not actor.has(*MAY_ASK):
        return Decline.ROLE_REQUIRED
    if command.programme_id not in (await read_catalogue(house.pool)).programmes:
        return Decline.PROGRAMME_NOT_FOUND
    day = (command.programme_id, command.business_date)
    asked = Reopening(fresh_id(), *day, command.reason, "proposed", actor.login_id, actor.person_id, now)
    async with transaction(house.pool) as connection:
        if not await is_reopenable(connection, *day):
            return Decline.DAY_NOT_REOPENABLE
        if not await propose_reopening(connection, asked, Author(actor.session_id, now)):
            return Decline.PROPOSAL_WAITS
    return asked


async def decide_reopening(
    house: ClearingHouse, actor: Actor, reopening_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> Reopening | Decline:
    """Open the day again, or leave it closed; the one-time code is spent by it.

    Its seal stays in the chain, and the next close makes another edition of its reports. Declines: ``role_required``,
    ``proposal_not_found``, also when it is decided; ``same_person``, ``day_close_under_way``, ``day_not_reopenable``,
    ``totp_code_incorrect``.
    """
    if not actor.has(*MAY_DECIDE):
        return Decline.ROLE_REQUIRED
    async with transaction(house.pool) as connection:
        asked = await read_reopening(connection, reopening_id)
        if asked is None or asked.status != "proposed":
            return Decline.PROPOSAL_NOT_FOUND
        refusal = second_person(asked.proposed_person, actor)
        if refusal is not None:
            return refusal
        async with turn_at(house.pool, asked.programme_id) as is_ours:
            if not is_ours:
                return Decline.DAY_CLOSE_UNDER_WAY
            await take_day_lock(connection)
            if accept and not await is_reopenable(connection, asked.programme_id, asked.business_date):
                return Decline.DAY_NOT_REOPENABLE
            if not await spend_code(connection, proof):
                return Decline.TOTP_CODE_INCORRECT
            await (carry_out_reopening if accept else refuse_reopening)(connection, asked, actor, now)
            return await read_reopening(connection, reopening_id) or Decline.PROPOSAL_NOT_FOUND
