"""Rewarding referrals: a voucher for the new member and one for whoever brought it in, once each."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.batch.loyalty.credit_days import submit_all
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.grant_voucher import GrantVoucher, grant_voucher
from florin.clearing.membership.record_identity import opened_identity
from florin.domain.loyalty_terms import terms_on
from florin.domain.programme import Programme
from florin.domain.referral import FOR_NEWCOMER, ReferralStatus, cause_for_referrer
from florin.storage.loyalty.loyalty_terms import terms_of_programme
from florin.storage.loyalty.referrals import DueReferral, decide_referral, due_referrals

CHUNK: Final = 100
_NOBODY: Final = UUID(int=0)


async def reward_referrals(house: ClearingHouse, programme: Programme, now: datetime) -> None:
    """Grant what is due by today's terms; two members with one identity document are one person and get nothing.

    Raises:
        BusyError, OutcomeUnknownError: the database is gone or overloaded; what is left waits for the next time.
    """
    terms = terms_on(await terms_of_programme(house.pool, programme.id), programme.business_date(now))
    if terms is None or terms.referral_face_minor is None:
        return
    after = _NOBODY
    while due := await due_referrals(house.pool, programme.id, terms.referral_due, after, CHUNK):
        for each in due:
            if _is_one_person(house, each):
                await decide_referral(house.pool, each.member_id, ReferralStatus.REFUSED, now)
                continue
            causes = {
                each.member_id: FOR_NEWCOMER,
                each.referrer_id: cause_for_referrer(each.member_id.hex),
            }
            grants = [
                GrantVoucher(programme.id, member_id, cause, terms.referral_face_minor, terms.voucher_days)
                for member_id, cause in causes.items()
            ]
            await submit_all(house, [grant_voucher(house, each) for each in grants])
            await decide_referral(house.pool, each.member_id, ReferralStatus.REWARDED, now)
        after = due[-1].member_id


def _is_one_person(house: ClearingHouse, referral: DueReferral) -> bool:
    if referral.newcomer_identity is None or referral.referrer_identity is None:
        return False
    newcomer = opened_identity(house.vault, referral.member_id, referral.newcomer_identity)
    referrer = opened_identity(house.vault, referral.referrer_id, referral.referrer_identity)
    return (newcomer.document_kind, newcomer.document_number) == (referrer.document_kind, referrer.document_number)
