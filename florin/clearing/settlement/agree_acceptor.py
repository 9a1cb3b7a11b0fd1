"""Which programme pays a merchant, also for the cards of others: proposed by one person, in force by another's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DECIDE, PROPOSE, READ
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_acceptor import DatedAcceptor
from florin.domain.people import Actor, open_to
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Connection, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.proposals import begun
from florin.storage.settlement.draft import lock_drafts, work_out
from florin.storage.settlement.merchant_acceptors import (
    AgreedAcceptor,
    acceptors_of_merchant,
    insert_acceptor,
    read_acceptor,
    settle_acceptor,
    settled_until,
)
from florin.storage.settlement.merchant_accounts import lock_merchant


@dataclass(frozen=True, slots=True)
class ProposeAcceptor:
    """Who pays a merchant from a business day on."""

    merchant_id: UUID
    dated: DatedAcceptor


async def propose_acceptor(
    house: ClearingHouse, actor: Actor, command: ProposeAcceptor, now: datetime
) -> AgreedAcceptor | Decline:
    """Propose an acceptor; until it is decided nothing changes.

    Declines: ``role_required``, ``programme_not_found``, ``merchant_not_found``, ``proposal_waits`` while another does,
    ``merchant_day_settled`` when a statement of the first day or later is approved, in any programme.
    """
    if not actor.has(*PROPOSE):
        return Decline.ROLE_REQUIRED
    catalogue = await read_catalogue(house.pool)
    if command.dated.programme_id is not None and command.dated.programme_id not in catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    if command.merchant_id not in catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    proposed = AgreedAcceptor(**begun(fresh_id(), actor, now), merchant_id=command.merchant_id, dated=command.dated)
    async with transaction(house.pool) as connection:
        await lock_merchant(connection, command.merchant_id)
        if await _is_settled(connection, proposed):
            return Decline.MERCHANT_DAY_SETTLED
        if any(each.waits for each in await acceptors_of_merchant(connection, command.merchant_id)):
            return Decline.PROPOSAL_WAITS
        await insert_acceptor(connection, proposed)
        await _record(connection, Author(actor.session_id, now), "merchant.acceptor_proposed", proposed)
    return proposed


async def decide_acceptor(
    house: ClearingHouse, actor: Actor, acceptor_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> AgreedAcceptor | Decline:
    """Put a proposed acceptor in force, or refuse it; the one-time code is spent by it.

    Statements of any programme that are not approved yet are worked out anew in the same transaction. Declines:
    ``role_required``, ``proposal_not_found``, also when it is decided; ``same_person``, ``merchant_day_settled``,
    ``totp_code_incorrect``.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    programmes = sorted((await read_catalogue(house.pool)).programmes)
    async with transaction(house.pool) as connection:
        found = await read_acceptor(connection, acceptor_id)
        if found is None:
            return Decline.PROPOSAL_NOT_FOUND
        await lock_merchant(connection, found.merchant_id)
        proposed = open_to(actor, await read_acceptor(connection, acceptor_id))
        if isinstance(proposed, Decline):
            return proposed
        await lock_drafts(connection, programmes)
        if accept and await _is_settled(connection, proposed):
            return Decline.MERCHANT_DAY_SETTLED
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_acceptor(connection, proposed, actor, now, accept=accept)
        for each in programmes if accept else ():
            await work_out(connection, each, None)
        action = f"merchant.acceptor_{'accepted' if accept else 'refused'}"
        await _record(connection, Author(actor.session_id, now), action, proposed)
        return await read_acceptor(connection, acceptor_id) or Decline.PROPOSAL_NOT_FOUND


async def list_acceptors(house: ClearingHouse, actor: Actor, merchant_id: UUID) -> list[AgreedAcceptor] | Decline:
    """All that were ever proposed for a merchant, the latest first. ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    async with house.pool.connection() as connection:
        return await acceptors_of_merchant(connection, merchant_id)


async def _is_settled(connection: Connection, agreed: AgreedAcceptor) -> bool:
    last = await settled_until(connection, agreed.merchant_id)
    return last is not None and agreed.dated.effective_on <= last


async def _record(connection: Connection, author: Author, action: str, agreed: AgreedAcceptor) -> None:
    acceptor = agreed.dated.programme_id
    detail = {
        "acceptor_id": wire_id("merchant_acceptor", agreed.id),
        "effective_on": agreed.dated.effective_on,
        "programme_id": None if acceptor is None else wire_id("programme", acceptor),
    }
    await record(connection, author, action, agreed.merchant_id, detail)
