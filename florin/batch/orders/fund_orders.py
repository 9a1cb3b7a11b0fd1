"""Funding what waits for money: what a serving process does so that no receipt and no approval is forgotten.

Receipts and approvals fund orders at once; a process that is killed in between leaves it to this sweep, which may run
anywhere, any time.
"""

from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.house import ClearingHouse
from florin.storage.corporate.waiting_orders import customers_who_wait


async def fund_every_order(house: ClearingHouse) -> int:
    """Fund the approved orders of all customers as far as their money goes; return how many were funded."""
    return sum([await fund_waiting_orders(house, customer_id) for customer_id in await customers_who_wait(house.pool)])
