"""Going on without a file of a bank or provider: one of our people says so, and the missing file is a break."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.day_close import Checklist
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.catalogue import read_catalogue
from florin.storage.day_close.checklists import read_checklist
from florin.storage.day_close.files_of_the_day import expected_files, waive_file

MAY_GO_ON: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
"""Who may say that a close does not wait for a file."""


@dataclass(frozen=True, slots=True)
class GoOnWithout:
    """Whose file of which day is not waited for, and why, in a line that is kept."""

    programme_id: UUID
    business_date: date
    counterparty_id: UUID
    reason: str


async def go_on_without(house: ClearingHouse, actor: Actor, command: GoOnWithout, now: datetime) -> Checklist | Decline:
    """Put on record that the close does not wait for the file; the next going-through goes by it.

    Declines: ``role_required``, ``programme_not_found``, ``file_not_missing`` when it is there or nobody expects it.
    """
    if not actor.has(*MAY_GO_ON):
        return Decline.ROLE_REQUIRED
    if command.programme_id not in (await read_catalogue(house.pool)).programmes:
        return Decline.PROGRAMME_NOT_FOUND
    expected, _ = await expected_files(house.pool, command.programme_id, command.business_date)
    missing = next((each for each in expected if each.id == command.counterparty_id and not each.is_present), None)
    if missing is None:
        return Decline.FILE_NOT_MISSING
    await waive_file(house.pool, actor, command.programme_id, command.business_date, missing, command.reason, now)
    return await read_checklist(house.pool, command.programme_id, command.business_date)
