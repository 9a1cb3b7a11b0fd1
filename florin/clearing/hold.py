"""Hold: reserve money on a card or wallet for a purchase to come; it posts nothing."""

from dataclasses import dataclass
from datetime import timedelta

from florin.clearing.answers import declined, funds_of, hold_view
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import PayWith, use_consent, wanted_of
from florin.clearing.purchase import admit, short_of_funds
from florin.crypto.vault import Vault
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.lots import take
from florin.domain.purchase import Hold, HoldStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class HoldCommand:
    """Reserve ``amount_minor`` of ``currency`` for ``lifetime_s`` seconds (None: the programme's usual time)."""

    pay_with: PayWith
    amount_minor: int
    currency: str
    reference: str
    lifetime_s: int | None = None


def hold(house: ClearingHouse, caller: Caller, key: str, command: HoldCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant."""
    wanted = wanted_of(house.vault, command.pay_with)

    def decide(group: Group) -> Outcome:
        return _decide(group, house.vault, caller, command, wanted)

    return house.request(caller, key, "hold", command, wanted, decide, reference=command.reference)


def _decide(group: Group, vault: Vault, caller: Caller, command: HoldCommand, wanted: Wanted) -> Outcome:
    payer = admit(group, vault, caller, command.pay_with, command.currency, wanted, CardOperation.HOLD)
    if isinstance(payer, Decline):
        return declined(payer)
    programme = payer.programme
    lifetime_s = command.lifetime_s or programme.hold_lifetime_s
    if lifetime_s > programme.hold_lifetime_limit_s:
        return declined(Decline.LIMIT_EXCEEDED, hold_lifetime_limit_s=programme.hold_lifetime_limit_s)
    if command.amount_minor > payer.available.total_minor:
        return short_of_funds(payer, command.amount_minor)
    reserved = take(payer.available, command.amount_minor, programme.spend_order)
    record = Hold(
        group.fresh_id(payer.shard),
        payer.shard,
        programme.id,
        caller.id,
        caller.terminal_id,
        command.reference,
        payer.kind,
        payer.owner_id,
        programme.unit,
        reserved.principal_minor,
        reserved.bonus_minor,
        HoldStatus.OPEN,
        group.now + timedelta(seconds=lifetime_s),
        group.now,
        None,
    )
    use_consent(group, payer)
    for amount_minor, account in payer.lots(reserved):
        group.reserve(account, amount_minor)
    group.holds.add(record)
    return Outcome({**hold_view(record), **funds_of(payer)}, subject_id=record.id)
