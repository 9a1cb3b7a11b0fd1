"""The terms of a merchant's settlement: proposed by one person, in force by another's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DECIDE, PROPOSE, READ
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_terms import DatedMerchantTerms
from florin.domain.people import Actor, open_to
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Connection, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.proposals import begun
from florin.storage.settlement.draft import lock_drafts, work_out
from florin.storage.settlement.merchant_terms import (
    AgreedTerms,
    approved_until,
    insert_terms,
    lock_terms,
    read_terms,
    settle_terms,
    terms_columns,
    terms_of_merchant,
    terms_wait,
)


@dataclass(frozen=True, slots=True)
class ProposeTerms:
    """Terms of a merchant in a programme from a business day on."""

    programme_id: UUID
    merchant_id: UUID
    dated: DatedMerchantTerms


async def propose_terms(
    house: ClearingHouse, actor: Actor, command: ProposeTerms, now: datetime
) -> AgreedTerms | Decline:
    """Propose terms; until they are decided nothing changes.

    Declines: ``role_required``, ``programme_not_found``, ``merchant_not_found``, ``proposal_waits`` while other terms
    do, ``merchant_day_settled`` when a statement of the first day or later is approved.
    """
    if not actor.has(*PROPOSE):
        return Decline.ROLE_REQUIRED
    catalogue = await read_catalogue(house.pool)
    if command.programme_id not in catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    if command.merchant_id not in catalogue.merchants:
        return Decline.MERCHANT_NOT_FOUND
    proposed = AgreedTerms(
        **begun(fresh_id(), actor, now),
        merchant_id=command.merchant_id,
        programme_id=command.programme_id,
        dated=command.dated,
    )
    async with transaction(house.pool) as connection:
        await lock_terms(connection, command.programme_id)
        if await _is_settled(connection, proposed):
            return Decline.MERCHANT_DAY_SETTLED
        if await terms_wait(connection, command.programme_id, command.merchant_id):
            return Decline.PROPOSAL_WAITS
        await insert_terms(connection, proposed)
        await _record(connection, Author(actor.session_id, now), "merchant.terms_proposed", proposed)
    return proposed


async def decide_terms(
    house: ClearingHouse, actor: Actor, terms_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> AgreedTerms | Decline:
    """Put proposed terms in force, or refuse them; the one-time code is spent by it.

    Statements that are not approved yet are worked out anew in the same transaction, so that nobody approves what the
    terms before would have made of them. Declines: ``role_required``, ``proposal_not_found``, also when they are
    decided; ``same_person``, ``merchant_day_settled``, ``totp_code_incorrect``.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    async with transaction(house.pool) as connection:
        proposed = open_to(actor, await read_terms(connection, terms_id))
        if isinstance(proposed, Decline):
            return proposed
        await lock_terms(connection, proposed.programme_id)
        await lock_drafts(connection, [proposed.programme_id])
        if accept and await _is_settled(connection, proposed):
            return Decline.MERCHANT_DAY_SETTLED
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_terms(connection, proposed, actor, now, accept=accept)
        if accept:
            await work_out(connection, proposed.programme_id, None)
        action = f"merchant.terms_{'accepted' if accept else 'refused'}"
        await _record(connection, Author(actor.session_id, now), action, proposed)
        return await read_terms(connection, terms_id) or Decline.PROPOSAL_NOT_FOUND


async def list_terms(
    house: ClearingHouse, actor: Actor, programme_id: UUID, merchant_id: UUID
) -> list[AgreedTerms] | Decline:
    """All terms that were ever proposed for a merchant in a programme, the latest first. ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await terms_of_merchant(house.pool, programme_id, merchant_id)


async def _is_settled(connection: Connection, agreed: AgreedTerms) -> bool:
    last = await approved_until(connection, agreed.programme_id, agreed.merchant_id)
    return last is not None and agreed.dated.effective_on <= last


async def _record(connection: Connection, author: Author, action: str, agreed: AgreedTerms) -> None:
    detail = {"terms_id": wire_id("merchant_terms", agreed.id), **terms_columns(agreed.dated)}
    await record(connection, author, action, agreed.merchant_id, detail)
