"""Registering counterparties, and changing what finance may change of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.counterparty import (
    Counterparty,
    CounterpartyKind,
    CounterpartyTerms,
    owner_of,
    read_code,
    read_number,
)
from florin.domain.declines import Decline
from florin.domain.money import MINOR_DIGITS
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation.counterparties import (
    add_counterparty,
    change_counterparty,
    counterparty_of_code,
    find_counterparty,
)

WHO_MAY: Final = frozenset({Role.FINANCE})
READERS: Final = frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCounterparty:
    """A bank account of a programme, or a payment provider; ``code`` of a provider is the one that payments carry.

    `InvalidField` for what no counterparty can have.
    """

    kind: CounterpartyKind
    code: str
    programme_id: UUID
    account_number: str | None
    currency: str
    terms: CounterpartyTerms

    def __post_init__(self) -> None:
        """Refuse what no counterparty can have."""
        read_code(self.code)
        read_number(self.kind, self.account_number)
        self.terms.require_kind(self.kind)


async def register_counterparty(
    house: ClearingHouse, actor: Actor, command: RegisterCounterparty, now: datetime
) -> Counterparty | Decline:
    """Register it and return it; a repetition returns the first.

    Declines: ``role_required``, ``programme_not_found``, ``currency_mismatch``; ``counterparty_taken`` when the code,
    the account or the provider is another counterparty's.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    programme = (await read_catalogue(house.pool)).programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    if command.currency != programme.unit or command.currency not in MINOR_DIGITS:
        return Decline.CURRENCY_MISMATCH
    counterparty = Counterparty(
        id=fresh_id(),
        kind=command.kind,
        code=command.code,
        programme_id=programme.id,
        owner_id=owner_of(command.kind, command.code, programme.id),
        account_number=read_number(command.kind, command.account_number),
        currency=command.currency,
        terms=command.terms,
        created_at=now,
    )
    if await add_counterparty(house.pool, counterparty, Author(actor.session_id, now)):
        return counterparty
    known = await counterparty_of_code(house.pool, command.code)
    return known if known is not None and _is_same(known, counterparty) else Decline.COUNTERPARTY_TAKEN


async def change_terms(
    house: ClearingHouse, actor: Actor, counterparty_id: UUID, terms: CounterpartyTerms, now: datetime
) -> Counterparty | Decline:
    """Put other terms in place and return the counterparty; ``role_required``, ``counterparty_not_found``.

    Raises:
        InvalidField: something that this kind of counterparty cannot have.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    known = await find_counterparty(house.pool, counterparty_id)
    if known is None:
        return Decline.COUNTERPARTY_NOT_FOUND
    terms.require_kind(known.kind)
    await change_counterparty(house.pool, counterparty_id, terms, Author(actor.session_id, now))
    return await find_counterparty(house.pool, counterparty_id) or Decline.COUNTERPARTY_NOT_FOUND


def _is_same(known: Counterparty, wanted: Counterparty) -> bool:
    one, other = (
        (each.kind, each.programme_id, each.account_number, each.currency, each.terms) for each in (known, wanted)
    )
    return one == other
