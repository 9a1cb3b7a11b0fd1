"""What providers may keep: proposed by one person, in force by another's word; each payment is compared with it."""

from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.counterparty import CounterpartyKind
from florin.domain.declines import Decline
from florin.domain.fee_terms import FeeTerms
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role, open_to
from florin.reconciliation.counterparties import READERS, WHO_MAY
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.proposals import begun
from florin.storage.reconciliation.counterparties import find_counterparty
from florin.storage.reconciliation.fee_terms import (
    AgreedFees,
    fees_of_counterparty,
    find_fees,
    insert_fees,
    settle_fees,
)

DECIDERS: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
"""Who puts a provider's terms in force, as another person than the one who has proposed them."""


async def propose_fees(
    house: ClearingHouse, actor: Actor, counterparty_id: UUID, terms: FeeTerms, now: datetime
) -> AgreedFees | Decline:
    """Propose what a provider may keep from a day on.

    Declines: ``role_required``, ``counterparty_not_found``, ``proposal_waits`` while other terms of it do.

    Raises:
        InvalidField: the counterparty is a bank.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    counterparty = await find_counterparty(house.pool, counterparty_id)
    if counterparty is None:
        return Decline.COUNTERPARTY_NOT_FOUND
    if counterparty.kind is not CounterpartyKind.PROVIDER:
        raise InvalidField("counterparty", "a provider: a bank keeps nothing of a payment")
    proposed = AgreedFees(**begun(fresh_id(), actor, now), counterparty_id=counterparty_id, terms=terms)
    async with transaction(house.pool) as connection:
        if not await insert_fees(connection, proposed):
            return Decline.PROPOSAL_WAITS
        await _record(connection, Author(actor.session_id, now), "counterparty.fees_proposed", proposed)
    return proposed


async def decide_fees(
    house: ClearingHouse, actor: Actor, fees_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> AgreedFees | Decline:
    """Put proposed terms in force, or refuse them; the one-time code is spent by it.

    Lines that are matched from then on are compared with them. Declines: ``role_required``, ``proposal_not_found``,
    also when they are decided; ``same_person``, ``totp_code_incorrect``.
    """
    if not actor.has(*DECIDERS):
        return Decline.ROLE_REQUIRED
    async with transaction(house.pool) as connection:
        proposed = open_to(actor, await find_fees(connection, fees_id))
        if isinstance(proposed, Decline):
            return proposed
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_fees(connection, proposed, actor, now, accept=accept)
        action = f"counterparty.fees_{'accepted' if accept else 'refused'}"
        await _record(connection, Author(actor.session_id, now), action, proposed)
        return await find_fees(connection, fees_id) or Decline.PROPOSAL_NOT_FOUND


async def list_fees(house: ClearingHouse, actor: Actor, counterparty_id: UUID) -> list[AgreedFees] | Decline:
    """All terms that were ever proposed of a provider, the latest first.

    Declines: ``role_required``, ``counterparty_not_found``.
    """
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    if await find_counterparty(house.pool, counterparty_id) is None:
        return Decline.COUNTERPARTY_NOT_FOUND
    return await fees_of_counterparty(house.pool, counterparty_id)


async def _record(connection: Connection, author: Author, action: str, fees: AgreedFees) -> None:
    terms = asdict(fees.terms) | {"effective_on": fees.terms.effective_on.isoformat()}
    await record(connection, author, action, fees.counterparty_id, {"id": wire_id("fee_terms", fees.id), **terms})
