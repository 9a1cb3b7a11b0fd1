"""Open a case: a dispute about a purchase, or a complaint, by the member or by somebody of ours for one."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from florin.clearing.cases.notes import sealed_note
from florin.clearing.house import ClearingHouse
from florin.domain.case_life import ANSWERED_WITHIN, Case, CaseKind, CaseStatus, Side, read_text
from florin.domain.case_scope import OPENERS
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.domain.purchase import OwnerKind
from florin.storage.audit_trail import Author
from florin.storage.book.purchases import find_purchase
from florin.storage.cases import SealedNote, add_case, customer_of
from florin.storage.corporate.customers import find_customer
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.members import profile_of
from florin.storage.members.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What somebody is not content with. A dispute names its purchase; `InvalidField` otherwise, or for a bad text.

    ``member_id`` or ``customer_id``: whose case it is, where somebody of ours opens it and no purchase tells. Without a
    ``customer_id`` it is a customer's all the same when the purchase or member is one's by its cards.
    """

    kind: CaseKind
    text: str = field(repr=False)
    purchase_id: UUID | None = None
    member_id: UUID | None = None
    customer_id: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse what is about nothing."""
        read_text(self.text)
        if self.kind is CaseKind.DISPUTE and self.purchase_id is None:
            raise InvalidField("purchase_id", "a dispute is about a purchase")


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose case it is: the account, its member, the corporate customer, and the merchant that it is about."""

    programme_id: UUID
    owner_id: UUID | None = None
    member_id: UUID | None = None
    customer_id: UUID | None = None
    merchant_id: UUID | None = None


async def open_own_case(
    house: ClearingHouse, who: SignedIn, command: OpenCase, key: str, now: datetime
) -> Case | Decline:
    """The signed-in member opens a case; the same key opens it once. ``purchase_not_found`` for another's purchase."""
    merchant_id = None
    if command.purchase_id is not None:
        purchase = await find_purchase(house.pool, command.purchase_id)
        if purchase is None or purchase.owner_id != who.member_id:
            return Decline.PURCHASE_NOT_FOUND
        merchant_id = purchase.merchant_id
    case, note = await own_case(house, who, command, now)
    return await add_case(house.pool, replace(case, merchant_id=merchant_id), key, note, Author(who.session_id, now))


async def own_case(house: ClearingHouse, who: SignedIn, command: OpenCase, now: datetime) -> tuple[Case, SealedNote]:
    """A case of the member's with its first note, to be written; what it is about is the member's own."""
    whose = _Whose(who.programme_id, who.member_id, who.member_id, await customer_of(house.pool, who.member_id))
    case = _case(command, whose, who.member_id, None, now)
    note = sealed_note(house.vault, read_text(command.text), Side.MEMBER, who.member_id, now, case.status, None)
    return case, note


async def open_case(house: ClearingHouse, actor: Actor, command: OpenCase, key: str, now: datetime) -> Case | Decline:
    """Somebody of ours opens a case for a member, a card's holder or a corporate customer; the same key opens it once.

    Declines: ``role_required``, ``purchase_not_found``, ``member_not_found``, ``customer_not_found``. `InvalidField`
    when nothing tells whose case it is.
    """
    if not actor.has(*OPENERS):
        return Decline.ROLE_REQUIRED
    whose = await _whose(house, command)
    if isinstance(whose, Decline):
        return whose
    case = _case(command, whose, actor.login_id, actor.person_id, now)
    note = sealed_note(house.vault, read_text(command.text), Side.SERVICE, actor.login_id, now, case.status, None)
    return await add_case(house.pool, case, key, note, Author(actor.session_id, now))


async def _whose(house: ClearingHouse, command: OpenCase) -> _Whose | Decline:
    payer = await _payer(house, command)
    if isinstance(payer, Decline):
        return payer
    if command.customer_id is None:
        if payer is None or payer.owner_id is None:
            raise InvalidField("member_id", "a purchase, member or customer tells whose case it is")
        return replace(payer, customer_id=await customer_of(house.pool, payer.owner_id))
    customer = await find_customer(house.pool, command.customer_id)
    if customer is None or (payer is not None and payer.programme_id != customer.programme_id):
        return Decline.CUSTOMER_NOT_FOUND
    return replace(payer or _Whose(customer.programme_id), customer_id=customer.id)


async def _payer(house: ClearingHouse, command: OpenCase) -> _Whose | Decline | None:
    """Who paid, or whose account it is, where something tells that; the customer is looked for elsewhere."""
    if command.purchase_id is not None:
        purchase = await find_purchase(house.pool, command.purchase_id)
        if purchase is None or command.member_id not in (None, purchase.owner_id):
            return Decline.PURCHASE_NOT_FOUND
        member_id = purchase.owner_id if OwnerKind(purchase.owner_kind) is OwnerKind.MEMBER else None
        return _Whose(purchase.programme_id, purchase.owner_id, member_id, merchant_id=purchase.merchant_id)
    if command.member_id is None:
        return None
    profile = await profile_of(house.pool, command.member_id)
    return Decline.MEMBER_NOT_FOUND if profile is None else _Whose(profile.programme_id, profile.id, profile.id)


def _case(command: OpenCase, whose: _Whose, opened_by: UUID, opened_person: UUID | None, now: datetime) -> Case:
    return Case(
        id=fresh_id(),
        programme_id=whose.programme_id,
        kind=command.kind,
        status=CaseStatus.OPENED,
        owner_id=whose.owner_id,
        member_id=whose.member_id,
        customer_id=whose.customer_id,
        purchase_id=command.purchase_id,
        merchant_id=whose.merchant_id,
        opened_by=opened_by,
        opened_person=opened_person,
        opened_at=now,
        assignee_id=None,
        due_at=now + ANSWERED_WITHIN,
        ended_at=None,
    )
