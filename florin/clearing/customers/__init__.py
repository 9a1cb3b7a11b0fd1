"""Corporate customers and their money: what came in, what orders have reserved of it, and what goes back.

Money is decided in the posting engine, under the lock of the customer's funding account. Every verb looks by itself
whether the role of whoever asks allows it, and whether the customer is one that they may see.
"""
