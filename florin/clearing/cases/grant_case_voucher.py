"""Give the member of a case a voucher, once a case: by a manager who did not open it, on the programme's account.

As with a refund the case is the caller of the posting, and a name of its own the reference, which one voucher can bear.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.cases.refund_case import case_to_pay_for
from florin.clearing.give_back import holding_of_payer
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.grant_voucher import GrantVoucher, decide_grant
from florin.clearing.loyalty.member_points import is_closed, wanted_of_member
from florin.clearing.payer import wallet_payer
from florin.domain.case_life import CaseOperation
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.loyalty_terms import USUAL_VALIDITY_DAYS, terms_on
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.people import Actor
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Credit, CreditCause
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.storage.loyalty.loyalty_terms import terms_of_programme
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

_REFERENCE: Final = "voucher"


@dataclass(frozen=True, slots=True)
class GrantCaseVoucher:
    """A voucher of ``face_minor`` of ``currency``. `InvalidField` when it is worth nothing."""

    case_id: UUID
    face_minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what nobody can be given."""
        if not 1 <= self.face_minor <= MAX_AMOUNT_MINOR:
            raise InvalidField("amount", f"from 1 to {MAX_AMOUNT_MINOR} minor units")


async def grant_case_voucher(
    house: ClearingHouse,
    actor: Actor,
    command: GrantCaseVoucher,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """The voucher, valid for as long as the programme's others. The one-time code is spent by it.

    Declines: ``role_required``, ``case_not_found``, ``case_without_member``, ``case_not_in_state``, ``same_person`` for
    whoever opened it for somebody, ``currency_mismatch``, ``totp_code_incorrect``, ``duplicate_reference`` when the
    case has brought a voucher, ``member_not_active`` for a member who has left, ``limit_exceeded`` for a voucher that
    not even an empty wallet of the member's could take.

    Raises:
        KeyReusedError: the key was used for another voucher of the case.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    case = await case_to_pay_for(house, actor, command.case_id, CaseOperation.VOUCHER)
    if isinstance(case, Decline):
        return case
    if case.member_id is None:
        return Decline.CASE_WITHOUT_MEMBER
    member_id, programme = case.member_id, (await house.engine.current_catalogue()).programmes[case.programme_id]
    if command.currency != programme.unit:
        return Decline.CURRENCY_MISMATCH
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    history = await terms_of_programme(house.pool, programme.id)

    def decide(group: Group) -> Outcome:
        if is_closed(group, member_id):
            return declined(Decline.MEMBER_NOT_ACTIVE)
        if _beyond_wallets(group, member_id, command.face_minor):
            return declined(Decline.LIMIT_EXCEEDED)
        terms = terms_on(history, group.business_date(programme))
        days = USUAL_VALIDITY_DAYS if terms is None else terms.voucher_days
        voucher = GrantVoucher(programme.id, member_id, f"case:{case.id.hex}", command.face_minor, days)
        outcome = decide_grant(group, voucher)
        if outcome.subject_id is not None:
            told = {"voucher_id": wire_id("voucher", outcome.subject_id)}
            group.record(actor.session_id, "case.voucher_granted", case.id, told)
        return outcome

    caller, wanted = Caller(case.id, actor.session_id, None, request_id), wanted_of_member(member_id)
    request = house.request(caller, key, "grant_case_voucher", command, wanted, decide, reference=_REFERENCE)
    return await house.engine.submit(request)


def _beyond_wallets(group: Group, member_id: UUID, face_minor: int) -> bool:
    payer = wallet_payer(group, member_id)
    emptied = Credit(holding_of_payer(group, payer), CreditCause.TRANSFER_IN, 0, face_minor, real_name_known=True)
    pack = PACKS[PackName(payer.programme.policy_pack)]
    return not isinstance(consult_policy(emptied, pack, group.business_date(payer.programme)), Allow)
