"""Review a delivery: its member says whether it was good, and a bad one may become a case of our people's."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from florin.clearing.cases.open_case import OpenCase, own_case
from florin.clearing.house import ClearingHouse
from florin.domain.case_life import CaseKind, read_text
from florin.domain.cash_order import CashOrder, CashOrderOperation, Review, Verdict, permit_cash_order
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.storage.audit_trail import Author
from florin.storage.cases import write_case
from florin.storage.cash_orders import cash_order_change
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class ReviewCashOrder:
    """A verdict and, with a bad one, whether it ``opens_case``. `InvalidField` for a case about nothing."""

    order_id: UUID
    verdict: Verdict
    text: str | None = field(default=None, repr=False)
    opens_case: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no complaint."""
        if self.text is not None:
            read_text(self.text)
        if self.opens_case and (self.verdict is not Verdict.BAD or self.text is None):
            raise InvalidField("opens_case", "a bad review that says what was wrong opens one")


async def review_cash_order(
    house: ClearingHouse, who: SignedIn, command: ReviewCashOrder, now: datetime
) -> CashOrder | Decline:
    """The order with its review; a case is opened with it or not at all.

    Declines: ``cash_order_not_found``, ``cash_order_not_in_state`` before the delivery, once it is reviewed, and when
    the time for it is over.
    """
    text = None if command.text is None else read_text(command.text)
    opened = None
    if command.opens_case and text is not None:
        opened = await own_case(house, who, OpenCase(CaseKind.COMPLAINT, text), now)
    author = Author(who.session_id, now)
    async with cash_order_change(house.pool, command.order_id, author) as change:
        order = None if change.kept is None else change.kept.order
        if order is None or order.member_id != who.member_id:
            return Decline.CASH_ORDER_NOT_FOUND
        following = permit_cash_order(CashOrderOperation.REVIEW, order.status, order.review_until, now)
        if isinstance(following, Decline):
            return following
        review = Review(fresh_id(), command.verdict, by_default=False, at=now)
        if opened is not None:
            case, note = opened
            key = f"review:{order.id.hex}"
            case = replace(case, merchant_id=order.merchant_id)
            await write_case(change.connection, case, key, note, author)
            review = replace(review, case_id=case.id)
        reviewed = replace(order, status=following, review=review)
        sealed = None if text is None else house.vault.review_texts.seal(text.encode(), review.id.bytes)
        await change.save(reviewed, sealed)
        return reviewed
