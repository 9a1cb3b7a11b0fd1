"""The questions that prove the book: each is one set-based query that returns the rows which are wrong.

`balances` asks about amounts, `records` about what stands beside the book (cards, holds, operations, purchases),
`corporate` about what companies paid and ordered, `closures` about what is paid out, `loyalty` about points and
vouchers, and `findings` runs a question. None of it uses the posting code: this is the second opinion on what that code
wrote.
"""
