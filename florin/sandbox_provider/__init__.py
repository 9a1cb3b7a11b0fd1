"""A payment provider to practise with: a program of its own, which knows Florin as little as any other provider does.

It takes payments that no money moves for, on a page that a person can click. Its journal is all that it keeps: `book`
is what the entries come to, `desk` decides what may be written next, `postman` tells the merchant.
"""
