"""Let everything lapse that a member was promised, because the account ends: nobody could use it any more."""

from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.lapse_points import LapsePoints, lapse_points
from florin.clearing.loyalty.lapse_voucher import LapseVoucher, lapse_voucher
from florin.clearing.payer import Payer
from florin.domain.chart import AccountCode
from florin.domain.purchase import OwnerKind
from florin.domain.vouchers import VoucherStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import PostingRequest


def lapse_with_account(group: Group, house: ClearingHouse, owner: Payer) -> list[PostingRequest]:
    """The requests to be decided with the end of the account, whose points and open vouchers were asked for.

    They have the keys of the duties that would take the same at the year's end or after the last day, so nothing is
    taken twice. A card has neither points nor vouchers.
    """
    if owner.kind is not OwnerKind.MEMBER:
        return []
    programme, member_id = owner.programme, owner.owner_id
    lapses = [
        lapse_voucher(house, LapseVoucher(programme.id, member_id, each.id))
        for each in group.vouchers.values()
        if (each.member_id, each.status) == (member_id, VoucherStatus.GRANTED)
    ]
    points = group.account(member_id, AccountCode.POINTS)
    if points is not None and points.balance_minor:
        year = group.business_date(programme).year
        lapses.append(lapse_points(house, LapsePoints(programme.id, member_id, year)))
    return lapses
