"""Corporate orders: from draft over approval to cards that are activated.

What moves money or changes a card goes through the posting engine; the rest is done under the order's row lock.
"""
