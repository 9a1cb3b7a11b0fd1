"""Whether a wallet may take money that comes in through a provider: asked when it is offered, and when it has come."""

from florin.clearing.give_back import is_known_by_name
from florin.clearing.payer import Payer, refused_by_life
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Credit, CreditCause, Holding
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.storage.posting.group import Group


def top_up_refused(group: Group, target: Payer, amount_minor: int) -> Decline | None:
    """Why the wallet may not take the amount, if it may not.

    ``member_not_active``, ``limit_exceeded`` above the cap of the programme's policy, ``real_name_required``.
    """
    refusal = refused_by_life(group, target, CardOperation.LOAD, MemberOperation.CREDIT)
    if refusal is not None:
        return refusal
    facts = Credit(
        Holding.REGISTERED,
        CreditCause.TOP_UP,
        target.balance_minor,
        amount_minor,
        real_name_known=is_known_by_name(group, target),
    )
    pack = PACKS[PackName(target.programme.policy_pack)]
    verdict = consult_policy(facts, pack, group.business_date(target.programme))
    return None if isinstance(verdict, Allow) else verdict.decline
