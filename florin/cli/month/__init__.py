"""A month of members' lives, played day by day in a book of its own: the real verbs and duties, by a clock that walks.

`play` is the whole of it; `stage` is what everybody plays on, `provider` the payment provider to practise with, `cast`
who takes part, `errands` what members do, `incidents` what befalls some of them, `office` what our people do about it,
`nights` the duties and the close of a day, `facts` what the book says afterwards, `sheet` how it is shown and kept.
"""
