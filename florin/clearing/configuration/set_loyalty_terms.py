"""Set what a programme gives its members for spending and for bringing others in, from a business day on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from florin.domain.business_day import next_open
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import DatedTerms, LoyaltyTerms
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class SetLoyaltyTerms:
    """The terms of a programme from ``effective_on`` on (None: from today's business day)."""

    programme_id: UUID
    terms: LoyaltyTerms
    effective_on: date | None = None


async def set_loyalty_terms(change: ConfigurationChange, command: SetLoyaltyTerms) -> DatedTerms | Decline:
    """Set them and return them with their first day; `PROGRAMME_NOT_FOUND`, `DAY_CLOSED`.

    What is closed stays as it was credited, so terms begin on a day that is open. Terms set twice for the same first
    day replace each other.
    """
    programme = change.catalogue.programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    last_closed = change.catalogue.last_closed.get(programme.id)
    today = next_open(programme.business_date(change.author.now), last_closed)
    dated = DatedTerms(command.effective_on or today, command.terms)
    if last_closed is not None and dated.effective_on <= last_closed:
        return Decline.DAY_CLOSED
    if dated not in await change.loyalty_terms(programme.id):
        await change.set_loyalty_terms(programme.id, dated)
    return dated
