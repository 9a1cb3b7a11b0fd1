"""Draw up what two programmes owe each other for merchants that one of them pays; nothing is posted by it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DRAFT
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.netting import NettingStatement
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.netting.draft import NothingToNetError, Pair, draw_up_netting


@dataclass(frozen=True, slots=True)
class DraftNetting:
    """Two programmes, and up to which business day; None: whatever is approved."""

    programme_id: UUID
    other_id: UUID
    until: date | None = None


async def draft_netting(
    house: ClearingHouse, actor: Actor, command: DraftNetting, now: datetime
) -> NettingStatement | Decline:
    """Draw the pair's open netting statement up, or up anew; who does so last is who has drawn it up.

    Declines: ``role_required``, ``programme_not_found``, ``currency_mismatch`` when they have not the same currency,
    ``nothing_to_net``.
    """
    if not actor.has(*DRAFT):
        return Decline.ROLE_REQUIRED
    programmes = (await read_catalogue(house.pool)).programmes
    first_id, second_id = sorted((command.programme_id, command.other_id))
    if first_id not in programmes or second_id not in programmes:
        return Decline.PROGRAMME_NOT_FOUND
    unit = programmes[first_id].unit
    if unit != programmes[second_id].unit:
        return Decline.CURRENCY_MISMATCH
    accounts = await bank_account_of(house.pool, first_id), await bank_account_of(house.pool, second_id)
    try:
        async with transaction(house.pool) as connection:
            pair = Pair(first_id, second_id, unit, accounts)
            statement = await draw_up_netting(connection, pair, command.until, actor, now)
            told = {"netting_id": wire_id("netting_statement", statement.id), "net_minor": statement.net_minor}
            await record(connection, Author(actor.session_id, now), "netting.drafted", statement.first_id, told)
    except NothingToNetError:
        return Decline.NOTHING_TO_NET
    return statement
