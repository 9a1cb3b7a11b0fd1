"""The demonstration: farm shops and their customers at work, through the running service's HTTP doors only.

`http_client` sends again what got no answer, `tally` keeps what the shops wrote down themselves, `stock` and `people`
prepare cards and members, `trade` is the day at the tills, `play` is all of it, and `outcome` compares the shops' notes
with the book.
"""
