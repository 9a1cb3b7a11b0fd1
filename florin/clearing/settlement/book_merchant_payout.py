"""A merchant's payout on its way: sent in a payout file, shown by the bank's statement, or sent back by the bank."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.book_payout import ReturnPayout, SettlePayout
from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DRAFT
from florin.clearing.settlement.views import merchant_payout_view
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.payout import PayoutOperation, PayoutStatus, permit_payout
from florin.domain.people import Actor
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.settlement.statements import find_merchant_payout

_OnPayout = Callable[[Group, MerchantPayout], Outcome]


async def send_merchant_payout(house: ClearingHouse, payout_id: UUID, file_id: UUID, made_by: UUID) -> Answer | Decline:
    """Post that a payout is on its way in the file that it was put into; as often as asked, it is posted once.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """

    def decide(group: Group, payout: MerchantPayout) -> Outcome:
        following = permit_payout(PayoutOperation.SEND, payout.status)
        if isinstance(following, Decline) or payout.file_id != file_id:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        payout.status, payout.sent_by, payout.sent_at = following, made_by, group.now
        in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, payout.programme_id)
        payout.paid_journal_id = _post(group, payout, Event.MERCHANT_PAID, _payable(payout), in_transit)
        return _outcome(group, file_id, payout, "merchant.paid", payout.paid_journal_id)

    # The file is the caller: no client is, so nobody else uses its keys.
    caller, key, told = Caller(file_id, file_id), f"payout:{payout_id.hex}", (payout_id, file_id)
    return await _step(house, caller, "send_merchant_payout", told, payout_id, key, decide)


async def settle_merchant_payout(
    house: ClearingHouse, actor: Actor, command: SettlePayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Take the money out of transit and off the bank account, as the bank statement shows; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state`` unless it was sent;
    ``duplicate_reference`` when the bank reference stands for another movement of the programme's money.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """

    def decide(group: Group, payout: MerchantPayout) -> Outcome:
        following = permit_payout(PayoutOperation.SETTLE, payout.status)
        if isinstance(following, Decline):
            return declined(following)
        payout.status, payout.settled_by, payout.settled_at = following, actor.login_id, group.now
        payout.bank_reference = command.bank_reference
        in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, payout.programme_id)
        bank = FlowAccount(AccountCode.BANK, payout.programme_id)
        payout.settled_journal_id = _post(group, payout, Event.MERCHANT_PAYOUT_SETTLED, in_transit, bank)
        return _outcome(group, actor.session_id, payout, "merchant.payout_settled", payout.settled_journal_id)

    return await _book(house, actor, "settle_merchant_payout", command, key, request_id, decide)


async def return_merchant_payout(
    house: ClearingHouse, actor: Actor, command: ReturnPayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Owe the money anew; it is paid again once the merchant's account has been confirmed. The answer is the payout.

    Declines and raises as `settle_merchant_payout`; a payment that the statement had shown comes back, too.
    """

    def decide(group: Group, payout: MerchantPayout) -> Outcome:
        following = permit_payout(PayoutOperation.RETURN, payout.status)
        if isinstance(following, Decline):
            return declined(following)
        had_left = payout.status is PayoutStatus.SETTLED
        code = AccountCode.BANK if had_left else AccountCode.PAYOUT_IN_TRANSIT
        whence = FlowAccount(code, payout.programme_id)
        payout.status, payout.returned_by, payout.returned_at = following, actor.login_id, group.now
        payout.return_reason = command.reason
        payout.returned_journal_id = _post(group, payout, Event.MERCHANT_PAYOUT_RETURNED, whence, _payable(payout))
        group.merchant_payouts.add(_again(group, payout))
        return _outcome(group, actor.session_id, payout, "merchant.payout_returned", payout.returned_journal_id)

    return await _book(house, actor, "return_merchant_payout", command, key, request_id, decide)


def _again(group: Group, returned: MerchantPayout) -> MerchantPayout:
    return MerchantPayout(
        id=group.fresh_id(None),
        statement_id=returned.statement_id,
        programme_id=returned.programme_id,
        merchant_id=returned.merchant_id,
        unit=returned.unit,
        amount_minor=returned.amount_minor,
        pays_on=group.business_date(group.programme(returned.programme_id)),
        status=PayoutStatus.DUE,
        made_at=group.now,
        replaces_id=returned.id,
    )


async def _book(
    house: ClearingHouse,
    actor: Actor,
    verb: str,
    command: SettlePayout | ReturnPayout,
    key: str,
    request_id: str | None,
    decide: _OnPayout,
) -> Answer | Decline:
    if not actor.has(*DRAFT):
        return Decline.ROLE_REQUIRED
    payout = await find_merchant_payout(house.pool, command.payout_id)
    if payout is None:
        return Decline.PAYOUT_NOT_FOUND
    # The bank's references are the programme's, whatever it moves.
    caller = Caller(payout.programme_id, actor.session_id, None, request_id)
    return await _step(house, caller, verb, command, payout.id, key, decide, reference=command.bank_reference)


async def _step(
    house: ClearingHouse,
    caller: Caller,
    verb: str,
    command: Any,  # noqa: ANN401 (any of the verbs' commands)
    payout_id: UUID,
    key: str,
    decide: _OnPayout,
    *,
    reference: str | None = None,
) -> Answer | Decline:
    def decided(group: Group) -> Outcome:
        return decide(group, group.merchant_payouts.known(payout_id))

    wanted = Wanted(merchant_payout_id=payout_id)
    return await house.engine.submit(house.request(caller, key, verb, command, wanted, decided, reference=reference))


def _payable(payout: MerchantPayout) -> FlowAccount:
    return FlowAccount(AccountCode.MERCHANT_PAYABLE, payout.merchant_id)


def _post(group: Group, payout: MerchantPayout, event: Event, debit: FlowAccount, credit: FlowAccount) -> UUID:
    return group.post(event, group.programme(payout.programme_id), [(payout.amount_minor, debit, credit)])


def _outcome(group: Group, actor_id: UUID, payout: MerchantPayout, name: str, journal_id: UUID) -> Outcome:
    group.merchant_payouts.save(payout)
    told = {"payout_id": wire_id("merchant_payout", payout.id), "amount_minor": payout.amount_minor}
    group.record(actor_id, name, payout.merchant_id, told)
    group.emit(name, payout.merchant_id, None, journal_id)
    return Outcome(merchant_payout_view(payout), journal_id=journal_id, subject_id=payout.id)
