"""Set by which terms a programme's cards and wallets become dormant."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.dormancy import DormancyTerms
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.dormant_balances import require_permitted
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool, transaction
from florin.storage.dormancy.dormancy import set_terms


@dataclass(frozen=True, slots=True)
class SetDormancyTerms:
    """The terms that a programme is to have from the next sweep on."""

    programme_id: UUID
    terms: DormancyTerms


async def set_dormancy_terms(pool: Pool, command: SetDormancyTerms, author: Author) -> Decline | None:
    """Set them; ``programme_not_found``.

    Raises:
        InvalidField: the programme's policy pack permits no such ending.
    """
    programme = (await read_catalogue(pool)).programmes.get(command.programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    require_permitted(command.terms, PackName(programme.policy_pack))
    async with transaction(pool) as connection:
        await set_terms(connection, programme.id, command.terms, author)
    return None
