"""Use a voucher: its face becomes bonus in the member's wallet, whole and once."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import declined, funds_of
from florin.clearing.give_back import holding_of_payer, is_known_by_name
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import voucher_view, vouchers_granted, wanted_of_member
from florin.clearing.payer import Payer, refused_by_life, wallet_payer
from florin.domain.card_life import CardOperation
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement
from florin.domain.member_life import MemberOperation, MemberStatus
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Credit, CreditCause
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.domain.vouchers import Voucher, VoucherStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """Turn the caller's own voucher into money to spend."""

    voucher_id: UUID


def use_voucher(house: ClearingHouse, caller: Caller, key: str, command: UseVoucher) -> PostingRequest:
    """The request to be submitted; ``caller`` is the member."""

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, command)

    wanted = wanted_of_member(caller.id, command.voucher_id)
    return house.request(caller, key, "use_voucher", command, wanted, decide)


def _decide(group: Group, caller: Caller, command: UseVoucher) -> Outcome:
    payer = wallet_payer(group, caller.id)
    refusal = refused_by_life(group, payer, CardOperation.LOAD, MemberOperation.CREDIT)
    if refusal is not None:
        return declined(refusal)
    voucher = group.vouchers.get(command.voucher_id)
    if voucher is None or voucher.member_id != caller.id:
        return declined(Decline.VOUCHER_NOT_FOUND)
    refusal = voucher.refused_use(group.business_date(payer.programme)) or _above_cap(group, payer, voucher)
    return declined(refusal) if refusal is not None else _load(group, payer, voucher)


def _above_cap(group: Group, payer: Payer, voucher: Voucher) -> Decline | None:
    facts = Credit(
        holding_of_payer(group, payer),
        CreditCause.TRANSFER_IN,
        payer.balance_minor,
        voucher.face_minor,
        real_name_known=is_known_by_name(group, payer),
    )
    pack = PACKS[PackName(payer.programme.policy_pack)]
    verdict = consult_policy(facts, pack, group.business_date(payer.programme))
    return None if isinstance(verdict, Allow) else verdict.decline


def _load(group: Group, payer: Payer, voucher: Voucher) -> Outcome:
    programme = payer.programme
    vouchers = group.account_to_credit(payer.principal, AccountCode.VOUCHERS)
    bonus = group.account_to_credit(payer.principal, AccountCode.WALLET_BONUS)
    given = FlowAccount(AccountCode.PROMOTIONAL_VALUE, programme.id)
    movements: list[Movement] = [
        (voucher.face_minor, vouchers, vouchers_granted(programme)),
        (voucher.face_minor, given, bonus),
    ]
    journal_id = group.post(Event.VOUCHER_USED, programme, movements)
    voucher.end(VoucherStatus.USED, journal_id, group.now)
    group.vouchers.save(voucher)
    wallet = group.wallet(payer.owner_id)
    if wallet is not None and wallet.status is MemberStatus.REGISTERED:
        wallet.status = MemberStatus.ACTIVE
        group.save_wallet(wallet)
    answer = {
        **voucher_view(voucher, programme.unit),
        "journal_id": wire_id("journal", journal_id),
        **funds_of(wallet_payer(group, payer.owner_id)),
    }
    group.emit("voucher.used", payer.owner_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=voucher.id)
