"""Let a voucher lapse that was not used until its last day."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import in_background, voucher_view, vouchers_granted, wanted_of_member
from florin.clearing.payer import wallet_payer
from florin.domain.chart import AccountCode, Event
from florin.domain.identifiers import wire_id
from florin.domain.vouchers import VoucherStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class LapseVoucher:
    """Take a voucher back whose last day is closed."""

    programme_id: UUID
    member_id: UUID
    voucher_id: UUID


def lapse_voucher(house: ClearingHouse, command: LapseVoucher) -> PostingRequest:
    """The request to be submitted; its key is the voucher. One that has been used meanwhile stays used."""

    def decide(group: Group) -> Outcome:
        return _decide(group, command)

    key = f"voucher-lapse:{command.voucher_id.hex}"
    caller, wanted = in_background(command.programme_id), wanted_of_member(command.member_id, command.voucher_id)
    return house.request(caller, key, "lapse_voucher", command, wanted, decide)


def _decide(group: Group, command: LapseVoucher) -> Outcome:
    voucher = group.vouchers.known(command.voucher_id)
    if voucher.status is not VoucherStatus.GRANTED:
        return Outcome({}, subject_id=voucher.id)
    payer = wallet_payer(group, voucher.member_id)
    account = group.account_to_credit(payer.principal, AccountCode.VOUCHERS)
    movements = [(voucher.face_minor, account, vouchers_granted(payer.programme))]
    journal_id = group.post(Event.VOUCHER_LAPSED, payer.programme, movements)
    voucher.end(VoucherStatus.LAPSED, journal_id, group.now)
    group.vouchers.save(voucher)
    answer = {
        "member_id": wire_id("member", voucher.member_id),
        "voucher": voucher_view(voucher, payer.programme.unit),
    }
    group.emit("voucher.lapsed", voucher.member_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=voucher.id)
