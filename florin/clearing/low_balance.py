"""The low-balance notice: once a crossing, in the transaction of the debit that crossed the threshold."""

from uuid import UUID

from florin.clearing.answers import funds_of, owner_wire_id
from florin.clearing.payer import Payer
from florin.domain.low_balance import crossed
from florin.domain.purchase import OwnerKind
from florin.storage.posting.group import Group


def notice_low_balance(group: Group, payer: Payer, before_minor: int, journal_id: UUID) -> bool:
    """Tell the outside world if the debit just posted brought the balance from sufficient to low; returns whether."""
    if not crossed(before_minor, payer.balance_minor, payer.programme.low_balance_threshold_minor):
        return False
    name = "card.balance_low" if payer.kind is OwnerKind.CARD else "member.balance_low"
    payload = {"owner_id": owner_wire_id(payer.kind, payer.owner_id), **funds_of(payer)}
    group.emit(name, payer.owner_id, payload, journal_id)
    return True
