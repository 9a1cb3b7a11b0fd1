"""Give back, by a case, what its purchase took: the merchant's refund, asked for by a manager on its behalf.

The case is the caller of the posting and its own name the reference, which one refund can bear: so a case gives money
back once, whoever asks and however often.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.refund import RefundCommand, decide_refund
from florin.domain.case_life import Case, CaseOperation, permit_case
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role, second_person
from florin.storage.cases import find_case
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted

WHO_MAY: Final = frozenset({Role.MANAGER})


@dataclass(frozen=True, slots=True)
class RefundCase:
    """Give ``amount_minor`` of ``currency`` back (None: all that remains of the purchase)."""

    case_id: UUID
    amount_minor: int | None
    currency: str | None


async def case_to_pay_for(
    house: ClearingHouse, actor: Actor, case_id: UUID, operation: CaseOperation
) -> Case | Decline:
    """The case, if the actor may give its member something by it now.

    Declines: ``role_required``, ``case_not_found``, ``case_not_in_state``, ``same_person`` for whoever opened it.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    case = await find_case(house.pool, case_id)
    if case is None:
        return Decline.CASE_NOT_FOUND
    standing = permit_case(operation, case.status)
    return standing if isinstance(standing, Decline) else second_person(case.opened_person, actor) or case


async def refund_case(
    house: ClearingHouse,
    actor: Actor,
    command: RefundCase,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """The refund, as its merchant would read it. The one-time code is spent by it.

    Declines: ``role_required``, ``case_not_found``, ``case_without_purchase``, ``case_not_in_state``, ``same_person``
    for whoever opened it for somebody, ``totp_code_incorrect``, ``duplicate_reference`` when the case has given money
    back, and those of `refund`.

    Raises:
        KeyReusedError: the key was used for another refund of the case.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    case = await case_to_pay_for(house, actor, command.case_id, CaseOperation.REFUND)
    if isinstance(case, Decline):
        return case
    if case.purchase_id is None:
        return Decline.CASE_WITHOUT_PURCHASE
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    name = wire_id("case", case.id)
    wanted = Wanted(purchase_id=case.purchase_id)
    refund = RefundCommand(case.purchase_id, command.amount_minor, command.currency, name)

    def decide(group: Group) -> Outcome:
        purchase = group.purchases.get(refund.purchase_id)
        if purchase is None:
            return declined(Decline.PURCHASE_NOT_FOUND)
        outcome = decide_refund(group, Caller(purchase.merchant_id, actor.session_id), refund)
        if outcome.decline is None and outcome.subject_id is not None:
            told = {"refund_id": wire_id("refund", outcome.subject_id)}
            group.record(actor.session_id, "case.refunded", command.case_id, told)
        return outcome

    caller = Caller(case.id, actor.session_id, None, request_id)
    return await house.engine.submit(house.request(caller, key, "refund_case", command, wanted, decide, reference=name))
