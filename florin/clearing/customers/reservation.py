"""What orders reserve of a customer's money: a reservation stands on the funding account and on the order alike."""

from uuid import UUID

from florin.domain.chart import AccountCode
from florin.domain.corporate_order import CorporateOrder
from florin.domain.journal import InvariantBrokenError, StrictAccount
from florin.storage.posting.group import Group
from florin.storage.posting.working_rows import StaleFactsError


def funding_account(group: Group, customer_id: UUID) -> StrictAccount:
    """The customer's funding account, which is opened together with the customer."""
    account = group.account(customer_id, AccountCode.CORPORATE_FUNDING)
    if account is None:
        raise StaleFactsError(f"customer {customer_id} without a funding account")
    return account


def reserve_for(group: Group, order: CorporateOrder, amount_minor: int) -> None:
    """Reserve money for an order; the caller has looked whether so much is available."""
    group.reserve(funding_account(group, order.customer_id), amount_minor)
    order.reserved_minor += amount_minor
    group.orders.save(order)


def release_reservation(group: Group, order: CorporateOrder, amount_minor: int) -> None:
    """Give back what an order has reserved, or a part of it: from now on it is free money of the customer.

    The request must want the order and its customer, so that both are locked.

    Raises:
        InvariantBrokenError: the order has not reserved so much.
    """
    if not 0 <= amount_minor <= order.reserved_minor:
        raise InvariantBrokenError(f"release of {amount_minor} of {order.reserved_minor} reserved by {order.id}")
    group.reserve(funding_account(group, order.customer_id), -amount_minor)
    order.reserved_minor -= amount_minor
    group.orders.save(order)
