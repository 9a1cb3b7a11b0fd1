"""Submit an order: its price is frozen, and from here on everybody speaks of exactly this order."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import amount
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.recipients import digest_recipients
from florin.clearing.orders.submitted import altered, submission_of
from florin.crypto.envelope import DecryptionFailed
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.order_price import OrderPrice
from florin.domain.order_rules import Buyer, LineFacts, WantedLine, refused_order
from florin.domain.people import Actor
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.facts import Holding
from florin.domain.programme import ProductKind
from florin.domain.submission import Submission
from florin.storage.audit_trail import Author
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.corporate.customers import Customer, read_customer
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.order_lines import freeze_prices
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.recipients import count_recipients
from florin.storage.corporate.submissions import (
    is_identified,
    lock_customer,
    submitted_faces_minor,
    write_submission,
)
from florin.storage.corporate.tiers import tier_of

_BEARER_KINDS: Final = [each for each in ProductKind if holding_of(each) is Holding.BEARER]


async def submit_order(house: ClearingHouse, actor: Actor, order_id: UUID, now: datetime) -> OrderView | Decline:
    """The order, submitted; it waits for approval by others than the actor.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``customer_not_active``,
    ``order_altered`` when a recipient cannot be opened, and those of `refused_order`.
    """
    catalogue = await read_catalogue(house.pool)
    async with order_change(house.pool, order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, MAKERS)
        if isinstance(order, Decline):
            return order
        following = permit(OrderOperation.SUBMIT, order.status)
        if isinstance(following, Decline):
            return following
        try:
            digest = await digest_recipients(change.connection, house.vault, order.id)
        except DecryptionFailed:
            return altered(order)
        refusal = await _submit(change, catalogue, order, actor, digest)
        if refusal is not None:
            return refusal
    return await find_order(house.pool, order_id) or Decline.ORDER_NOT_FOUND


async def _submit(
    change: OrderChange, catalogue: Catalogue, order: OrderView, actor: Actor, digest: bytes | None
) -> Decline | None:
    await lock_customer(change.connection, order.customer_id)
    customer = await read_customer(change.connection, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    refusal = await _refusal(change, catalogue, order, actor)
    if refusal is not None:
        return refusal
    tier = await tier_of(change.connection, customer.id)
    wanted = [WantedLine(each.product_id, each.denomination_minor, each.quantity) for each in order.lines]
    price = OrderPrice.of(wanted, tier.name, tier.price_basis_points)
    submission = submission_of(_frozen(order, customer, price, actor, change.author.now), digest)
    await freeze_prices(change.connection, order.id, price.principals_minor)
    await write_submission(change.connection, submission)
    await _tell(change, catalogue, order, submission)
    return None


async def _refusal(change: OrderChange, catalogue: Catalogue, order: OrderView, actor: Actor) -> Decline | None:
    programme = catalogue.programmes[order.programme_id]
    today = programme.business_date(change.author.now)
    begin, end = programme.times_of(today, today)
    counts = {each.line: each for each in await count_recipients(change.connection, order.id)}
    facts = []
    for line in order.lines:
        count = counts.get(line.line)
        wanted = WantedLine(line.product_id, line.denomination_minor, line.quantity)
        product = catalogue.products.get(line.product_id)
        named = (0, 0) if count is None else (count.recipients, count.with_identity)
        facts.append(LineFacts(wanted, product, *named))
    earlier_minor = await submitted_faces_minor(
        change.connection, order.customer_id, besides=order.id, kinds=_BEARER_KINDS, begin=begin, end=end
    )
    buyer = Buyer(await is_identified(change.connection, actor.person_id), earlier_minor)
    return refused_order(PackName(programme.policy_pack), programme.id, order.delivery, facts, buyer, today)


def _frozen(order: OrderView, customer: Customer, price: OrderPrice, actor: Actor, now: datetime) -> OrderView:
    """The order as it will stand in its rows."""
    lines = tuple(
        replace(line, principal_minor=principal_minor)
        for line, principal_minor in zip(order.lines, price.principals_minor, strict=True)
    )
    return replace(
        order,
        tier=price.tier,
        price_basis_points=price.price_basis_points,
        face_minor=price.face_minor,
        price_minor=price.price_minor,
        needs_customer_approval=price.face_minor > customer.approval_limit_minor,
        submitted_by=actor.login_id,
        submitted_person=actor.person_id,
        submitted_at=now,
        lines=lines,
    )


async def _tell(change: OrderChange, catalogue: Catalogue, order: OrderView, submission: Submission) -> None:
    unit = catalogue.programmes[order.programme_id].unit
    told = {
        "face": amount(submission.face_minor or 0, unit),
        "price": amount(submission.price_minor or 0, unit),
        "tier": submission.tier,
        "submission_hash": submission.hash.hex(),
        "needs_customer_approval": submission.needs_customer_approval,
    }
    await change.record("order.submitted", order, told)
    await change.emit("order.submitted", order, OrderStatus.SUBMITTED, told)
