"""Record what the bank's statement says of a payout: that it was paid, or that it came back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.customers.record_receipt import require_bank_reference
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.payout_rules import AnyPayout, PayoutRules, payout_step
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.payout import Payout, PayoutOperation, PayoutStatus, permit_payout
from florin.domain.people import Actor, Role
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.FINANCE})
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class SettlePayout:
    """The bank statement shows the payment. `InvalidField` for what is no bank reference."""

    payout_id: UUID
    bank_reference: str

    def __post_init__(self) -> None:
        """Refuse what no bank writes."""
        require_bank_reference(self.bank_reference)


@dataclass(frozen=True, slots=True)
class ReturnPayout:
    """The bank has sent the money back, and says why. `InvalidField` for what is no bank reference and no reason."""

    payout_id: UUID
    bank_reference: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no bank writes, and what nobody can read."""
        require_bank_reference(self.bank_reference)
        if not (len(self.reason) <= LONGEST_REASON and self.reason.isprintable() and self.reason.strip()):
            raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters")


async def settle_payout(
    house: ClearingHouse,
    actor: Actor,
    rules: PayoutRules[Any],
    command: SettlePayout,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Take the money out of transit and off the bank account; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state`` unless it was sent;
    ``duplicate_reference`` when the bank reference stands for another movement of the programme's money.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """

    def decide(group: Group, payout: Any) -> Outcome:  # noqa: ANN401 (a payout of this kind)
        return settled(group, rules, payout, command, actor.login_id, actor.session_id)

    return await _book(house, actor, rules, "settle_payout", command, key, request_id, decide)


async def return_payout(
    house: ClearingHouse,
    actor: Actor,
    rules: PayoutRules[Any],
    command: ReturnPayout,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Owe the money anew, to be paid by another payout of the same amount. The answer is the one returned.

    Declines and raises as `settle_payout`; a payment that the statement had shown comes back, too.
    """

    def decide(group: Group, payout: Any) -> Outcome:  # noqa: ANN401 (a payout of this kind)
        return returned(group, rules, payout, command, actor.login_id, actor.session_id)

    return await _book(house, actor, rules, "return_payout", command, key, request_id, decide)


def settled(
    group: Group,
    rules: PayoutRules[AnyPayout],
    payout: AnyPayout,
    command: SettlePayout,
    settled_by: UUID,
    actor_id: UUID,
) -> Outcome:
    """Take a payout's money off the bank account."""
    following = permit_payout(PayoutOperation.SETTLE, payout.status)
    if isinstance(following, Decline):
        return declined(following)
    payout.status, payout.settled_by, payout.settled_at = following, settled_by, group.now
    payout.bank_reference = command.bank_reference
    in_transit, bank = _account(payout, AccountCode.PAYOUT_IN_TRANSIT), _account(payout, AccountCode.BANK)
    payout.settled_journal_id = rules.book(group, actor_id, payout, rules.settled, in_transit, bank)
    return rules.outcome(group, payout, payout.settled_journal_id)


def returned(
    group: Group,
    rules: PayoutRules[AnyPayout],
    payout: AnyPayout,
    command: ReturnPayout,
    returned_by: UUID,
    actor_id: UUID,
) -> Outcome:
    """Put a payout's money back where it was owed, and owe it anew."""
    following = permit_payout(PayoutOperation.RETURN, payout.status)
    if isinstance(following, Decline) or not payout.may_come_back:
        return declined(Decline.PAYOUT_NOT_IN_STATE)
    had_left = payout.status is PayoutStatus.SETTLED
    whence = _account(payout, AccountCode.BANK if had_left else AccountCode.PAYOUT_IN_TRANSIT)
    payout.status, payout.returned_by, payout.returned_at = following, returned_by, group.now
    payout.return_reason = command.reason
    journal_id = rules.book(group, actor_id, payout, rules.returned, whence, rules.owed_on(payout))
    payout.returned_journal_id = journal_id
    rules.owe_again(group, payout, journal_id)
    return rules.outcome(group, payout, journal_id)


async def _book(
    house: ClearingHouse,
    actor: Actor,
    rules: PayoutRules[Any],
    verb: str,
    command: SettlePayout | ReturnPayout,
    key: str,
    request_id: str | None,
    decide: Callable[[Group, Any], Outcome],
) -> Answer | Decline:
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    found = await rules.find(house.pool, command.payout_id)
    if found is None:
        return Decline.PAYOUT_NOT_FOUND
    # The bank's references are the programme's, whatever it moves.
    caller = Caller(found[0].programme_id, actor.session_id, None, request_id)
    return await payout_step(house, rules, caller, verb, command, key, decide, reference=command.bank_reference)


def _account(payout: Payout, code: AccountCode) -> FlowAccount:
    return FlowAccount(code, payout.programme_id)
