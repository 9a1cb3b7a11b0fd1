"""What the pro-forma invoice of an order says: who pays what to whom, and under which reference."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.read_order import priced
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import sale_notes_on
from florin.domain.policy.rules import SaleNote
from florin.storage.catalogue import read_catalogue
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.orders import find_order

BILLED: Final = frozenset(OrderStatus) - {OrderStatus.DRAFT, OrderStatus.CANCELLED}
"""When an order has a price that stands and that may be paid."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """Cards of one product and face, and what is paid for one of them; in minor units."""

    product: str
    face_minor: int
    quantity: int
    price_minor: int

    @property
    def total_minor(self) -> int:
        """What the line costs."""
        return self.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class ProForma:
    """A pro-forma invoice; amounts in minor units of ``unit``."""

    order_id: UUID
    payment_reference: str
    issued_on: date
    seller: str
    customer: str
    registration_number: str
    unit: str
    lines: tuple[InvoiceLine, ...]
    face_minor: int
    price_minor: int
    account: BankAccount
    notes: tuple[SaleNote, ...]

    @property
    def discount_minor(self) -> int:
        """What the cards are worth beyond their price."""
        return self.face_minor - self.price_minor


async def pro_forma_of(house: ClearingHouse, actor: Actor, order_id: UUID) -> ProForma | Decline:
    """The invoice of an order that has been submitted, dated with the business day of its submission.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``bank_account_not_set``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    if order.status not in BILLED or order.submitted_at is None:
        return Decline.ORDER_NOT_IN_STATE
    account = await bank_account_of(house.pool, order.programme_id)
    if account is None:
        return Decline.BANK_ACCOUNT_NOT_SET
    customer = await find_customer(house.pool, order.customer_id)
    if customer is None:
        return Decline.CUSTOMER_NOT_FOUND
    catalogue = await read_catalogue(house.pool)
    programme = catalogue.programmes[order.programme_id]
    price = (await priced(house, order)).price
    issued_on = programme.business_date(order.submitted_at)
    return ProForma(
        order_id=order.id,
        payment_reference=order.payment_reference,
        issued_on=issued_on,
        seller=programme.name,
        customer=customer.name,
        registration_number=customer.registration_number,
        unit=programme.unit,
        lines=tuple(
            InvoiceLine(
                catalogue.products[each.product_id].name, each.denomination_minor, each.quantity, principal_minor
            )
            for each, principal_minor in zip(order.lines, price.principals_minor, strict=True)
        ),
        face_minor=price.face_minor,
        price_minor=price.price_minor,
        account=account,
        notes=sale_notes_on(PACKS[PackName(programme.policy_pack)], issued_on),
    )
