"""A member's points and vouchers as the verbs of loyalty see them, and who asks for what is done in the background."""

from typing import Final
from uuid import UUID, uuid5

from florin.clearing.answers import Json, amount, instant
from florin.clearing.payer import wallet_payer
from florin.domain.chart import AccountCode, Event
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement, StrictAccount
from florin.domain.member_life import MemberStatus
from florin.domain.programme import Programme
from florin.domain.vouchers import Voucher, VoucherStatus, last_day_of
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Wanted
from florin.storage.posting.working_rows import StaleFactsError

_BACKGROUND: Final = "loyalty"


def in_background(programme_id: UUID) -> Caller:
    """Who asks for a programme's loyalty work: an id that no client has, so their keys never meet."""
    caller_id = uuid5(programme_id, _BACKGROUND)
    return Caller(caller_id, caller_id)


def wanted_of_member(member_id: UUID, voucher_id: UUID | None = None) -> Wanted:
    """What to lock for points and vouchers: the whole wallet with them, because some of it becomes money."""
    return Wanted(member_id=member_id, voucher_id=voucher_id, points_and_vouchers=True)


def is_closed(group: Group, member_id: UUID) -> bool:
    """Whether the member has left, so that nothing is given any more."""
    wallet = group.wallet(member_id)
    if wallet is None:
        raise StaleFactsError(f"member {member_id} was not read")
    return wallet.status is MemberStatus.CLOSED


def points_account(group: Group, member_id: UUID) -> StrictAccount:
    """The member's points, opened when there were none yet."""
    return group.account_to_credit(wallet_payer(group, member_id).principal, AccountCode.POINTS)


def points_granted(programme: Programme) -> FlowAccount:
    """Where points come from and go back to."""
    return FlowAccount(AccountCode.POINTS_GRANTED, programme.id)


def vouchers_granted(programme: Programme) -> FlowAccount:
    """Where vouchers come from and go back to."""
    return FlowAccount(AccountCode.VOUCHERS_GRANTED, programme.id)


def grant(
    group: Group,
    member_id: UUID,
    *,
    cause: str,
    face_minor: int,
    validity_days: int,
    event: Event = Event.VOUCHER_GRANTED,
    paid_by: tuple[Movement, ...] = (),
) -> Voucher:
    """Post a new voucher, after what is paid for it in the same journal, and record it."""
    payer = wallet_payer(group, member_id)
    programme = payer.programme
    account = group.account_to_credit(payer.principal, AccountCode.VOUCHERS)
    journal_id = group.post(event, programme, [*paid_by, (face_minor, vouchers_granted(programme), account)])
    voucher = Voucher(
        group.fresh_id(payer.shard),
        payer.shard,
        programme.id,
        member_id,
        cause,
        face_minor,
        last_day_of(group.business_date(programme), validity_days),
        VoucherStatus.GRANTED,
        group.now,
        journal_id,
    )
    group.vouchers.add(voucher)
    return voucher


def voucher_view(voucher: Voucher, unit: str) -> Json:
    """A voucher as its member sees it."""
    return {
        "id": wire_id("voucher", voucher.id),
        "cause": voucher.cause,
        "face": amount(voucher.face_minor, unit),
        "status": voucher.status,
        "expires_on": voucher.expires_on.isoformat(),
        "granted_at": instant(voucher.granted_at),
        "ended_at": None if voucher.ended_at is None else instant(voucher.ended_at),
    }
